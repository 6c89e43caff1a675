"""JSON-LD of a permit: nothing lost, expanded by an independent processor without a network."""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld

from adapters.jsonld.boxes import LINE, PERMIT
from adapters.jsonld.document import (
    MOST_BYTES,
    context,
    json_ld,
    json_ld_losses,
    node_of,
    permit_of_json_ld,
)
from adapters.national import examples
from adapters.national.registry import national_source
from gateway.domain.errors import DocumentInvalid
from gateway.domain.permit.permit import UNSTATED, Carried, Permit
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.variants import Annex, PartiallyCompleted, Retrospective
from gateway.exchange.ports import NationalRecord
from tests.builders import ISSUED, a_permit, a_position, a_reexport, an_examination
from tests.document_kinds import KINDS, record_of

CARGO = "https://onerecord.iata.org/ns/cargo#"
OWN = "urn:epix-gateway:permit:1#"


def no_network(url: str, options: object) -> Any:
    raise AssertionError(f"{url} was fetched")


def expanded(document: bytes) -> dict[str, Any]:
    options = {"documentLoader": no_network, "processingMode": "json-ld-1.1"}
    (found,) = jsonld.expand(json.loads(document), options)
    return dict(found)


def permits(folder: Path) -> Iterator[Permit]:
    yield from (a_permit(), a_reexport())
    yield replace(
        a_permit(),
        valid_from=datetime(2026, 3, 1, tzinfo=UNSTATED),
        retrospective=Retrospective(),
        annex=Annex(2),
        partially_completed=PartiallyCompleted(("11",), 3),
        examination=an_examination(None),
        positions=(
            a_position(
                annotation="#4",
                quantity=Quantity(Decimal("12345678.123456"), "KGM"),
                examination=an_examination(
                    "3", dead_on_arrival=Quantity(Decimal(1)), seized=Quantity(Decimal(2), "NAR")
                ),
            ),
        ),
    )
    file = folder / "kinds.json"
    file.write_text(json.dumps([record_of(name, f"MZ26EX0{at:03}") for at, name in
                                enumerate(KINDS)]), encoding="utf-8")  # fmt: skip
    for each in (file, *(examples.directory() / name for name in
                         ("mozambique.json", "south_africa.csv", "sandbox.json"))):  # fmt: skip
        for record in national_source(each).records(each):
            assert isinstance(record, NationalRecord), record
            yield record.permit


@pytest.mark.slow
def test_every_permit_is_read_back_as_it_was(tmp_path: Path) -> None:
    for permit in permits(tmp_path):
        assert permit_of_json_ld(json_ld(permit)) == permit


@pytest.mark.slow
def test_expansion_drops_no_value_and_fetches_nothing(tmp_path: Path) -> None:
    for permit in permits(tmp_path):
        document = json_ld(permit)
        whole = expanded(document)
        assert sorted(map(str, literals(json.loads(document)))) == sorted(map(str, values(whole)))
        assert all(":" in name or name.startswith("@") for name in names(whole))


def literals(node: Any, key: str = "") -> Iterator[Any]:
    """Values of a document in its short form."""
    if isinstance(node, dict):
        for name, each in node.items():
            if name not in ("@context", "type"):
                yield from literals(each, name)
    elif isinstance(node, list):
        for each in node:
            yield from literals(each, key)
    else:
        yield node


def values(node: Any) -> Iterator[Any]:
    """Values of an expanded document, codes by their end."""
    if isinstance(node, dict):
        if "@value" in node:
            yield node["@value"]
        elif node.keys() == {"@id"}:
            yield node["@id"].rpartition("#")[2]
        else:
            for name, each in node.items():
                if name != "@type":
                    yield from values(each)
    elif isinstance(node, list):
        for each in node:
            yield from values(each)


