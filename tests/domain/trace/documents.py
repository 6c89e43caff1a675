"""Documents of a chain: Zimbabwe exports, South Africa re-exports, Switzerland re-exports again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from gateway.domain.permit.party import Country, ReferencedDocument
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition, LastReexport, Origin
from gateway.domain.permit.quantity import Quantity
from gateway.domain.trace.held import HeldDocument, Knowledge, Missing, Reason
from gateway.domain.trace.named import DocumentName
from tests.builders import ISSUED, a_permit, a_position

ZW = DocumentName("ZW", "ZW25EX0907")
ZA = DocumentName("ZA", "ZA26RX000001")
CH = DocumentName("CH", "CH26RX000001")
NOON = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)


def pieces(amount: str) -> Quantity:
    return Quantity(Decimal(amount), "NAR")


def box_12(name: DocumentName = ZW) -> Origin:
    return Origin(Country(name.country), ReferencedDocument(name.number, issued=ISSUED))


def box_12a(name: DocumentName = ZA) -> LastReexport:
    return LastReexport(Country(name.country), ReferencedDocument(name.number, issued=ISSUED))


def line(amount: str = "5", letter: str = "A", **changes: Any) -> CitesPosition:
    return a_position(letter, **{"quantity": pieces(amount), "quota": None, **changes})


def export(*lines: CitesPosition, name: DocumentName = ZW) -> Permit:
    return a_permit(name.number, positions=lines or (line(origin=None),))


def reexport(*lines: CitesPosition, name: DocumentName = ZA, **changes: Any) -> Permit:
    chosen = lines or (line(origin=box_12()),)
    return a_permit(name.number, **{"type": "REEXPORT", "positions": chosen, **changes})


def held(name: DocumentName, permit: Permit, **changes: Any) -> HeldDocument:
    return replace(HeldDocument(name, permit, Knowledge.ANSWERED, at=NOON), **changes)


def among(*documents: HeldDocument) -> Callable[[DocumentName], HeldDocument | Missing]:
    known = {each.name: each for each in documents}
    return lambda name: known.get(name, Missing(Reason.NO_PARTNER))


ORIGIN = held(ZW, export())
FIRST = held(ZA, reexport())
SECOND = held(CH, reexport(line(origin=box_12(), last_reexport=box_12a()), name=CH))
CHAIN = (ORIGIN, FIRST, SECOND)
