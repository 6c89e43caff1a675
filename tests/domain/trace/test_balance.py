"""Balance of a document: re-exports against what came in, by taxon, term and unit."""

from dataclasses import replace
from decimal import Decimal
from time import process_time
from typing import Any

import pytest

from gateway.domain.permit.position import CitesPosition
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.status import Status
from gateway.domain.trace.balance import Balance, BalanceState, balances_of
from gateway.domain.trace.held import Basis, Counted, HeldDocument
from gateway.domain.trace.named import DocumentName
from gateway.domain.trace.trace import trace_of
from gateway.domain.trace.tree import build
from tests.builders import an_examination
from tests.domain.trace.documents import (
    CH,
    CHAIN,
    FIRST,
    ORIGIN,
    SECOND,
    ZA,
    ZW,
    among,
    box_12,
    export,
    held,
    line,
    pieces,
    reexport,
)  # fmt: skip

OTHER = DocumentName("ZA", "ZA26RX000002")


def only(document: HeldDocument, *reexports: HeldDocument) -> Balance:
    (found,) = balances_of(document, reexports)
    return found


def out(amount: str, name: DocumentName = ZA, **changes: object) -> HeldDocument:
    return held(name, reexport(line(amount, origin=box_12(), **changes), name=name))


def kilograms(amount: str) -> Quantity:
    return Quantity(Decimal(amount), "KGM")


def test_one_unit_too_many_is_found_with_its_path() -> None:
    more = held(CH, reexport(replace(SECOND.permit.positions[0], quantity=pieces("6")), name=CH))
    trace = trace_of(build(CH, among(ORIGIN, FIRST, more)))
    (passed,) = trace.passed
    assert (passed.document, passed.standing, passed.excess) == (ZA, BalanceState.OVER, pieces("1"))
    assert passed.path == (CH, ZA)
    assert not trace_of(build(CH, among(*CHAIN))).passed


@pytest.mark.parametrize(
    "unread",
    [line("9", "B", quantity=None, origin=None), line("9", "B", origin=None, scientific_name=None)],
    ids=["quantity", "name"],
)
def test_a_line_that_cannot_be_read_may_be_what_was_reexported(unread: CitesPosition) -> None:
    origin = held(ZW, export(line("5", origin=None), unread))
    assert only(origin, out("6")).standing is BalanceState.NOT_COMPARABLE
    assert only(origin, out("5")).standing is BalanceState.WITHIN
    other = only(origin, out("1", scientific_name="Panthera leo")).standing
    named = unread.scientific_name is not None
    assert other is (BalanceState.NOT_ON_IT if named else BalanceState.NOT_COMPARABLE)


def test_a_reexport_without_a_name_in_box_7_is_not_compared() -> None:
    assert only(ORIGIN, out("9", scientific_name=None)).standing is BalanceState.NOT_COMPARABLE


@pytest.mark.slow
@pytest.mark.parametrize("taxa", [1, 1000])
def test_documents_of_a_thousand_lines_are_traced_at_once(taxa: int) -> None:
    """Each line against each line took a thousand times as long: ten seconds."""
    names = [f"Lacerta a{'bcdefghij'[at % 9] * (at // 9 + 1)}" for at in range(taxa)]

    def lines(**changes: Any) -> list[CitesPosition]:
        return [
            line("1", f"L{at}", scientific_name=names[at % taxa], **changes) for at in range(1000)
        ]

    documents = held(ZW, export(*lines(origin=None))), held(ZA, reexport(*lines(origin=box_12())))
    began = process_time()
    trace = trace_of(build(ZA, among(*documents)))
    assert process_time() - began < 2
    assert trace.closes and not trace.passed and len(trace.chains) == 1000


def test_several_reexports_of_one_permit_are_added_up() -> None:
    within = only(ORIGIN, out("3"), out("2", OTHER))
    assert (within.standing, within.came_in, within.went_out) == (
        BalanceState.WITHIN,
        pieces("5"),
        pieces("5"),
    )
    over = only(ORIGIN, out("3"), out("2.000001", OTHER))
    assert (over.standing, over.excess) == (BalanceState.OVER, pieces("0.000001"))
    assert [str(use.name) for use in over.uses] == ["ZA ZA26RX000001", "ZA ZA26RX000002"]