def names(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from node
        for each in node.values():
            yield from names(each)
    elif isinstance(node, list):
        for each in node:
            yield from names(each)


def test_a_reader_of_one_record_finds_the_boxes_under_its_names() -> None:
    live = a_permit(positions=(a_position(term="LIV"),))
    found = expanded(json_ld(live))
    assert found["@type"] == [f"{OWN}CitesPermit", f"{CARGO}LiveAnimalsEpermit"]
    assert found[f"{CARGO}epermitNumber"] == [{"@value": "MZ26EX000001"}]
    assert found[f"{CARGO}transactionPurposeCode"] == [
        {"@id": "https://onerecord.iata.org/ns/code-lists/TransactionPurposeCode#T"}
    ]
    until = {"@type": "http://www.w3.org/2001/XMLSchema#dateTime",
             "@value": "2026-09-01T00:00:00+02:00"}  # fmt: skip
    assert found[f"{CARGO}validUntil"] == [until]
    roles = {each[f"{CARGO}signatoryRole"][0]["@id"].rpartition("#")[2]
             for each in found[f"{CARGO}signatures"]}  # fmt: skip
    assert roles == {"ISSUING_AUTHORITY", "PERMIT_ISSUER"}
    (line,) = found[f"{CARGO}consignments"][0]["@list"]
    (piece,) = line[f"{CARGO}consignmentItems"]
    assert piece["@type"] == [f"{CARGO}PieceLiveAnimals"]
    assert piece[f"{CARGO}speciesScientificName"] == [{"@value": "Crocodylus niloticus"}]
    assert piece[f"{CARGO}goodsTypeCode"][0]["@id"].endswith("GoodsTypeCode#II")


def test_dead_specimens_are_not_called_live() -> None:
    found = node_of(a_permit())
    assert found["type"] == ["CitesPermit"]
    assert {line["consignmentItems"]["type"] for line in found["consignments"]} == {"Piece"}


def test_each_attribute_of_the_permit_has_a_row() -> None:
    """A field that is added to the permit is red here until it stands in the table."""
    for table, of, other in (
        (PERMIT, a_permit(), {"positions", "carried", "unreadable"}),
        (LINE, a_position(), set()),
    ):
        known = {row.attribute.partition(".")[0] for row in table}
        assert is_dataclass(of)
        assert {each.name for each in fields(of)} - other == known


def test_loss_notes_name_what_one_record_has_no_name_for() -> None:
    permit = a_permit(
        positions=(a_position(annotation="#4"),),
        carried=(Carried("v2", "HeaderExchangedDocument[0]/Name[1]", "more"),),
    )
    notes = {(each.box, each.field, each.position, each.path) for each in json_ld_losses(permit)}
    assert ("10", "annotation", "A", "consignments[A]/consignmentItems/listingAnnotation") in notes
    assert ("4", "exporter.name", None, "exporter/organizationName") in notes
    assert ("", "carried", None, "HeaderExchangedDocument[0]/Name[1]") in notes
    assert not {"2", "3", "5", "8", "15"} & {box for box, *_ in notes}
    assert permit_of_json_ld(json_ld(permit)) == replace(permit, carried=())


def test_the_context_defines_what_it_needs_and_no_address_is_in_it_but_names() -> None:
    assert context()["@version"] == 1.1
    used = {name for row in (*PERMIT, *LINE) for name, _ in row.steps}
    terms = {term for term in context() if term[0].islower() or term[0] == "@"}
    apart = {"@version", "id", "type", "cargo", "codes", "epix", "xsd",
             "signatoryRole", "numericalValue", "unit", "consignments",
             "issuingCountry", "issuingAuthorityCode"}  # fmt: skip
    assert terms - apart == used


def changed(**parts: Any) -> bytes:
    return json.dumps(json.loads(json_ld(a_permit())) | parts).encode()


@pytest.mark.parametrize(
    ("document", "box", "words"),
    [
        (b"", None, "no JSON"),
        (b'{"a":1,"a":2}', None, "no JSON"),
        (b"[" * 100_000, None, "no JSON"),
        (b"\xff\xfe{}", None, "no JSON"),
        (b"[]", None, "context"),
        (b" " * (MOST_BYTES + 1), None, "larger"),
        (changed(**{"@context": "https://example.org/context"}), None, "context"),
        (changed(type=["Permit"]), None, "no CITES permit"),
        (changed(type="CitesPermit"), None, "no CITES permit"),
        (changed(consignments={}), "7", "lines"),
        (changed(consignments=[1]), "7", "node"),
        (changed(consignments=[{"type": "EpermitConsignment"}]), "7", "letter"),
        (changed(epermitNumber=5), "1", "text"),
        (changed(epermitNumber=None), "1", "text"),
        (changed(copyIndicator="true"), "1", "true or false"),
        (changed(validUntil="tomorrow"), "2", "date and time"),
        (changed(specialConditions="one"), "5", "list"),
        (changed(annex={"pages": True}), "5", "whole number"),
        (changed(annex=[]), "5", "node"),
        (changed(unknown="x"), None, "no box knows"),
        (changed(signatures=[{"signatoryRole": "THIEF", "securityStampId": "1"}]), None, "no box"),
        (changed(signatures=[{"signatoryRole": "APPLICANT", "signatureLetter": "B"}] * 2), None,
         "no box knows"),
        (changed(consignments=[{"lineLetter": "A", "annualQuota": {"numericalValue": 5}}]), "11a",
         "text"),
        (changed(consignments=[{"lineLetter": "A", "annualQuota": {"numericalValue": "-5"}}]),
         "11a", "decimal"),
        (changed(consignments=[{"lineLetter": "A", "annualQuota": {"more": "5"}}]), "11a",
         "numericalValue and unit"),
    ],
)  # fmt: skip
def test_a_document_of_another_shape_is_refused(
    document: bytes, box: str | None, words: str
) -> None:
    with pytest.raises(DocumentInvalid) as refused:
        permit_of_json_ld(document)
    assert words in refused.value.text
    assert refused.value.box == box


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(DocumentInvalid, match="time zone"):
        json_ld(a_permit(issued_at=ISSUED.replace(tzinfo=None)))
    assert b"2026-03-02T07:30:00+00:00" in json_ld(a_permit(issued_at=ISSUED.astimezone(UTC)))
