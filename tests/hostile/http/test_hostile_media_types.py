"""Class: media type, compression. Only the documented types reach the parser; all else is 415."""

import gzip
import zlib
from functools import cache

import pytest

from tests.soap.endpoint import Endpoint

FOREIGN = [
    "",
    "text",
    "text/",
    "/xml",
    "*/*",
    "text/*",
    "text/plain",
    "text/html",
    "application/xml",
    "application/json",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/related",
    "multipart/related; boundary=x",
    'multipart/related; type="text/xml"; boundary=x',
    "application/xop+xml",
    "application/soap+msbin1",
    "application/fastinfoset",
    "message/rfc822",
    "text/xml, text/xml",
    "text/xml; charset",
    "text/xml; charset=",
    "text/xml; =utf-8",
    "text/xml; charset=utf-8; charset=utf-8",
    'text/xml; charset="utf-8',
    "text/xml charset=utf-8",
    "text/xml;charset=utf 8",
    "text/xml\x00",
    "text/xmlx",
    "xtext/xml",
    "text /xml",
    "text/ xml",
    "text/xml; a=" + "b" * 5000,
    "téxt/xml",
]


@pytest.mark.parametrize("media", FOREIGN)
def test_a_foreign_media_type_is_415_and_unread(endpoint: Endpoint, media: str) -> None:
    answer = endpoint.post(endpoint.plain(), media)
    assert answer.status == 415
    assert answer.refuses("InvalidRequest", "text/xml")
    assert "multipart/related" in answer.headers["Accept"]
    assert not endpoint.backend.asked


def test_no_media_type_at_all_is_415(endpoint: Endpoint) -> None:
    assert endpoint.raw("POST", body=endpoint.plain().encode()).status == 415


@pytest.mark.parametrize(
    "media",
    [
        "text/xml",
        " text/xml ",
        "Text/XML;",
        'text/xml; charset="UTF\\-8"',
        "text/xml ; charset=utf-8 ; x=y",
        "text/xml;\tcharset=utf-8",
    ],
)
def test_a_known_type_in_odd_dress_is_taken(endpoint: Endpoint, media: str) -> None:
    assert endpoint.post(endpoint.plain(), media).fault is None


@cache
def bomb() -> bytes:
    """A small body that becomes a large one."""
    return zlib.compress(b"<" * 50_000_000, 9)


@pytest.mark.parametrize(
    "coding",
    [
        "gzip",
        "x-gzip",
        "deflate",
        "br",
        "zstd",
        "gzip, gzip",
        "identity, gzip",
        "GZIP",
        "nonsense",
        "identity;q=1",
    ],
)
def test_compressed_requests_are_cleanly_refused(endpoint: Endpoint, coding: str) -> None:
    for body in (
        gzip.compress(endpoint.plain().encode()),
        bomb(),
        b"\x1f\x8b\x08damaged",
        b"",
    ):
        answer = endpoint.post(body, content_encoding=coding)
        assert answer.status == 415
        assert answer.refuses("InvalidRequest", "ompressed")
        assert answer.headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("coding", ["identity", "", " Identity "])
def test_identity_is_no_compression(endpoint: Endpoint, coding: str) -> None:
    assert endpoint.post(endpoint.plain(), content_encoding=coding).fault is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"\n\n",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"not xml",
        b"{}",
        b"a=b",
        b"\x1f\x8b",
        b"<",
        b"<>",
        b"</x>",
        b"%PDF",
        b"\x00" * 100,
        b"PK\x03\x04",
    ],
)
@pytest.mark.parametrize("media", ["text/xml", "application/soap+xml"])
def test_what_is_no_xml_is_refused_in_the_soap_of_its_media_type(
    endpoint: Endpoint, body: bytes, media: str
) -> None:
    answer = endpoint.post(body, media)
    assert answer.refuses("InvalidRequest")
    assert answer.headers["Content-Type"].startswith(media)
