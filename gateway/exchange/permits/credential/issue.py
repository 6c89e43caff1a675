"""Credential of a published permit: what it says, signed by the authority, for whoever holds it.

It says the boxes of the permit as issued and nothing else of a person: no token, no box 14, no
attachment. It is stored nowhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.domain.credential.content import Credential
from gateway.domain.credential.status_list import LENGTH, ListName
from gateway.domain.errors import CertificateNotFound
from gateway.domain.identifiers import Authority
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.status import require_in_force
from gateway.domain.published import PublishedPermit
from gateway.exchange.permits.own_permits import OwnPermits, PermitName
from gateway.exchange.ports import BeginWork, Clock, NewId, PermitLookup
from gateway.exchange.ports.credential.parts import CredentialFormat, PermitStates, TokenSigner


@dataclass(frozen=True, slots=True)
class Issuer:
    """Identity of the issuer.

    id: did:web or https.  lists: address below which the status lists are served.
    names: of each authority, for people.
    """

    id: str
    lists: str
    names: Mapping[Authority, str]


@dataclass(frozen=True, slots=True)
class IssuedCredential:
    """A credential. token: compact JWS.  key_ends: end of its key's certificate."""

    token: str
    credential: Credential
    key_ends: datetime


@dataclass(frozen=True, slots=True)
class IssueCredential:
    """Use case: issue the credential of a permit of ours."""

    own: OwnPermits
    begin_work: BeginWork
    lookup: PermitLookup
    states: PermitStates
    documents: CredentialFormat
    signer: Callable[[], TokenSigner]
    issuer: Issuer
    clock: Clock
    new_id: NewId

    def issue(self, name: PermitName) -> IssuedCredential:
        """Sign what the permit says.

        Raises CalleeNotFound, CertificateNotFound, CertificateCancelled, CertificateReplaced,
        InvalidRequest, PermitAltered, DocumentInvalid, KeyUnusable, ServiceUnavailable.
        """
        found = self._published(name)
        place = self._place(found.authority, found.permit)
        # Counted before the content is read: a permit that changes between the two gets a list in
        # which it is revoked. The other way round its former content would stand as the present.
        changes = self.states.changes(place)
        published = self._published(name)
        successor = published.successor
        require_in_force(published.status, successor.text if successor else None)
        authority, permit = published.authority, published.permit.as_issued()
        now, signer = self.clock(), self.signer()
        credential = Credential(
            f"urn:uuid:{self.new_id()}",
            self.issuer.id,
            self.issuer.names[authority],
            authority,
            _later(now.astimezone(UTC).replace(microsecond=0), permit.valid_from),
            permit.valid_before,
            f"{self.issuer.lists}/{ListName.of(changes, place)}",
            place % LENGTH,
            permit,
        )
        token = signer.sign(self.documents.write(credential), self.issuer.id, now)
        return IssuedCredential(token, credential, signer.valid_until)

    def _published(self, name: PermitName) -> PublishedPermit:
        with self.begin_work() as work:
            return self.own.stored(work, name).published

    def _place(self, authority: Authority, permit: Permit) -> int:
        for header in self.lookup.find(authority.country, permit.number):
            if header.authority == authority:
                return header.place
        raise CertificateNotFound


def _later(now: datetime, begins: datetime | None) -> datetime:
    return begins if begins is not None and begins > now else now
