"""Status lists of our credentials: made of the states of permits at this moment, and signed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, timedelta

from gateway.domain.credential.content import Credential, StatusList
from gateway.domain.credential.status_list import LENGTH, ListName, ListUnusable, StatusBits
from gateway.exchange.ports import Clock
from gateway.exchange.ports.credential.parts import CredentialFormat, PermitStates, TokenSigner


@dataclass(frozen=True, slots=True)
class StatusLists:
    """Use case: make status lists.

    issuer: did:web or https.  address: below which they are served.
    lasts: time after which a verifier counts a list as out of date.
    """

    states: PermitStates
    documents: CredentialFormat
    signer: Callable[[], TokenSigner]
    issuer: str
    address: str
    lasts: timedelta
    clock: Clock

    def token(self, name: str) -> str:
        """Return a signed list, as compact JWS. name: `0-0`.

        Raises ListUnusable for another name, KeyUnusable, ServiceUnavailable.
        """
        parsed = ListName.parse(name)
        now = self.clock()
        begins = now.astimezone(UTC).replace(microsecond=0)
        made = StatusList(
            f"{self.address}/{parsed}", self.issuer, begins, begins + self.lasts, self._bits(parsed)
        )
        return self.signer().sign(self.documents.write_list(made), self.issuer, now)

    def is_revoked(self, credential: Credential) -> bool:
        """Whether a credential of ours is revoked at this moment.

        Raises ListUnusable for a list that is none of ours, ServiceUnavailable.
        """
        address, _, name = credential.status_list.rpartition("/")
        if address != self.address:
            raise ListUnusable("Its status list is none of ours.")
        return self._bits(ListName.parse(name)).is_set(credential.status_index)

    def _bits(self, name: ListName) -> StatusBits:
        ended = self.states.ended(name.places, name.changes)
        return StatusBits.of(place % LENGTH for place in ended)
