"""Every element of the wire contract survives a round trip, whether a box knows it or not."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree

from gateway.exchange.ports import PermitFormat
from tests.adapters.document_leaves import leaves

pytestmark = pytest.mark.slow

SAMPLES_OF_TYPES = {
    "xs:boolean": lambda nth: "true",
    "xs:dateTime": lambda nth: f"2026-03-{nth % 28 + 1:02}T{nth % 24:02}:{nth % 60:02}:07+02:00",
    "xs:decimal + @unitCode": lambda nth: f"{nth}.5",
    "xs:token": lambda nth: f"token-{nth}",
    "xs:string": lambda nth: f"words of\nelement {nth} ",
}
MEANT = {
    "HeaderExchangedDocument/TypeCode": ("E",),
    "IncludedSupplyChainConsignmentItem/AssociatedReferencedDocument/TypeCode": ("861", "811"),
}
"""Leaves that steer the reading, so they cannot say just anything."""


def elements(evidence: Path, version: str, root: str) -> list[dict[str, str]]:
    with (evidence / f"elements-{version}.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["path"].startswith(f"/{root}")]


def every_element(rows: list[dict[str, str]], times: int) -> bytes:
    """A document with every path of the contract; all values differ.

    times: how often a repeatable element stands.
    """
    counter = iter(range(1, 1_000_000))
    root = etree.Element(rows[0]["path"].strip("/"))
    _fill(root, rows[0]["path"], rows, times, counter)
    return etree.tostring(root)


def _fill(
    parent: etree._Element,
    path: str,
    rows: list[dict[str, str]],
    times: int,
    counter: Iterator[int],
) -> None:
    for row in rows:
        if row["path"].rpartition("/")[0] != path:
            continue
        name = row["path"].rpartition("/")[2]
        for nth in range(times if row["max"] == "unbounded" else 1):
            child = etree.SubElement(
                parent, f"{{{row['namespace']}}}{name}" if row["namespace"] else name
            )
            if row["kind"] == "complex":
                _fill(child, row["path"], rows, times, counter)
                continue
            child.text = _value(row, next(counter), nth, child)
            for attribute in _attributes(row):
                child.set(attribute, f"{attribute}-{next(counter)}")


def _value(row: dict[str, str], number: int, nth: int, child: etree._Element) -> str:
    for end, values in MEANT.items():
        if row["path"].endswith(end):
            above = child.getparent()
            assert above is not None
            same = list(above.itersiblings(above.tag, preceding=True))
            return values[len(same) % len(values)]
    return SAMPLES_OF_TYPES[
        next(kind for kind in SAMPLES_OF_TYPES if row["xsd_type"].startswith(kind))
    ](number)


def _attributes(row: dict[str, str]) -> list[str]:
    return [part.partition("=")[0] for part in row["attributes"].split("; ") if part]


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize(("version", "root"), [("v1", "CBFShip"), ("v2", "CITESEPermit")])
def test_every_element_of_the_contract_survives(
    version: str,
    root: str,
    times: int,
    evidence: Path,
    permit_formats: dict[str, PermitFormat],
    validate: Callable[[str, bytes], None],
) -> None:
    rows = elements(evidence, version, root)
    document = every_element(rows, times)
    validate(version, document)
    permit = permit_formats[version].read(document)
    written = permit_formats[version].write(permit)
    validate(version, written)
    assert leaves(document) - leaves(written) == {}
    assert permit_formats[version].read(written) == permit
    covered = {"/" + leaf[0] for leaf in leaves(written)}
    assert {row["path"] for row in rows if row["kind"] == "simple"} <= covered
