"""Integrity of what declarations hold: events in the database are those of their signed records.

A person with write access to the database could remove an event, and with it free a quantity. So
before anything is counted, the events of a permit are compared with the records of the journal,
which are signed by our key and never pruned.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.domain.declarations.use import UseEvent
from gateway.domain.errors import PermitAltered, TrustRefused
from gateway.exchange.canonical_json import parse_json
from gateway.exchange.declarations.record import OPERATION, PURPOSE, fields_of
from gateway.exchange.journal.read import SearchableJournal
from gateway.exchange.journal.records.proof import require_signed
from gateway.exchange.ports import Direction, Exchange, HeadVerifier, JournalFilter

_MOST_RECORDS = 100_000


@dataclass(frozen=True, slots=True)
class UseIntegrity:
    """Comparison of events with records. verifier: gives that of our records."""

    journal: SearchableJournal
    verifier: Callable[[], HeadVerifier]

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
                    require_signed(record, PURPOSE, self.verifier(), None)
                    signed = True
                fields = parse_json(record.request)
                for each in fields["events"]:
                    yield {"id": each["id"], "country": each["country"], **each}
            except (ValueError, KeyError, TypeError, TrustRefused) as error:
                raise _altered(permit) from error


def _altered(permit: tuple[str, str]) -> PermitAltered:
    return PermitAltered(
        f"Permit {permit[0]} {permit[1]}: what declarations hold of it is not what the signed"
        " records of the journal say. Nothing is counted until a person has compared both."
    )
