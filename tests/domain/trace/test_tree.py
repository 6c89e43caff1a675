"""Tree of documents and chains of lines: followed to the origin, or told where they end."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.domain.permit.party import Country, ReferencedDocument
from gateway.domain.permit.position import CitesPosition, Origin, RegisteredOperation
from gateway.domain.trace.chain import ChainEnd
from gateway.domain.trace.held import HeldDocument, Missing, Reason
from gateway.domain.trace.named import DocumentName, came_with, named_documents
from gateway.domain.trace.trace import Trace, trace_of
from gateway.domain.trace.tree import MOST_DOCUMENTS, MOST_STEPS, Place, build
from tests.builders import ISSUED
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
    box_12a,
    export,
    held,
    line,
    reexport,
)  # fmt: skip


def traced(name: DocumentName, *documents: HeldDocument) -> Trace:
    return trace_of(build(name, among(*documents)))


def test_a_chain_of_three_is_followed_to_its_origin() -> None:
    trace = traced(CH, *CHAIN)
    (first, repeated) = trace.root.children
    assert (first.name, first.named and first.named.box) == (ZA, "12a")
    assert [each.name for each in first.children] == [ZW]
    assert (repeated.name, repeated.place) == (ZW, Place.ABOVE)
    (chain,) = trace.chains
    assert (chain.path, chain.end, trace.closes) == ((CH, ZA, ZW), ChainEnd.CLOSED, True)
    assert not trace.passed


def test_an_export_permit_has_no_chain() -> None:
    trace = traced(ZW, ORIGIN)
    assert (trace.chains, trace.closes, trace.root.children) == ((), None, ())


@pytest.mark.parametrize(
    ("changed", "end"),
    [
        (line(origin=None), ChainEnd.NOT_NAMED),
        (line(origin=Origin(Country("ZW"))), ChainEnd.NOT_NAMED),
        (line(origin=Origin(Country("Zimbabwe"), ReferencedDocument("1"))), ChainEnd.NOT_NAMED),
        (line(origin=Origin(Country("ZW"), ReferencedDocument("1" * 71))), ChainEnd.NOT_NAMED),
        (line(origin=box_12(DocumentName("BW", "1"))), ChainEnd.NOT_AT_HAND),
        (line(origin=box_12(ZA)), ChainEnd.CIRCLE),
        (line(origin=box_12(), scientific_name="Alligator sinensis"), ChainEnd.OTHER_GOODS),
        (
            line(origin=box_12(DocumentName("BW", "1")), last_reexport=box_12a(ZW)),
            ChainEnd.OTHER_ORIGIN,
        ),
        (line(origin=Origin(Country("BW")), last_reexport=box_12a(ZW)), ChainEnd.OTHER_ORIGIN),
        (
            line(origin=box_12(DocumentName("ZW", "another")), last_reexport=box_12a(ZW)),
            ChainEnd.OTHER_ORIGIN,
        ),
        (line(origin=box_12(), scientific_name="CROCODYLUS  niloticus"), ChainEnd.CLOSED),
        (
            line(origin=None, sources=("O",), operation=RegisteredOperation(acquired=ISSUED)),
            ChainEnd.CLOSED_BY_DATE,
        ),
        (line(origin=None, sources=("O",)), ChainEnd.NOT_NAMED),
    ],
)
def test_the_end_of_a_chain_says_why(changed: CitesPosition, end: ChainEnd) -> None:
    (chain,) = traced(ZA, ORIGIN, held(ZA, reexport(changed))).chains
    assert chain.end is end


def test_what_is_not_at_hand_says_why() -> None:
    trace = traced(CH, SECOND, FIRST)
    (chain,) = trace.chains
    assert (chain.path, chain.missing) == ((CH, ZA, ZW), Missing(Reason.NO_PARTNER))
    assert trace.closes is False


def test_documents_in_a_circle_end() -> None:
    back = held(ZA, reexport(line(origin=box_12(CH))))
    trace = traced(CH, SECOND, back)
    (first, _) = trace.root.children
    assert [each.place for each in first.children] == [Place.CIRCLE]
    assert trace.chains[0].end is ChainEnd.CIRCLE


def test_a_line_may_have_come_on_any_line_of_its_taxon() -> None:
    unknown = line(letter="A", origin=box_12(DocumentName("BW", "1")))
    first = held(ZA, reexport(unknown, line(letter="B", origin=box_12())))
    assert traced(CH, SECOND, first, ORIGIN).closes


@pytest.mark.slow
def test_hostile_documents_make_no_endless_tree() -> None:
    asked: list[DocumentName] = []

    def find(name: DocumentName) -> HeldDocument:
        asked.append(name)
        lines = [
            line(letter=f"L{at}", origin=box_12(DocumentName("ZW", f"{name.number}/{at}"[-70:])))
            for at in range(8)
        ]
        return held(name, reexport(*lines, name=name))

    trace = trace_of(build(CH, find))
    assert len(asked) == MOST_DOCUMENTS
    missing = [node.missing for node in trace.root.every() if node.missing]
    assert set(missing) == {Missing(Reason.TOO_MANY)}
    assert trace.closes is False


def test_documents_that_name_each_other_crosswise_are_walked_in_bounded_time() -> None:
    levels = [[DocumentName("ZA", f"{level}-{at}") for at in range(6)] for level in range(9)]
    documents = [
        held(
            name,
            reexport(
                *(line(letter=f"L{at}", origin=box_12(below)) for at, below in enumerate(lower)),
                name=name,
            ),
        )
        for upper, lower in zip(levels, [*levels[1:], [ZW]], strict=True)
        for name in upper
    ]
    root = held(CH, reexport(line(origin=box_12(levels[0][0])), name=CH))
    trace = traced(CH, root, *documents)  # six ways at each of nine levels
    assert trace.closes is False


def test_the_number_of_steps_is_bounded() -> None:
    def find(name: DocumentName) -> HeldDocument:
        below = DocumentName("ZW", f"{int(name.number) + 1}")
        return held(name, reexport(line(origin=box_12(below)), name=name))

    nodes = list(build(DocumentName("ZW", "1"), find).every())
    assert [node.name.number for node in nodes] == [str(at + 1) for at in range(MOST_STEPS + 1)]
    assert nodes[-1].missing == Missing(Reason.TOO_MANY)


def test_a_day_that_differs_from_the_document_is_seen() -> None:
    wrong = box_12()
    moved = replace(wrong.permit or ReferencedDocument(), issued=ISSUED + timedelta(days=1))
    first = held(ZA, reexport(line(origin=replace(wrong, permit=moved))))
    (below,) = build(ZA, among(first, ORIGIN)).children
    assert below.day_differs
    (below,) = build(ZA, among(FIRST, ORIGIN)).children
    assert not below.day_differs


def test_box_12a_goes_before_box_12() -> None:
    both = line(origin=box_12(), last_reexport=box_12a())
    assert came_with(both) == ZA
    assert [each.box for each in named_documents(reexport(both))] == ["12a", "12"]
    assert named_documents(export(both)) == ()
