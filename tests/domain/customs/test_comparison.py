"""Comparison of a paper with its permit: what is ticked, typed, unreadable or left."""

from dataclasses import replace
from decimal import Decimal

import pytest

from gateway.domain.customs.comparison import Agreement, Entry, compare, verdict_of
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.unreadable import UnreadableLeaf
from tests.builders import a_permit, a_position

LINE = replace(
    a_position(), scientific_name="Crocodylus niloticus", quantity=Quantity(Decimal("1.5"), "KIL")
)
PERMIT: Permit = a_permit(positions=(LINE,))


def result(key: str, typed: str = "", *, same: bool = False, **others: str) -> Agreement:
    entries = {key: Entry(same, typed), **{name: Entry(typed=of) for name, of in others.items()}}
    found = compare(PERMIT, PERMIT.positions, entries)
    return next(each.result for each in found if each.key == key)


@pytest.mark.parametrize(
    ("key", "typed", "expected"),
    [
        ("species@A", "  crocodylus   NILOTICUS ", Agreement.AGREES),
        ("species@A", "Crocodylus porosus", Agreement.DIFFERS),
        ("quantity@A", "1.50", Agreement.AGREES),
        ("quantity@A", "1,5", Agreement.AGREES),
        ("quantity@A", "1,500", Agreement.UNREADABLE),  # a decimal comma, or thousands
        ("quantity@A", "15", Agreement.DIFFERS),
        ("quantity@A", "many", Agreement.UNREADABLE),
        ("quantity@A", "9" * 400, Agreement.UNREADABLE),
        ("unit@A", "KGM", Agreement.AGREES),
        ("unit@A", "Kilograms", Agreement.AGREES),
        ("unit@A", "GRM", Agreement.DIFFERS),
        ("unit@A", "armfuls", Agreement.UNREADABLE),
        ("issued", "2026-03-02", Agreement.AGREES),
        ("issued", "2.3.2026", Agreement.AGREES),
        ("issued", "02/03/2026", Agreement.UNREADABLE),  # 2 March, or 3 February
        ("issued", "2026-03-03", Agreement.DIFFERS),
        ("issued", "30.2.2026", Agreement.UNREADABLE),
        ("last-day", "2026-09-01", Agreement.AGREES),
        ("stamp", "mz 0004711", Agreement.AGREES),
        ("stamp", "MZ 0004712", Agreement.DIFFERS),
    ],
)
def test_what_is_typed_is_compared_by_the_kind_of_its_field(
    key: str, typed: str, expected: Agreement
) -> None:
    assert result(key, typed) is expected
    assert result(key, typed, same=True) is expected  # what is typed counts before the tick


def test_a_quantity_is_compared_in_the_unit_that_the_paper_says() -> None:
    assert result("quantity@A", "1500", **{"unit@A": "grams"}) is Agreement.AGREES
    assert result("quantity@A", "1500", **{"unit@A": "NAR"}) is Agreement.DIFFERS


def test_a_tick_agrees_and_nothing_is_not_compared() -> None:
    assert result("species@A", same=True) is Agreement.AGREES
    assert result("species@A") is Agreement.NOT_COMPARED


def test_the_whole_agrees_only_where_every_field_was_compared() -> None:
    keys = [each.key for each in compare(PERMIT, PERMIT.positions, {})]
    ticked = dict.fromkeys(keys, Entry(same=True))
    assert verdict_of(compare(PERMIT, PERMIT.positions, ticked)) is Agreement.AGREES
    for key, entry, expected in (
        ("issued", Entry(), Agreement.NOT_COMPARED),
        ("issued", Entry(typed="soon"), Agreement.UNREADABLE),
        ("issued", Entry(typed="2020-01-01"), Agreement.DIFFERS),
    ):
        found = compare(PERMIT, PERMIT.positions, {**ticked, key: entry})
        assert verdict_of(found) is expected


def test_a_value_of_the_permit_that_is_not_readable_neither_agrees_nor_differs() -> None:
    line = replace(LINE, quantity=None)
    leaf = UnreadableLeaf("11", "A", "Quantity", "a dozen")
    for leaves, expected in (
        ((leaf,), Agreement.UNREADABLE),
        ((replace(leaf, not_set=True),), Agreement.DIFFERS),
        ((), Agreement.DIFFERS),
    ):
        permit = replace(PERMIT, positions=(line,), unreadable=leaves)
        found = compare(permit, permit.positions, {"quantity@A": Entry(typed="12")})
        assert [each.result for each in found if each.key == "quantity@A"] == [expected]
    permit = replace(PERMIT, positions=(line,), unreadable=(leaf,))
    ticked = compare(permit, permit.positions, {"quantity@A": Entry(same=True)})
    assert [each.result for each in ticked if each.key == "quantity@A"] == [Agreement.UNREADABLE]
