"""Status lists of our credentials: made of the states of permits at this moment, and signed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, timedelta

from gateway.domain.credential.content import Credential, StatusList
from gateway.domain.credential.status_list import LENGTH, ListName, ListUnusable, StatusBits
from gateway.exchange.ports import Clock, PermitLookup
from gateway.exchange.ports.credential.parts import CredentialFormat, PermitStates, TokenSigner


@dataclass(frozen=True, slots=True)
class StatusLists:
    """Use case: make status lists.

    issuer: did:web or https.  address: below which they are served.
    lasts: time after which a verifier counts a list as out of date.
    """

    lookup: PermitLookup
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
        # The first list is there before the first permit is. A list that no permit is in is not
        # made: strangers would have ever new names signed.
        is_first = parsed == ListName(0, 0)
        if not is_first and not self.states.has(parsed.places, parsed.changes):
            raise ListUnusable("There is no status list of this name.")
        now = self.clock()
        begins = now.astimezone(UTC).replace(microsecond=0)
        made = StatusList(
            f"{self.address}/{parsed}", self.issuer, begins, begins + self.lasts, self._bits(parsed)
        )
        return self.signer().sign(self.documents.write_list(made), self.issuer, now)

    def is_revoked(self, credential: Credential) -> bool:
        """Whether a credential of ours is revoked at this moment.

        Raises ListUnusable for a list or an index that is not the permit's, ServiceUnavailable.
        """
        address, _, text = credential.status_list.rpartition("/")
        name, number = ListName.parse(text), credential.permit.number
        for header in self.lookup.find(credential.authority.country, number):
            place = header.place
            named = ListName.of(name.changes, place), place % LENGTH
            if header.authority == credential.authority and address == self.address:
                if named != (name, credential.status_index):
                    break
                return not header.status.in_force or self.states.changes(place) > name.changes
        raise ListUnusable("Its status list or its index is none that we gave this permit.")

    def _bits(self, name: ListName) -> StatusBits:
        ended = self.states.ended(name.places, name.changes)
        return StatusBits.of(place % LENGTH for place in ended)
