"""API key: scopes, authority, networks and lifetime of the access of another system."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from gateway.domain.api.refused import ApiKeyInvalid

_SYSTEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{1,59}")

Network = IPv4Network | IPv6Network


class Scope(StrEnum):
    """Group of operations that a key opens."""

    READ = "read"
    CONFIRM = "confirm"
    DECLARE = "declare"
    EVENTS = "events"
    RISK = "risk"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key, without its secret.

    id: its prefix, by which it is found and named in log and journal.
    digest: SHA-256 of the secret, hex. The secret has 256 random bits, so a slow hash adds nothing.
    system: name of the system that holds it.  authority: identity (`MZ/MA`) that it acts for.
    networks: addresses from which it counts; none: any.  calls_per_minute: its call budget.
    expires_at, revoked_at: aware.  used_on: last day of use, UTC.
    """

    id: str
    digest: str
    system: str
    authority: str
    scopes: frozenset[Scope]
    networks: tuple[Network, ...]
    calls_per_minute: int
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    used_on: date | None = None

    def is_valid_at(self, now: datetime) -> bool:
        """Whether it is neither expired nor revoked."""
        return self.revoked_at is None and now < self.expires_at

    def counts_from(self, address: str) -> bool:
        """Whether it may be used from an address. False for one that cannot be read."""
        if not self.networks:
            return True
        try:
            found = ip_address(address)
        except ValueError:
            return False
        if isinstance(found, IPv6Address) and found.ipv4_mapped:
            found = found.ipv4_mapped
        return any(found in network for network in self.networks)


def system_name(text: str) -> str:
    """Check the name of a system: 2 to 60 ASCII letters, digits, spaces, `.`, `_`, `-`.

    Raises ApiKeyInvalid.
    """
    name = text.strip()
    if not _SYSTEM.fullmatch(name):
        raise ApiKeyInvalid(
            "system",
            "The name of a system has 2 to 60 letters, digits, spaces and . _ - (no accents).",
        )
    return name


def network(text: str) -> Network:
    """Read a network or a single address (`192.0.2.0/24`, `2001:db8::7`). Raises ApiKeyInvalid."""
    try:
        return ip_network(text.strip())
    except ValueError:
        raise ApiKeyInvalid(
            "network",
            f"{text!r} is no network. Write it as 192.0.2.0/24, 192.0.2.7 or 2001:db8::/32.",
        ) from None
