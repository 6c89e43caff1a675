"""Round trips of the documents in tests/documents; every broken one is refused, box named."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.domain.errors import DocumentInvalid
from gateway.exchange.ports import PermitFormat
from tests.adapters.document_leaves import leaves

DOCUMENTS = Path(__file__).parents[1] / "documents"
WHOLE = sorted(DOCUMENTS.glob("v[12]/*.xml"))
BROKEN = list(
    csv.DictReader(
        (DOCUMENTS / "broken" / "EXPECTED").read_text(encoding="utf-8").splitlines(), delimiter=";"
    )
)

WRITER_ADDS = {"minimal.xml", "empty-elements.xml", "odd-codes.xml"}
"""Documents without the letter of the signature or the unit of box 11, which are always written."""


@pytest.mark.parametrize("file", WHOLE, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_document_passes_through_reader_and_writer_with_nothing_lost(
    file: Path, permit_formats: dict[str, PermitFormat], validate: Callable[[str, bytes], None]
) -> None:
    version = file.parent.name
    permit_format = permit_formats[version]
    permit = permit_format.read(file.read_bytes())
    written = permit_format.write(permit)
    validate(version, written)
    assert leaves(file.read_bytes()) - leaves(written) == {}
    again = permit_format.read(written)
    assert permit_format.write(again) == written
    if file.name not in WRITER_ADDS:
        assert again == permit


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case["file"].removesuffix(".xml"))
def test_a_broken_document_is_refused_with_box_and_line(
    case: dict[str, str], permit_formats: dict[str, PermitFormat]
) -> None:
    document = (DOCUMENTS / "broken" / case["file"]).read_bytes()
    with pytest.raises(DocumentInvalid) as refused:
        permit_formats[case["version"]].read(document)
    assert (refused.value.box or "") == case["box"]
    assert any(words in refused.value.text for words in case["words"].split("|"))
    if case["line"]:
        assert refused.value.line == int(case["line"])
    if case["box"]:
        assert refused.value.path


def test_every_broken_document_is_expected_and_every_expected_one_is_there() -> None:
    assert {case["file"] for case in BROKEN} == {
        file.name for file in (DOCUMENTS / "broken").glob("*.xml")
    }


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_the_real_samples_lose_nothing_but_what_is_absent(
    version: str,
    evidence: Path,
    permit_formats: dict[str, PermitFormat],
    validate: Callable[[str, bytes], None],
    permit_element: Callable[[bytes], bytes],
) -> None:
    sample = permit_element(
        (evidence / "samples" / f"{version}-get_non_final_cites_certificate.xml").read_bytes()
    )
    permit = permit_formats[version].read(sample)
    written = permit_formats[version].write(permit)
    validate(version, written)
    assert leaves(sample) - leaves(written) == {}
    assert permit_formats[version].read(written) == permit
    assert [line.id for line in permit.positions] == ["A", "B"]
