"""Quantities that declarations hold of a line whose unit a partner changes meanwhile."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from gateway.domain.declarations import acts
from gateway.domain.declarations.acts import Entry
from gateway.domain.declarations.compare import allowed_quantity
from gateway.domain.declarations.use import PermitUse
from gateway.domain.errors import QuantityExceeded, QuantityInvalid
from gateway.domain.permit.position import Examination
from gateway.domain.permit.quantity import Quantity
from tests.builders import a_position

KILOGRAMS = Quantity(Decimal(5), "KGM")
GRAMS = Quantity(Decimal(5000), "GRM")


def entry(declaration: str, kilograms: str, allowed: Quantity) -> Entry:
    at = datetime(2026, 4, 2, 12, tzinfo=UTC)
    held = Quantity(Decimal(kilograms), "KGM")
    permit = ("MZ", "MZ26EX000001")
    return Entry(declaration, permit, "B", declaration, "1", held, allowed, "c", "T. Nkosi", at)


def reserved() -> PermitUse:
    event = acts.reserve(PermitUse(), entry("26ZA1", "4", KILOGRAMS))
    assert event is not None
    return PermitUse().with_event(event)


def test_what_is_held_in_kilograms_counts_in_grams() -> None:
    with pytest.raises(QuantityExceeded, match="1000 are free and 4000 reserved"):
        acts.reserve(reserved(), entry("26ZA2", "1.001", GRAMS))
    event = acts.reserve(reserved(), entry("26ZA2", "1", GRAMS))
    assert event is not None
    assert event.quantity == Quantity(Decimal(1000), "GRM")


def test_what_is_held_of_a_line_that_counts_specimens_now_is_refused() -> None:
    specimens = replace(entry("26ZA2", "1", Quantity(Decimal(9))), quantity=Quantity(Decimal(1)))
    with pytest.raises(QuantityInvalid, match="hold 4 KGM of this line") as refused:
        acts.reserve(reserved(), specimens)
    assert (refused.value.position, refused.value.box) == ("B", "11")


def test_box_14_in_grams_allows_kilograms_as_box_11_says() -> None:
    endorsed = Examination(quantity=Quantity(Decimal(4500), "GRM"))
    line = a_position("B", quantity=KILOGRAMS, examination=endorsed)
    assert allowed_quantity(line) == Quantity(Decimal("4.5"), "KGM")
