"""Failure limit by address: wrong secrets of a kind that came from one address within a window.

Each kind has a count of its own. So a page that strangers reach by a link, or the provider of a
sign-on, cannot make the password page refuse the people behind the same address.
"""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.errors import TooManyRequests
from gateway.domain.people.lockout import ADDRESS_WINDOW, MOST_FROM_ADDRESS
from gateway.exchange.people.sessions import Origin
from gateway.exchange.ports import Clock
from gateway.exchange.ports.people.accounts import Accounts, AccountsWork


class SecretKind(StrEnum):
    """What was wrong. The value stands before the address in the table; at most 10 letters."""

    PASSWORD = ""
    """A password, a code, or a passkey."""
    ANSWER_LINK = "answer"
    SIGN_ON = "sign-on"


@dataclass(frozen=True, slots=True)
class FailureLimit:
    """Counts failures of one kind."""

    accounts: Accounts
    clock: Clock
    kind: SecretKind

    def require_few(self, origin: Origin) -> None:
        """Raise TooManyRequests where an address has failed too often."""
        since = self.clock() - ADDRESS_WINDOW
        if self.accounts.failures(self._key(origin), since) >= MOST_FROM_ADDRESS:
            raise TooManyRequests("Too many wrong secrets came from this address. Try later.")

    def count_in(self, work: AccountsWork, origin: Origin) -> None:
        """Count a failure in a transaction."""
        now = self.clock()
        work.count_failure(self._key(origin), now, now - ADDRESS_WINDOW)

    def count(self, origin: Origin) -> None:
        """Count a failure."""
        with self.accounts.begin() as work:
            self.count_in(work, origin)
            work.commit()

    def _key(self, origin: Origin) -> str:
        network = network_of(origin.address)
        return f"{self.kind} {network}" if self.kind else network


def network_of(address: str) -> str:
    """The address that failures are counted by: of IPv6 its network of 64 bits.

    A holder of one network has every address in it.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
