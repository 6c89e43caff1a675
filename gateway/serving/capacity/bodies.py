"""Bodies under way: their bytes in the memory of one worker have a limit.

A body waits in memory until its last byte has arrived and its request is answered. A client decides
how long that takes, within the deadline of a body. So a thousand connections could hold a thousand
of the largest bodies. At the limit the address that holds most bytes gives up the body that is
under way for longest. It is no matter of how young a body is, because a limit of memory must hold.

Counted are reads in the midst of a body, and large reads. A small message arrives in one read and
is not counted, so that it costs next to nothing.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from gateway.serving.capacity.eviction import Waiting
from gateway.serving.capacity.limit import Limit, LimitReached

LARGE_READ_BYTES = 16_384


class Sending(Waiting, Protocol):
    """A connection that may be sending a body.

    in_body: whether it is.  held_bytes: what it holds of bodies.
    """

    in_body: bool
    held_bytes: int


S = TypeVar("S", bound=Sending)


@dataclass(slots=True)
class BodyBudget:
    """Bytes of bodies that one worker holds, and how many it may.

    reached: counts and logs that the limit is reached.
    """

    most: int
    reached: LimitReached
    held: int = field(default=0)

    def hold(self, connection: S, size: int, connections: Iterable[S]) -> S | None:
        """Count bytes of a connection. Returns the connection that has to give up its body."""
        connection.held_bytes += size
        self.held += size
        if self.held <= self.most:
            return None
        self.reached(
            Limit.BODY_BYTES, "too many bytes of messages under way in this worker: one was refused"
        )
        return _slowest_of_largest(connection, connections)

    def release(self, connection: Sending) -> None:
        """Count no more what a connection holds: its bodies are answered or dropped."""
        self.held -= connection.held_bytes
        connection.held_bytes = 0


def _slowest_of_largest(newcomer: S, connections: Iterable[S]) -> S:
    held: Counter[str] = Counter()
    oldest = {newcomer.address: newcomer}
    for each in connections:
        held[each.address] += each.held_bytes
        known = oldest.get(each.address)
        if each.in_body and (known is None or each.waiting_since < known.waiting_since):
            oldest[each.address] = each
    return max(oldest.values(), key=lambda each: held[each.address])
