"""TLS to a PostgreSQL server: hosts on the network whose server nobody verifies.

Only `sslmode=verify-full` compares the name in the server's certificate. With `verify-ca` any
server of that CA passes, and libpq's default, `prefer`, goes on without TLS where it is asked to.
Source: PostgreSQL documentation, libpq, "SSL Support", table "SSL Mode Descriptions".
"""

import os
from collections.abc import Iterator, Sequence

from sqlalchemy import URL

from gateway.loopback import is_loopback_host
from gateway.store.database.engines import parse_address

VERIFIED = "verify-full"


def unverified_hosts(address: str) -> Sequence[str]:
    """Hosts that an address names, are not this machine, and are not verified; in order, once.

    Empty for SQLite, and for PostgreSQL over a Unix socket or a loopback address. Options that the
    address leaves out are those of libpq's environment, PGHOST and PGSSLMODE.
    Raises ServiceUnavailable for an address that cannot be read.
    """
    url = parse_address(address)
    if url.get_backend_name() != "postgresql" or _sslmode(url) == VERIFIED:
        return ()
    return tuple(host for host in dict.fromkeys(_hosts(url)) if not _is_this_machine(host))


def _hosts(url: URL) -> Iterator[str]:
    """Every host that libpq may connect to, without ports; none: its default Unix socket."""
    named = [url.host or "", *_values(url, "host"), *_values(url, "hostaddr")]
    if not any(named):
        named = [os.environ.get("PGHOST", "")]
    for value in named:
        yield from (_without_port(host) for host in value.split(",") if host)


def _values(url: URL, key: str) -> tuple[str, ...]:
    value = url.query.get(key, ())
    return (value,) if isinstance(value, str) else value


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    has_port = colon and port.isdigit() and (":" not in name or name.endswith("]"))
    return (name if has_port else host).strip("[]")


def _is_this_machine(host: str) -> bool:
    """Whether it is a loopback address, or the folder or abstract name of a Unix socket."""
    return host.startswith(("/", "@")) or is_loopback_host(host)


def _sslmode(url: URL) -> str | None:
    values = _values(url, "sslmode") or (os.environ.get("PGSSLMODE"),)
    return values[0] if len(set(values)) == 1 else None
