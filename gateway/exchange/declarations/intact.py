"""Integrity of what declarations hold: events in the database are those of their signed records.

A person with write access to the database could remove an event, and with it free a quantity. So
before anything is counted, the events of a permit are compared with the records of the journal,
which are signed by our key and never pruned.

A signature is verified once in a process: the digest of the record, with its signature, is kept. A
record that was changed since has another digest and is verified again, so no change stays unseen.
Whether its certificate is one of ours and not revoked is asked at each count, once a certificate,
as a key may be revoked at any time.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import Any

from gateway.domain.declarations.use import UseEvent
from gateway.domain.errors import PermitAltered, TrustRefused
from gateway.exchange.canonical_json import parse_json
from gateway.exchange.declarations.record import OPERATION, PURPOSE, fields_of
from gateway.exchange.journal.read import SearchableJournal
from gateway.exchange.journal.records.proof import require_before_revocation, require_signed
from gateway.exchange.ports import Direction, Exchange, HeadVerifier, JournalFilter

_MOST_RECORDS = 100_000
_MOST_VERIFIED = 50_000
"""Digests that are kept, of some 100 bytes each with their place in the table."""


@dataclass(frozen=True, slots=True)
class UseIntegrity:
    """Comparison of events with records. verifier: gives that of our records."""

    journal: SearchableJournal
    verifier: Callable[[], HeadVerifier]
    _verified: "_VerifiedRecords" = field(default_factory=lambda: _VerifiedRecords())

    def require(self, permit: tuple[str, str], events: Sequence[UseEvent]) -> None:
        """Require that the events of a permit are those of its records, no more and no less.

        An event may lack the holder of its record, as after `migrate --back-to`: then it counts for
        each authority with a permit of this number, so that it frees no quantity.
        permit: country and number.  events: all of the permit, under its lock.
        Raises PermitAltered, ServiceUnavailable, KeyUnusable.
        """
        country, number = permit
        found = self.journal.search(JournalFilter(number, operation=OPERATION), _MOST_RECORDS)
        recorded = {
            fields["id"]: fields
            for fields in self._recorded(permit, reversed(found))
            if fields["country"] == country
        }
        for event in events:
            if not event.holder and event.id in recorded:
                recorded[event.id].pop("holder", None)
        if recorded != {event.id: fields_of(event) for event in events}:
            raise _altered(permit)

    def _recorded(
        self, permit: tuple[str, str], records: Iterable[Exchange]
    ) -> Iterator[dict[str, Any]]:
        """Yield the events of records, oldest first; after a signed record each must be signed."""
        signed = False
        signatures = _Signatures(self.verifier, self._verified)
        for record in records:
            if record.direction is not Direction.OWN:
                raise _altered(permit)
            try:
                if record.answer or signed:
                    signatures.require(record)
                    signed = True
                fields = parse_json(record.request)
                for each in fields["events"]:
                    yield {"id": each["id"], "country": each["country"], **each}
            except (ValueError, KeyError, TypeError, TrustRefused) as error:
                raise _altered(permit) from error


class _Signatures:
    """Signatures of the records of one count. It opens the verifier where it meets one."""

    def __init__(self, verifier: Callable[[], HeadVerifier], verified: "_VerifiedRecords") -> None:
        self._open = verifier
        self._verifier: HeadVerifier | None = None
        self._verified = verified
        self._revoked: dict[bytes, datetime | None] = {}  # by certificates, of this count

    def require(self, record: Exchange) -> None:
        """Require that a record is signed by a key of ours. Raises as `require_signed`."""
        verifier = self._verifier = self._verifier or self._open()
        digest = _digest(record)
        certificates = self._verified.certificates(digest)
        if certificates in self._revoked:
            require_before_revocation(record, self._revoked[certificates], "this key")
            return
        certificates = require_signed(record, PURPOSE, verifier, None)
        self._revoked[certificates] = verifier.revoked_at(certificates)
        self._verified.add(digest, certificates)


class _VerifiedRecords:
    """Digests of records whose signature holds; the oldest leave first. Shared by threads."""

    def __init__(self) -> None:
        self._digests: dict[bytes, bytes] = {}
        self._certificates: dict[bytes, bytes] = {}  # each once, for all records
        self._lock = Lock()

    def certificates(self, digest: bytes) -> bytes:
        """Certificates of a verified record; empty where it is none."""
        return self._digests.get(digest, b"")

    def add(self, digest: bytes, certificates: bytes) -> None:
        with self._lock:
            self._digests[digest] = self._certificates.setdefault(certificates, certificates)
            while len(self._digests) > _MOST_VERIFIED:
                del self._digests[next(iter(self._digests))]


def _digest(record: Exchange) -> bytes:
    """Digest of all that a verification looks at: moment, text and signature."""
    found = sha256(record.began_at.isoformat().encode())
    for part in (record.request, record.answer):
        found.update(len(part).to_bytes(8))
        found.update(part)
    return found.digest()


def _altered(permit: tuple[str, str]) -> PermitAltered:
    return PermitAltered(
        f"Permit {permit[0]} {permit[1]}: what declarations hold of it is not what the signed"
        " records of the journal say. Nothing is counted until a person has compared both."
    )
