"""Limits for documents of partners: size, depth and encoding, and the time of a refusal."""

import time
from pathlib import Path

import pytest

from adapters.xml import DEEPEST, MOST_BYTES, MOST_ELEMENTS
from gateway.domain.errors import DocumentInvalid
from gateway.exchange.ports import PermitFormat
from tests.builders import a_permit, a_position

MINIMAL = (Path(__file__).parents[1] / "documents" / "v2" / "minimal.xml").read_text(
    encoding="utf-8"
)


@pytest.fixture
def v2(permit_formats: dict[str, PermitFormat]) -> PermitFormat:
    return permit_formats["v2"]


@pytest.mark.parametrize(
    "document",
    [
        MINIMAL.encode("utf-8-sig"),
        ('<?xml version="1.0" encoding="UTF-8"?>\n' + MINIMAL).encode(),
        ('<?xml version="1.0"?>\n' + MINIMAL).encode("utf-16"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>\n' + MINIMAL).encode("latin-1"),
        ('<?xml version="1.0" encoding="US-ASCII"?>\n' + MINIMAL).encode(
            "ascii", "xmlcharrefreplace"
        ),
    ],
    ids=["BOM", "declared", "UTF-16", "Latin-1", "ASCII"],
)
def test_the_usual_encodings_say_the_same(document: bytes, v2: PermitFormat) -> None:
    assert v2.read(document) == v2.read(MINIMAL.encode())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("document", "words"),
    [
        (b"<CITESEPermit>" + b" " * MOST_BYTES + b"</CITESEPermit>", "larger than"),
        (b"<CITESEPermit>" + b"<x/>" * MOST_ELEMENTS + b"</CITESEPermit>", "elements"),
        (b"<x>" * (DEEPEST + 1) + b"1" + b"</x>" * (DEEPEST + 1), "not CITESEPermit"),
        (
            b"<CITESEPermit>" + b"<x>" * DEEPEST + b"1" + b"</x>" * DEEPEST + b"</CITESEPermit>",
            "deep",
        ),
        (
            b"<CITESEPermit>" + b"<x>" * 100_000 + b"1" + b"</x>" * 100_000 + b"</CITESEPermit>",
            "not well-formed",
        ),
        (
            b"<CITESEPermit " + b" ".join(b'a%d="1"' % n for n in range(100_000)) + b"/>",
            "attributes",
        ),
        (b"<CITESEPermit>" + b"<x>1</x>" * 99_990 + b"</CITESEPermit>", "number is missing"),
        (
            b"<CITESEPermit "
            + b" ".join(b'xmlns:n%d="u%d"' % (n, n) for n in range(100_000))
            + b"/>",
            "missing",
        ),
        (
            b'<!DOCTYPE CITESEPermit [<!ENTITY a0 "ha">'
            + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
            + b']><CITESEPermit x="&a11;"/>',
            "DOCTYPE|not well-formed",
        ),
        (
            ('<?xml version="1.0" encoding="UTF-32"?>\n' + MINIMAL).encode("utf-32"),
            "encoding|not well-formed",
        ),
    ],
    ids=[
        "large",
        "many",
        "other root",
        "deep",
        "very deep",
        "attributes",
        "siblings",
        "namespaces",
        "entities in an attribute",
        "UTF-32",
    ],
)
def test_a_document_over_a_limit_is_refused_quickly(
    document: bytes, words: str, v2: PermitFormat
) -> None:
    began = time.process_time()
    with pytest.raises(DocumentInvalid) as refused:
        v2.read(document)
    assert time.process_time() - began < 2
    assert any(word in refused.value.text for word in words.split("|"))


@pytest.mark.slow
def test_a_permit_of_400_lines_is_read_as_written(v2: PermitFormat) -> None:
    permit = a_permit(positions=tuple(a_position(f"L{n}") for n in range(400)))
    assert v2.read(v2.write(permit)) == permit


def test_a_refusal_to_write_quotes_no_endless_value(v2: PermitFormat) -> None:
    """An unmapped date of a document may have any length; the validator would quote it whole."""
    full = (Path(__file__).parents[1] / "documents" / "v2" / "several-documents.xml").read_text(
        encoding="utf-8"
    )
    odd = full.replace("2026-01-02T00:00:00+02:00", "X" * 20_000)
    with pytest.raises(DocumentInvalid) as refused:
        v2.write(v2.read(odd.encode()))
    assert "DateTime" in refused.value.text
    assert len(refused.value.text) < 500
