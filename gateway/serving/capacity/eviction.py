"""Eviction at a limit of connections: the choice of the connection that makes room for a new one.

A flood must cost its own address, and never the partner that paused for a moment. So the choice
goes by address first and by time second:

* the address with most waiting connections gives one up, its slowest;
* a connection whose present wait is young is left alone, because a network pauses that long;
* a newcomer never takes the place of an address that holds fewer connections than its own;
* where nothing fits, the newcomer is refused;
* an address that holds more than half of all has no protection of the young against others. Else a
  flood that renews its connections fast enough would shut out everybody.

Behind a reverse proxy all connections have one address, the proxy's, or none (Unix socket). Then
only the time decides, and limits for each client are the proxy's: conf/nginx.conf has `limit_conn`,
and buffers requests, so that slow clients wait there.
"""

from collections import Counter
from collections.abc import Iterable
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Protocol, TypeVar


class Waiting(Protocol):
    """A connection that waits for its client.

    address: of `client_address`.
    waiting_since: when its present wait began, in seconds of the clock that `now` comes from.
    """

    address: str
    waiting_since: float


W = TypeVar("W", bound=Waiting)


def client_address(host: str | None) -> str:
    """The address by which a client is counted; empty for a Unix socket.

    An IPv6 client chooses freely within its /64 network (RFC 4291, section 2.5.1), so the network
    counts as one.
    """
    if host is None or ":" not in host:
        return host or ""
    address = ip_address(host.partition("%")[0])
    mapped: IPv4Address | None = getattr(address, "ipv4_mapped", None)
    return str(mapped or ip_network((int(address), 64), strict=False))


def slowest(waiting: Iterable[W], newcomer: str, now: float, young_seconds: float) -> W | None:
    """The connection that makes room for one more from the address `newcomer`; None: refuse it.

    young_seconds: a wait that is shorter is no fault of the client.
    """
    counts: Counter[str] = Counter()
    oldest: dict[str, W] = {}
    for each in waiting:
        counts[each.address] += 1
        known = oldest.get(each.address)
        if known is None or each.waiting_since < known.waiting_since:
            oldest[each.address] = each
    for each in sorted(oldest.values(), key=lambda one: (-counts[one.address], one.waiting_since)):
        count = counts[each.address]
        if count < counts[newcomer]:
            return None
        is_flood = each.address != newcomer and 2 * count > counts.total()
        if is_flood or now - each.waiting_since >= young_seconds:
            return each
    return None
