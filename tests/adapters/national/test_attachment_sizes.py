"""Sizes of attachments: what is published can be read by every gateway as it is configured."""

import base64
import json
from pathlib import Path

import pytest
from lxml import etree

from adapters.national.registry import national_source
from gateway.domain.errors import RecordInvalid
from gateway.domain.supporting.content import MAX_FILE_BYTES, MAX_TRAVELLING_BYTES
from gateway.exchange.ports import NationalRecord
from gateway.settings.client import ClientSettings

EXAMPLE = Path(__file__).parents[3] / "adapters" / "national" / "examples" / "mozambique.json"
MEGABYTE = 1024 * 1024
DOCUMENT_BYTES = 2 * MEGABYTE
"""More than a permit of a thousand lines has, with its seal."""


def published(
    folder: Path, *sizes: int, content: bytes = b"%PDF-1.7", **fields: str
) -> NationalRecord | RecordInvalid:
    record = json.loads(EXAMPLE.read_text(encoding="utf-8"))[0] | fields
    names = [f"{place}.pdf" for place in range(len(sizes))]
    for name, size in zip(names, sizes, strict=True):
        (folder / name).write_bytes(content.ljust(size, b" "))
    file = folder / "one.json"
    file.write_text(json.dumps([record | {"attachments": names}]), encoding="utf-8")
    (found,) = national_source(file).records(file)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [(6 * MEGABYTE, 6 * MEGABYTE), (MAX_FILE_BYTES,) * 2])
def test_what_fits_is_taken(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    found = published(tmp_path, *sizes)
    assert isinstance(found, NationalRecord), found
    assert [len(each.content) for each in found.attachments] == list(sizes)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ((MAX_FILE_BYTES + 1,), "7 MB"),
        ((MAX_FILE_BYTES, MAX_FILE_BYTES, 10), "14 MB in all"),
        ((MEGABYTE,) * 15, "14 MB in all"),
    ],
)
def test_what_is_too_large_is_refused(tmp_path: Path, sizes: tuple[int, ...], said: str) -> None:
    refused = published(tmp_path, *sizes)
    assert isinstance(refused, RecordInvalid)
    assert said in (refused.expected or "")


@pytest.mark.parametrize("fields", [{}, {"status": "issued"}])
def test_active_content_does_not_travel(tmp_path: Path, fields: dict[str, str]) -> None:
    refused = published(tmp_path, 99, content=b"%PDF-1.7 /S /JavaScript ", **fields)
    assert isinstance(refused, RecordInvalid)
    assert "active content" in (refused.expected or "")


@pytest.mark.parametrize(
    "fields",
    [{"status": "cancelled"}, {"status": "lost"}, {"status": "replaced", "successor": "MZ26EX1"}],
)
def test_the_end_of_a_permit_comes_through_with_what_was_taken_before(
    tmp_path: Path, fields: dict[str, str]
) -> None:
    """A record has to name the same attachments again, which an earlier rule took."""
    found = published(tmp_path, 99, content=b"%PDF-1.7 /S /JavaScript ", **fields)
    assert isinstance(found, NationalRecord), found
    assert len(found.attachments) == 1


def test_all_of_a_record_is_read_by_default() -> None:
    encoded = len(base64.b64encode(bytes(MAX_TRAVELLING_BYTES)))
    assert encoded + DOCUMENT_BYTES < ClientSettings().max_reply_bytes


@pytest.mark.slow
def test_the_largest_is_a_text_that_parsers_take_by_default() -> None:
    text = base64.b64encode(bytes(MAX_FILE_BYTES))
    assert etree.fromstring(b"<a>" + text + b"</a>").text == text.decode()
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(b"<a>" + text + b"A" * 300_000 + b"</a>")
