"""Integrity of what declarations hold: events in the database are those of their signed records.

A person with write access to the database could remove an event, and with it free a quantity. So
before anything is counted, the events of a permit are compared with the records of the journal,
which are signed by our key and never pruned.

A signature is verified once in a process: the digest of the record, with its signature, is kept. A
record that was changed since has another digest and is verified again, so no change stays unseen.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Any

from gateway.domain.declarations.use import UseEvent
from gateway.domain.errors import PermitAltered, TrustRefused
from gateway.exchange.canonical_json import parse_json
from gateway.exchange.declarations.record import OPERATION, PURPOSE, fields_of
from gateway.exchange.journal.read import SearchableJournal
from gateway.exchange.journal.records.proof import require_signed
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
        if recorded != {event.id: fields_of(event) for event in events}:
            raise _altered(permit)

    def _recorded(
        self, permit: tuple[str, str], records: Iterable[Exchange]
    ) -> Iterator[Mapping[str, Any]]:
        """Yield the events of records, oldest first; after a signed record each must be signed."""
        signed = False
        for record in records:
            if record.direction is not Direction.OWN:
                raise _altered(permit)
            try:
                if record.answer or signed:
                    self._require_signed(record)
                    signed = True
                fields = parse_json(record.request)
                for each in fields["events"]:
                    yield {"id": each["id"], "country": each["country"], **each}
            except (ValueError, KeyError, TypeError, TrustRefused) as error:
                raise _altered(permit) from error

    def _require_signed(self, record: Exchange) -> None:
        digest = _digest(record)
        if digest not in self._verified:
            require_signed(record, PURPOSE, self.verifier(), None)
            self._verified.add(digest)


class _VerifiedRecords:
    """Digests of records whose signature holds; the oldest leave first. Shared by threads."""

    def __init__(self) -> None:
        self._digests: dict[bytes, None] = {}
        self._lock = Lock()

    def __contains__(self, digest: bytes) -> bool:
        return digest in self._digests

    def add(self, digest: bytes) -> None:
        with self._lock:
            self._digests[digest] = None
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
