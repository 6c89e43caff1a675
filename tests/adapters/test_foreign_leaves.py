"""Leaves of a partner's document: read where they have one meaning, else kept and marked."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.registry import formats
from gateway.domain.errors import DocumentInvalid
from gateway.domain.permit.permit import UNSTATED, Permit
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.unreadable import UnreadableLeaf
from gateway.domain.verdict import SealStatus
from gateway.exchange.integrity.documents_as_issued import DocumentsAsIssued
from gateway.exchange.ports import PermitFormat
from tests.adapters.test_permit_documents import BROKEN, DOCUMENTS, WHOLE
from tests.builders import a_permit
from tests.programs import unavailable

ANSWERS = Path(__file__).parents[3] / "shared" / "cases" / "answers"
FORMATS = formats()
MAPUTO = timezone(timedelta(hours=2))
MINIMAL = (DOCUMENTS / "v2" / "minimal.xml").read_text(encoding="utf-8")
ENDS = "2026-09-01T00:00:00+02:00"


def with_end(text: str) -> bytes:
    return MINIMAL.replace(ENDS, text).encode()


def with_quantity(text: str) -> bytes:
    return MINIMAL.replace('"NAR">5<', f'"KGM">{text}<', 1).encode()


def with_copy(text: str) -> bytes:
    kind = "<ram:TypeCode>E</ram:TypeCode>"
    copy = f"<ram:CopyIndicator>{text}</ram:CopyIndicator>"
    return MINIMAL.replace(kind, kind + copy, 1).encode()


def marks(permit: Permit) -> list[tuple[str, str | None, str, bool]]:
    return [(each.box, each.position, each.text, each.not_set) for each in permit.unreadable]


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case["file"].removesuffix(".xml"))
def test_a_broken_document_of_a_partner_is_refused_only_for_its_form(case: dict[str, str]) -> None:
    document = (DOCUMENTS / "broken" / case["file"]).read_bytes()
    permit_format = FORMATS[case["version"]]
    if case["foreign"] == "refused":
        with pytest.raises(DocumentInvalid) as refused:
            permit_format.read_foreign(document)
        assert (refused.value.box or "") == case["box"]
        return
    permit = permit_format.read_foreign(document)
    if case["foreign"] in ("unreadable", "not set"):
        (leaf,) = permit.unreadable
        assert leaf.not_set is (case["foreign"] == "not set")
        assert (leaf.box, leaf.line_of_text) == (case["box"], int(case["line"]))
        assert any(words in leaf.reason for words in case["words"].split("|")) or leaf.not_set
    else:
        assert not permit.unreadable
        shown = permit.valid_until.date() if case["box"] == "2" else permit.positions[0].quantity
        assert str(shown) == case["foreign"]


@pytest.mark.parametrize("file", WHOLE, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_good_document_is_read_the_same_strictly_and_leniently(file: Path) -> None:
    permit_format, document = FORMATS[file.parent.name], file.read_bytes()
    assert permit_format.read_foreign(document) == permit_format.read(document)


MOMENTS = [
    ("2026-09-01T24:00:00", datetime(2026, 9, 1, 23, 59, 59, 999999, UNSTATED)),
    ("2026-09-01T24:00:00.000+02:00", datetime(2026, 9, 1, 23, 59, 59, 999999, MAPUTO)),
    ("2026-12-31T24:00:00Z", datetime(2026, 12, 31, 23, 59, 59, 999999, UTC)),
    ("2028-02-29T24:00", datetime(2028, 2, 29, 23, 59, 59, 999999, UNSTATED)),
    ("2026-09-01", datetime(2026, 9, 1, tzinfo=UNSTATED)),
    ("2026-09-01Z", datetime(2026, 9, 1, tzinfo=UTC)),
    (" 2026-09-01+02:00\n", datetime(2026, 9, 1, tzinfo=MAPUTO)),
    ("2026-09-01-05:00", datetime(2026, 9, 1, tzinfo=timezone(timedelta(hours=-5)))),
    ("2026-09-01T10:30", datetime(2026, 9, 1, 10, 30, tzinfo=UNSTATED)),
    ("2026-09-01 10:30:15", datetime(2026, 9, 1, 10, 30, 15, tzinfo=UNSTATED)),
    ("2026-09-01T10:30:15.25+0200", datetime(2026, 9, 1, 10, 30, 15, 250000, MAPUTO)),
    ("2026-09-01t10:30:15z", datetime(2026, 9, 1, 10, 30, 15, tzinfo=UTC)),
]


@pytest.mark.parametrize(("text", "moment"), MOMENTS)
def test_a_date_with_one_meaning_is_read_and_keeps_its_day(text: str, moment: datetime) -> None:
    permit = FORMATS["v2"].read_foreign(with_end(text))
    assert permit.valid_until is not None
    assert (permit.valid_until, permit.valid_until.utcoffset()) == (moment, moment.utcoffset())
    assert not permit.unreadable
    with pytest.raises(DocumentInvalid):
        FORMATS["v2"].read(with_end(text))


def test_the_end_of_a_day_belongs_to_that_day() -> None:
    """A permit valid until the end of 1 September has expired at the midnight that follows."""
    permit = FORMATS["v2"].read_foreign(with_end("2026-09-01T24:00:00Z"))
    assert permit.valid_before == datetime(2026, 9, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01T00:00:00",
        "0001-01-01T00:00:00Z",
        "0001-01-01",
        "9999-12-31T23:59:59.9999999",
        "9999-12-31T24:00:00+02:00",
        "9999-12-31",
    ],
)
def test_the_first_and_last_year_mean_not_set(text: str) -> None:
    permit = FORMATS["v2"].read_foreign(with_end(text))
    assert permit.valid_until is None
    assert marks(permit) == [("2", None, text, True)]


@pytest.mark.parametrize(
    "text",
    [
        "01/09/2026",
        "09.01.2026",
        "1 September 2026",
        "2026-13-01",
        "2026-02-30T00:00:00",
        "0001-02-30",
        "9999-12-31T25:00:00",
        "2026-09-01T24:00:01",
        "2026-09-01T24:01:00",
        "2026-09-01T10:30.5",
        "2026-09-01T00:00:00+15:00",
        "20260901",
        "unlimited",
        "\u0662\u0660\u0662\u0666-09-01",
    ],
)
def test_any_other_date_is_kept_as_written(text: str) -> None:
    permit = FORMATS["v2"].read_foreign(with_end(text))
    assert permit.valid_until is None
    assert marks(permit) == [("2", None, text, False)]
    assert not permit.carried


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.25E+1", "12.5"),
        ("1.25e1", "12.5"),
        ("5E-3", "0.005"),
        (".5E1", "5"),
        ("+120E0", "120"),
        ("123456789012345678901E-6", "123456789012345.678901"),
    ],
)
def test_a_quantity_with_an_exponent_is_the_one_number_it_says(text: str, amount: str) -> None:
    permit = FORMATS["v2"].read_foreign(with_quantity(text))
    quantity = permit.positions[0].quantity
    assert quantity == Quantity(Decimal(amount), "KGM")
    assert str(quantity) == f"{amount} KGM"
    assert not permit.unreadable


@pytest.mark.parametrize(
    "text",
    ["12,5", "1,200", "1 200", "1'200", "-5", "-1E1", "1E99", "1E-99", "1E", "1E1.5", "1E1000",
     "INF", "NaN", "0x10", "five", "5 kg", "5-6", "\u0665"],
)  # fmt: skip
def test_a_quantity_is_never_guessed(text: str) -> None:
    permit = FORMATS["v2"].read_foreign(with_quantity(text))
    (line, *_) = permit.positions
    assert line.quantity is None
    assert marks(permit) == [("11", line.id, text, False)]
    assert permit.unreadable[0].as_written == f"{text} KGM"
    with pytest.raises(DocumentInvalid, match="was not readable") as refused:
        FORMATS["v2"].write(permit)
    assert (refused.value.box, refused.value.position) == ("11", line.id)


@pytest.mark.parametrize(
    ("text", "copy"),
    [("TRUE", True), ("True", True), ("False", False), ("FALSE", False), (" true ", True)],
)
def test_an_indicator_is_read_in_any_case(text: str, *, copy: bool) -> None:
    permit = FORMATS["v2"].read_foreign(with_copy(text))
    assert (permit.copy, permit.unreadable) == (copy, ())


@pytest.mark.parametrize("text", ["yes", "J", "2", "-1", "truefalse"])
def test_any_other_indicator_is_kept_as_written(text: str) -> None:
    permit = FORMATS["v2"].read_foreign(with_copy(text))
    assert permit.copy is None
    assert marks(permit) == [("1", None, text, False)]


def test_every_leaf_of_a_document_is_marked_and_the_rest_is_read() -> None:
    document = with_quantity("five").replace(ENDS.encode(), b"soon")
    permit = FORMATS["v2"].read_foreign(document)
    assert [(leaf.box, leaf.position, leaf.element) for leaf in permit.unreadable] == [
        ("2", None, "EndDateTime"),
        ("11", "A", "ItemQuantity"),
    ]
    whole = FORMATS["v2"].read(MINIMAL.encode())
    assert permit.positions[1:] == whole.positions[1:]
    assert permit.exporter == whole.exporter


FIRST_AND_SECOND = [
    ("soon", ENDS, None, [("soon", False)]),
    ("soon", "soon", None, [("soon", False)]),
    ("0001-01-01T00:00:00", ENDS, "2026-09-01", []),
    ("0001-01-01T00:00:00", "0001-01-01T00:00:00", None, [("0001-01-01T00:00:00", True)]),
    (ENDS, "soon", "2026-09-01", [("soon", False)]),
    (ENDS, "9999-12-31T00:00:00", "2026-09-01", []),
]


@pytest.mark.parametrize(("first", "second", "day", "marked"), FIRST_AND_SECOND)
def test_a_box_with_two_places_is_not_guessed_from_the_other(
    first: str, second: str, day: str | None, marked: list[tuple[str, bool]]
) -> None:
    began, ended = "<ram:EffectiveSpecifiedPeriod>", "</ram:EffectiveSpecifiedPeriod>"
    before, _, rest = MINIMAL.partition(began)
    end = "<ram:EndDateTime>{}</ram:EndDateTime>"
    document = (
        f"{before}<ram:ReferenceReferencedDocument>{began}{end.format(second)}{ended}"
        f"</ram:ReferenceReferencedDocument>{began}{end.format(first)}{ended}"
        f"{rest.partition(ended)[2]}"
    )
    permit = FORMATS["v2"].read_foreign(document.encode())
    assert (permit.valid_until and permit.valid_until.date().isoformat()) == day
    assert [(leaf.text, leaf.not_set) for leaf in permit.unreadable] == marked


@pytest.mark.parametrize("version", FORMATS)
def test_our_own_document_with_an_unreadable_leaf_is_not_what_was_issued(version: str) -> None:
    """Reading our own documents stays strict, so that a changed one never passes for another."""

    class Trusts:
        def judge(self, document: bytes, seals: object) -> None:
            raise AssertionError(SealStatus.UNSEALED)

    issued = FORMATS[version].write(a_permit())
    own = DocumentsAsIssued(Trusts(), lambda: FORMATS)  # type: ignore[arg-type]
    assert own.problem(a_permit(), {version: (issued, None)}) is None
    for text in (b">five<", b">5E0<", b">5,0<"):
        changed = issued.replace(b">5<", text, 1)
        assert changed != issued
        assert own.problem(a_permit(), {version: (changed, None)}) is not None


def test_text_as_written_is_shown_cleaned_on_one_line_and_short() -> None:
    leaf = UnreadableLeaf("11", "A", "ItemQuantity", "5\n \u202e6" + "7" * 5000)
    assert leaf.as_written.startswith("5 \\u202E67")
    assert len(leaf.as_written) < 300
    assert leaf.as_written.endswith("...")


@pytest.mark.slow
def test_a_document_full_of_unreadable_leaves_costs_no_more_than_its_length() -> None:
    def seconds(lines: int) -> float:
        item = "".join(
            "<ram:IncludedSupplyChainConsignmentItem>"
            f"<ram:ID>L{number}</ram:ID><ram:TransportLogisticsPackage><ram:ItemQuantity>x{number}"
            "</ram:ItemQuantity></ram:TransportLogisticsPackage>"
            "</ram:IncludedSupplyChainConsignmentItem>"
            for number in range(lines)
        )
        end = "</rsm:SpecifiedSupplyChainConsignment>"
        document = MINIMAL.replace(end, item + end).encode()
        began = time.process_time()
        permit = FORMATS["v2"].read_foreign(document)
        assert len(permit.unreadable) == lines
        return time.process_time() - began

    seconds(100)
    assert seconds(8000) < 8 * 4 * max(seconds(1000), 0.01)


CASES: list[tuple[str, Callable[[Permit], bool]]] = [
    ("date-24h.xml", lambda permit: str(permit.valid_until).startswith("2027-05-15")),
    ("date-year-0001.xml", lambda permit: permit.valid_from is None),
]


@pytest.mark.parametrize(("name", "right"), CASES)
def test_a_case_that_lost_the_whole_permit_is_read(
    name: str, right: Callable[[Permit], bool]
) -> None:
    if not (ANSWERS / name).is_file():
        unavailable("the cases are not beside this checkout")
    permit_format: PermitFormat = FORMATS["v2"]
    permit = permit_format.read_foreign((ANSWERS / name).read_bytes())
    assert right(permit)
    assert [leaf.not_set for leaf in permit.unreadable] == ([True] if "0001" in name else [])
    assert [str(line.quantity) for line in permit.positions] == ["5 NAR", "12.5 KGM", "3 NAR"]
