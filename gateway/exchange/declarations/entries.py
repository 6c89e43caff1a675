"""Entries of a declaration: the quantity that each line needs of a line of a permit.

Partners are asked for their permits before the unit of work begins, as an answer may take long. A
permit of ours is read inside it, under its lock: a version that is published or a status that
changes a moment before counts. So an entry is made inside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.declarations.acts import Entry
from gateway.domain.declarations.compare import SameTaxon, allowed_quantity
from gateway.domain.declarations.line import DeclarationLine
from gateway.domain.declarations.refused import DeclarationInvalid
from gateway.domain.declarations.use import Act, UseEvent
from gateway.domain.errors import QuantityInvalid, ServiceUnavailable
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import Quantity
from gateway.exchange.declarations.acting import ActedBy
from gateway.exchange.declarations.budget import Asking
from gateway.exchange.declarations.check import position_for
from gateway.exchange.declarations.permits import DeclaredPermits
from gateway.exchange.ports import NewId, Work

Newest = Mapping[tuple[str, str, str], UseEvent]
"""Newest event of a line of a declaration, by country and number of its permit and its item."""

_OTHER_AUTHORITY = Sentence(
    "This line used a permit of this number of another authority before; declare another line."
)
FoundPermits = dict[tuple[str, str, str | None], Permit]
"""Permits of partners, by country, number and token."""


@dataclass(frozen=True, slots=True)
class MakeEntries:
    """Entries of lines. permits: by country and number."""

    permits: DeclaredPermits
    same_taxon: SameTaxon
    new_id: NewId

    def ask_for(
        self, line: DeclarationLine, newest: Newest, asked: FoundPermits, asking: Asking
    ) -> None:
        """Ask the partner for the permit of a line, once for all lines, where it is needed.

        Raises whatever `DeclaredPermits.find` raises.
        """
        shown = (*line.permit, line.token)
        if self.permits.is_own(line.country) or shown in asked or not _is_new(line, newest):
            return
        asked[shown] = self.permits.find(*shown, asking=asking).permit

    def of_line(
        self,
        work: Work,
        line: DeclarationLine,
        declaration: str,
        newest: Newest,
        asked: FoundPermits,
        by: ActedBy,
        now: datetime,
    ) -> Entry:
        """Return the entry of a line, in a unit of work that holds the lock of its permit.

        Raises DeclarationInvalid, QuantityInvalid, CertificateNotFound, CertificateCancelled,
        CertificateReplaced; ServiceUnavailable where the line was changed at this moment.
        """
        event = newest.get((line.country, line.number, line.item))
        _require_holder(event, line.authority)
        if event is not None and not _is_new(line, newest):
            return self.of_event(event, by, now, line.quantity)
        if event is not None and not _moves(line, event):
            line = replace(line, position=event.position)
        permit, holder = self._permit(work, line, asked, by)
        _require_holder(event, holder)
        letter = self._letter(line, permit)
        position = permit.position(letter)
        allowed = allowed_quantity(position) if position else None
        if allowed is None:
            raise QuantityInvalid(
                Sentence("The permit states no quantity for this line."), position=letter, box="11"
            )
        return Entry(
            self.new_id(),
            line.permit,
            letter,
            declaration,
            line.item,
            line.quantity,
            allowed,
            by.authority,
            by.officer,
            now,
            by.reason,
            holder=holder,
        )

    def _permit(
        self, work: Work, line: DeclarationLine, asked: FoundPermits, by: ActedBy
    ) -> tuple[Permit, str]:
        """Return the permit of a line, and its holder: empty for a permit of a partner."""
        if self.permits.is_own(line.country):
            known = self.permits.own_now(
                work, *line.permit, line.token, within=by.within, authority=line.authority
            )
            return known.permit, known.holder
        permit = asked.get((*line.permit, line.token))
        if permit is None:
            raise ServiceUnavailable("This declaration was changed at this moment; try again.")
        return permit, ""

    def of_event(
        self, event: UseEvent, by: ActedBy, now: datetime, quantity: Quantity | None = None
    ) -> Entry:
        """Return an entry about a line that has a history. event: its newest."""
        return Entry(
            self.new_id(),
            (event.country, event.number),
            event.position,
            event.declaration,
            event.item,
            quantity,
            event.allowed,
            by.authority,
            by.officer,
            now,
            by.reason,
            holder=event.holder,
        )

    def _letter(self, line: DeclarationLine, permit: Permit) -> str:
        if permit.document_type.multi_use:
            raise DeclarationInvalid(
                Sentence(
                    "This document stays with its holder and crosses borders again: nothing of its"
                    " quantity is used up."
                ),
                item=line.item,
                box="1",
            )
        letter, _ = position_for(line, permit, self.same_taxon)
        if letter is None:
            raise DeclarationInvalid(
                Sentence("No single line of the permit fits; name its letter.")
                if line.position is None
                else Sentence("The permit has no such line."),
                item=line.item,
                field="position",
                position=line.position,
            )
        return letter


def _require_holder(event: UseEvent | None, holder: str | None) -> None:
    if event is not None and event.holder and holder not in (None, event.holder):
        raise DeclarationInvalid(_OTHER_AUTHORITY, item=event.item, field="authority")


def _is_new(line: DeclarationLine, newest: Newest) -> bool:
    """Whether the permit of a line is looked at: it has no history, moves, or has lapsed.

    Of a line that has lapsed the permit may be cancelled since.
    """
    event = newest.get((line.country, line.number, line.item))
    return event is None or _moves(line, event) or event.act is Act.LAPSED


def _moves(line: DeclarationLine, event: UseEvent) -> bool:
    return line.position is not None and line.position != event.position
