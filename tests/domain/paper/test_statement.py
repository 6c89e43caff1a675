"""Statement of a permit code: its boxes for people, its map, and what is refused."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from gateway.domain.codes import form_wording
from gateway.domain.identifiers import Authority, IsoCountryCode, TokenId
from gateway.domain.paper.boxes import HEAD, LINE, ShownBox, ValueUnexpected
from gateway.domain.paper.statement import LaterVersion, PaperStatement
from gateway.domain.permit.position import RegisteredOperation
from tests.builders import ISSUED, a_permit, a_position

ANAC = Authority(IsoCountryCode("MZ"), "ANAC")
AT = datetime(2026, 4, 1, 12, 0, 0, 500, tzinfo=UTC)


def stated(**changes: Any) -> PaperStatement:
    return PaperStatement.of(a_permit(**changes), ANAC, AT)


def values(boxes: tuple[ShownBox, ...] | Any) -> dict[tuple[str, str], tuple[str, ...]]:
    return {(box.box, box.word): box.lines for box in boxes}


def test_it_comes_back_from_its_map() -> None:
    statement = PaperStatement.of(a_permit(), ANAC, AT, TokenId("A-1"))
    plain = dict(statement.plain())
    assert PaperStatement.parse(plain).plain() == plain
    assert plain[3] == int(AT.timestamp())


def test_it_says_the_boxes_of_the_form() -> None:
    head = values(stated().head())
    assert head["1", "number"] == ("MZ26EX000001",)
    assert head["2", "valid_until"] == ("2026-09-01",)
    assert head["3", "importer"] == (
        "Cape Leather Works (Pty) Ltd, 14 Loop Street, 8001 Cape Town, ZA",
    )
    assert head["5", "special_conditions"] == (
        "Valid only with intact tags. Not valid for live animals.",
    )
    (letter, line), *_ = stated().body()
    said = values(line)
    assert letter == "A"
    assert said["7", "scientific_name"] == ("Crocodylus niloticus",)
    assert said["11", "quantity"] == ("5 NAR",)
    assert said["12", "date"] == ("2026-03-02",)


def test_a_day_before_1970_and_the_first_of_1970_are_boxes() -> None:
    for day in (datetime(1969, 12, 31, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)):
        line = a_position(operation=RegisteredOperation(acquired=day))
        plain = stated(positions=(line,)).plain()
        (_, boxes), *_ = PaperStatement.parse(plain).body()
        assert values(boxes)["12b", "acquired"] == (day.date().isoformat(),)


def test_a_long_text_is_cut_and_bound() -> None:
    text = "Ä" * 500
    (said,) = values(stated(special_conditions=(text,)).head())["5", "special_conditions"]
    assert said == "Ä" * 120 + f"… (SHA-256 {sha256(text.encode()).hexdigest()[:32]}…)"


def test_each_key_of_the_table_is_there_once_with_words_of_the_form() -> None:
    for table in (HEAD, LINE):
        keys = [row.key for row in table]
        assert keys == list(range(1, len(keys) + 1))
        assert {row.word for row in table} <= form_wording().keys()


@pytest.mark.parametrize(
    "change",
    [
        {1: "mz"},
        {3: "now"},
        {6: {}},
        {6: {1: "MZ1", 99: "x"}},
        {6: {1: "MZ1", 6: "2026-01-01"}},
        {6: {1: 7}},
        {7: [{1: "A", 2: 5}]},
        {7: []},
        {8: 2},
        {8: -1},
        {9: b"x" * 32},
        {10: "a\nb"},
        {11: 1},
        {5: 10**30},
    ],
)
def test_a_map_that_says_something_else_is_refused(change: dict[int, Any]) -> None:
    plain = dict(stated(positions=(a_position(),)).plain())
    PaperStatement.parse(plain)
    with pytest.raises(ValueError):
        PaperStatement.parse(plain | change)


def test_a_later_version_is_told_from_a_damaged_one() -> None:
    with pytest.raises(LaterVersion):
        PaperStatement.parse({0: 2})
    with pytest.raises(ValueUnexpected):
        PaperStatement.parse([])


def test_first_lines_come_with_a_digest() -> None:
    cut = stated().with_first_lines(1, b"d" * 32)
    assert PaperStatement.parse(cut.plain()).count == 3
    with pytest.raises(ValueError):
        PaperStatement.parse(replace(cut, digest=b"short").plain())
    assert ISSUED.date().isoformat() == values(cut.head())["13", "date"][0]
