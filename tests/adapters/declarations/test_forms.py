"""Forms of customs: how their entries become lines, and what is refused."""

import json
from decimal import Decimal

import pytest

from adapters.declarations.entries import MOST_BYTES
from adapters.declarations.read import read_declaration
from adapters.declarations.us_3_177 import UNITS
from gateway.domain.codes import code_list
from gateway.domain.declarations.line import CustomsDeclaration, DeclarationLine
from gateway.domain.declarations.refused import DeclarationInvalid
from gateway.domain.errors import GatewayError, QuantityInvalid
from gateway.domain.permit.quantity import Quantity

ROW = {"16a": "Python regius", "17a": "GH-1", "19a": "20 NO"}
ITEM = {"32": "1", "44": [{"code": "CIT", "text": "DE-A01186/21"}]}
GOODS = {
    "11 03": "7",
    "12 03": [{"12 03 001": "X1", "12 03 002": "C400", "country": "GH", "token": "T-1"}],
}


def read(**document: object) -> CustomsDeclaration:
    return read_declaration(json.dumps(document).encode())


def us(*rows: dict[str, object], **head: object) -> CustomsDeclaration:
    return read(form="us-3-177", declaration="1", lines=rows, **head)


def no(*items: dict[str, object], **head: object) -> CustomsDeclaration:
    return read(form="no-44", declaration="1", items=items, **head)


def eu(*items: dict[str, object]) -> CustomsDeclaration:
    return read(form="eu", mrn="26DE1", date="2026-04-02", items=items)


def test_a_row_of_3_177_with_two_permits_relies_on_both() -> None:
    rows = us(ROW | {"17b": "26US1/9", "17b_token": "T"}, **{"14b": "GH", "1": "2026-04-02"})
    assert [(line.item, line.permit, line.token) for line in rows.lines] == [
        ("1", ("GH", "GH-1"), None),
        ("1", ("US", "26US1/9"), "T"),
    ]
    assert all(line.quantity == Quantity(Decimal(20), "NAR") for line in rows.lines)


def test_units_of_3_177_are_units_of_the_cites_list() -> None:
    assert set(UNITS.values()) <= set(code_list("units"))
    (line,) = us(ROW | {"19a": "2.5 MT", "17a_country": "BJ"}).lines
    assert (line.country, line.quantity) == ("BJ", Quantity(Decimal("2.5"), "MTR"))


@pytest.mark.parametrize(
    ("number", "head", "country"),
    [
        ("DE-A01186/21", {}, "DE"),
        ("21NO-0007-IM", {}, "NO"),
        ("QQ-1", {"15a": "GH"}, "GH"),
        ("4711", {"15a": "GH"}, "GH"),
    ],
)
def test_the_country_of_a_norwegian_reference(number, head, country) -> None:
    item = ITEM | {"44": [{"code": "CIT", "text": number}, {"code": "FAK", "anything": 1}]}
    (line,) = no(item, **head).lines
    assert (line.country, line.number) == (country, number)


def test_two_permits_of_box_44_are_two_lines() -> None:
    both = [{"code": "CIT", "text": "DE-1"}, {"code": "cit", "text": "21NO-0007-IM"}]
    lines = no(ITEM | {"44": both, "38": "12.5", "31": "snakes"}).lines
    assert [line.country for line in lines] == ["DE", "NO"]
    assert lines[0].quantity == Quantity(Decimal("12.5"), "KGM")
    assert no(ITEM | {"41": 3, "38": "12.5"}).lines[0].quantity == Quantity(Decimal(3), "NAR")


def test_a_supporting_document_of_the_eu() -> None:
    (line,) = eu(GOODS | {"18 01": 3.25, "16 08": "it", "18 05": "bags"}).lines
    assert line == DeclarationLine(
        "7",
        "GH",
        "X1",
        "T-1",
        description="bags",
        quantity=Quantity(Decimal("3.25"), "KGM"),
        customs_origin="IT",
    )


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda: us(ROW), "17a_country"),
        (lambda: us({"16a": "x", "19a": "1 NO"}), "must name a permit"),
        (lambda: us(ROW | {"19a": "20"}, **{"14b": "GH"}), "as in 20 NO"),
        (lambda: us(ROW | {"19a": "20 LB"}, **{"14b": "GH"}), "as in 20 NO"),
        (lambda: us(ROW | {"22": "x"}, **{"14b": "GH"}), '"22" is no entry'),
        (lambda: us(ROW, **{"14b": "GH", "1": "04/02/2026"}), "must be a day"),
        (lambda: us(ROW | {"16a": "x" * 2001}, **{"14b": "GH"}), "at most 2000"),
        (lambda: no(ITEM | {"44": [{"code": "CIT", "text": "4711"}]}), "country"),
        (lambda: no(ITEM | {"44": [{"code": "FAK"}]}), "1 to 999 lines"),
        (lambda: no(ITEM | {"44": "CIT 4711"}), "must be a list"),
        (lambda: no(ITEM | {"44": ["CIT"]}), "must be an object"),
        (lambda: eu(GOODS, GOODS), "twice"),
        (lambda: eu(GOODS | {"12 03": [{"12 03 001": "X", "12 03 002": "C400"}]}), "country"),
        (lambda: eu({k: v for k, v in GOODS.items() if k != "11 03"}), '"11 03" is missing'),
        (lambda: eu(*[GOODS | {"11 03": str(n)} for n in range(1000)]), "1 to 999 lines"),
        (lambda: read(form=[]), "must be a text"),
        (lambda: read(declaration="\u202e1", lines=[{}]), "item"),
    ],
)
def test_what_is_wrong_is_named(act, said: str) -> None:
    with pytest.raises(DeclarationInvalid, match=said):
        act()


@pytest.mark.parametrize("amount", ["-5", "1e3", "NaN", "٣", "0x10", "1" * 16, "5 NAR", ""])
def test_a_quantity_is_written_in_plain_digits(amount: str) -> None:
    line = {"item": "1", "country": "GH", "number": "1", "quantity": amount}
    if amount == "":
        assert read(declaration="1", lines=[line]).lines[0].quantity is None
        return
    with pytest.raises(QuantityInvalid):
        read(declaration="1", lines=[line])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"form": "plain", "form": "eu"}',
        b'{"declaration": NaN}',
        b'{"declaration": 1e999999999, "lines": [{"item": 1e999999999}]}',
        b'{"a":' * 100_000,
        b"[" * 100_000,
        b" " * (MOST_BYTES + 1),
        b'{"declaration": "\\ud800", "lines": [{"item": "\\ud800"}]}',
        b"9" * 10_000,
    ],
    ids=lambda content: content[:20],
)
def test_hostile_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(GatewayError) as refused:
        read_declaration(content)
    assert isinstance(refused.value, DeclarationInvalid)