def test_reexports_beside_the_tree_count_too() -> None:
    trace = trace_of(build(ZA, among(FIRST, ORIGIN)), [(OTHER, out("1", OTHER))])
    (passed,) = trace.passed
    assert (passed.excess, passed.path) == (pieces("1"), (ZA, ZW))


def test_counted_goes_before_permitted() -> None:
    counted = replace(ORIGIN, counted={"A": Counted(pieces("5"), pieces("4"))})
    over = only(counted, FIRST)
    assert (over.came_in, over.bases, over.excess) == (
        pieces("4"),
        {Basis.COUNTED_AT_IMPORT},
        pieces("1"),
    )
    left = replace(FIRST, counted={"A": Counted(at_export=pieces("4"))})
    within = only(counted, left)
    assert within.standing is BalanceState.WITHIN
    assert within.uses[0].basis is Basis.COUNTED_AT_EXPORT


def test_box_14_is_a_count_at_export() -> None:
    endorsed = held(ZW, export(line("5", origin=None, examination=an_examination("4"))))
    over = only(endorsed, FIRST)
    assert (over.bases, over.excess) == ({Basis.COUNTED_AT_EXPORT}, pieces("1"))


@pytest.mark.parametrize(
    ("status", "came", "left"),
    [
        (Status.CANCELLED, "0", "0"),
        (Status.RETURNED, "0", "0"),
        (Status.REPLACED, "5", "0"),
        (Status.LOST, "5", "5"),
        (Status.FINAL, "5", "5"),
    ],
)
def test_a_document_that_ended_unused_moves_nothing(status: Status, came: str, left: str) -> None:
    document = replace(FIRST, status=status)
    (of_it,) = document.permit.positions
    came_in, went_out = document.came_in(of_it), document.went_out(of_it)
    assert came_in and came_in[0] == pieces(came)
    assert went_out and went_out[0] == pieces(left)
    counted = replace(document, counted={"A": Counted(at_export=pieces("2"))})
    went_out = counted.went_out(of_it)
    assert went_out == (pieces("2"), Basis.COUNTED_AT_EXPORT)


def test_units_are_converted_where_the_code_list_says_how() -> None:
    tonnes = line(origin=None, term="MEA", quantity=Quantity(Decimal("1.5"), "TON"))
    document = held(ZW, export(tonnes))
    leaves = out("1", term="MEA", quantity=kilograms("1500"))
    assert only(document, leaves).standing is BalanceState.WITHIN
    more = out("1", term="MEA", quantity=kilograms("1500.000001"))
    assert only(document, more).excess == kilograms("0.000001")


@pytest.mark.parametrize(
    ("change", "standing"),
    [
        ({"quantity": kilograms("1")}, BalanceState.NOT_COMPARABLE),
        ({"term": "LPS"}, BalanceState.NOT_COMPARABLE),
        ({"quantity": None}, BalanceState.NOT_COMPARABLE),
        ({"scientific_name": "Alligator sinensis"}, BalanceState.NOT_ON_IT),
        ({"scientific_name": "Crocodylus niloticus Laurenti, 1768"}, BalanceState.WITHIN),
    ],
)
def test_unlike_goods_are_never_added_up(change: dict[str, object], standing: BalanceState) -> None:
    assert only(ORIGIN, out("5", **change)).standing is standing


def test_pieces_and_kilograms_of_one_document_stand_apart() -> None:
    lines: list[CitesPosition] = [
        line("5", origin=box_12()),
        line("5", "B", origin=box_12(), quantity=kilograms("2")),
    ]
    found = balances_of(ORIGIN, [held(ZA, reexport(*lines))])
    assert [each.standing for each in found] == [BalanceState.WITHIN, BalanceState.NOT_COMPARABLE]


def test_other_documents_do_not_count() -> None:
    export_that_names_it = held(OTHER, export(line("9", origin=box_12()), name=OTHER))
    elsewhere = held(OTHER, reexport(line("9", origin=box_12(CH)), name=OTHER))
    assert balances_of(ORIGIN, [export_that_names_it, elsewhere]) == []
