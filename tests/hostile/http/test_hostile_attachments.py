"""Class: attachments. A package is right in every detail or refused; nothing is ever included."""

import pytest

from tests.soap.endpoint import NUMBER, Endpoint, the_permit
from tests.soap.test_soap_mtom import package, package_type

XOP = "http://www.w3.org/2004/08/xop/include"
INCLUDES = [
    "cid:root.message@cxf.apache.org",
    "cid:nothing",
    "cid:",
    "",
    "http://127.0.0.1:9/",
    "file:///etc/passwd",
    "#x",
]


def good(endpoint: Endpoint) -> bytes:
    return package(endpoint.plain())


def changed(endpoint: Endpoint, old: str, new: str) -> bytes:
    before = good(endpoint)
    assert old.encode() in before
    return before.replace(old.encode(), new.encode())


PART = "\r\n--uuid:7b\r\nContent-Type: application/octet-stream\r\nContent-ID: <{0}>\r\n\r\ndata"
BROKEN = {
    "cut before the end": ("--uuid:7b--\r\n", ""),
    "end without dashes": ("--uuid:7b--\r\n", "--uuid:7b\r\n"),
    "something after the end": ("--uuid:7b--\r\n", "--uuid:7b--\r\nmore"),
    "something before the start": (
        "\r\n--uuid:7b\r\nContent-Type",
        "preamble\r\n--uuid:7b\r\nContent-Type",
    ),
    "no head": ("Content-ID: <root.message@cxf.apache.org>\r\n\r\n", ""),
    "line feeds alone": ("\r\n", "\n"),
    "field twice": (
        "Content-Transfer-Encoding: binary",
        "Content-ID: <root.message@cxf.apache.org>",
    ),
    "field without colon": (
        "Content-Transfer-Encoding: binary",
        "Content-Transfer-Encoding binary",
    ),
    "field with control character": ("Content-Transfer-Encoding: binary", "X: a\x00b"),
    "base64": ("binary", "base64"),
    "quoted-printable": ("binary", "quoted-printable"),
    "unknown transfer": ("binary", "x-uuencode"),
    "part of other type": ("application/xop+xml;", "text/plain;"),
    "no inner type": (' type="text/xml"', ' x="text/xml"'),
    "foreign inner type": ('type="text/xml"', 'type="text/html"'),
    "damaged id": ("<root.message@cxf.apache.org>", "root.message@cxf.apache.org"),
    "other id": ("<root.message@cxf.apache.org>", "<other@cxf.apache.org>"),
    "id missing": ("Content-ID: <root.message@cxf.apache.org>\r\n", ""),
    "second part": ("\r\n--uuid:7b--", PART.format("a@b") + "\r\n--uuid:7b--"),
    "second part with the same id": (
        "\r\n--uuid:7b--",
        PART.format("root.message@cxf.apache.org") + "\r\n--uuid:7b--",
    ),
    "second part with a path for a name": (
        "\r\n--uuid:7b--",
        PART.format("../../etc/passwd") + "\r\n--uuid:7b--",
    ),
    "nested package": (
        'application/xop+xml; charset=UTF-8; type="text/xml"',
        'multipart/related; boundary="uuid:7b"',
    ),
    "empty part": ("\r\n--uuid:7b--", "\r\n--uuid:7b\r\n\r\n--uuid:7b--"),
    "empty root": ("<s:Envelope", "\r\n--uuid:7b\r\n\r\n<s:Envelope"),
    "junk in the delimiter line": ("--uuid:7b\r\n", "--uuid:7bjunk\r\n"),
}


@pytest.mark.parametrize(("old", "new"), BROKEN.values(), ids=BROKEN.keys())
def test_a_package_is_right_in_every_detail_or_refused(
    endpoint: Endpoint, old: str, new: str
) -> None:
    assert endpoint.post(good(endpoint), package_type()).permit("v1") == the_permit("v1")
    endpoint.backend.asked.clear()
    assert endpoint.post(changed(endpoint, old, new), package_type()).refuses("InvalidRequest")
    assert not endpoint.backend.asked


@pytest.mark.parametrize(
    "parameters",
    [
        {"boundary": "other"},
        {"boundary": ""},
        {"boundary": "x" * 71},
        {"boundary": "uuid:7b "},
        {"boundary": "uuid<7b"},
        {"start": "<other>"},
        {"start": ""},
        {"start-info": "application/soap+xml"},
        {"start-info": "rubbish"},
    ],
)
def test_the_parameters_of_the_package_must_fit_it(
    endpoint: Endpoint, parameters: dict[str, str]
) -> None:
    assert endpoint.post(good(endpoint), package_type(**parameters)).refuses("InvalidRequest")


def test_bounded_parts_and_heads(endpoint: Endpoint) -> None:
    parts = changed(endpoint, "\r\n--uuid:7b--", PART.format("a@b") * 100 + "\r\n--uuid:7b--")
    assert endpoint.post(parts, package_type()).refuses("MessageTooLarge", "parts")
    head = changed(
        endpoint, "Content-Transfer-Encoding", f"X-Long: {'x' * 3000}\r\nContent-Transfer-Encoding"
    )
    assert endpoint.post(head, package_type()).refuses("MessageTooLarge", "head")


@pytest.mark.parametrize("reference", INCLUDES)
@pytest.mark.parametrize("packed", [True, False])
def test_nothing_is_ever_included(endpoint: Endpoint, reference: str, packed: bool) -> None:
    include = f'<x:Include xmlns:x="{XOP}" href="{reference}"/>'
    for sent in (
        endpoint.envelope(
            endpoint.request(number=f"<CertificateNumber>{include}</CertificateNumber>")
        ),
        endpoint.envelope(
            endpoint.request(number=f"<CertificateNumber>{NUMBER}{include}</CertificateNumber>")
        ),
        endpoint.envelope(endpoint.request(), f'<h:x xmlns:h="urn:h">{include}</h:x>'),
        endpoint.envelope(include),
    ):
        answer = endpoint.post(package(sent), package_type()) if packed else endpoint.post(sent)
        assert answer.refuses("InvalidRequest")
    assert not endpoint.backend.asked


def test_a_doctype_in_the_root_of_a_package_is_refused(endpoint: Endpoint) -> None:
    assert endpoint.post(package("<!DOCTYPE x>" + endpoint.plain()), package_type()).refuses(
        "InvalidRequest", "document type"
    )


def test_the_charset_of_the_root_part_counts(endpoint: Endpoint) -> None:
    sent = changed(endpoint, "charset=UTF-8", "charset=utf-7")
    assert endpoint.post(sent, package_type()).refuses("InvalidRequest", "encoding")


def test_boundaries_without_end_cost_nothing(endpoint: Endpoint) -> None:
    assert endpoint.post(b"\r\n--uuid:7b" * 20_000, package_type()).refuses("MessageTooLarge")
    assert endpoint.post(b"--" * 100_000, package_type()).refuses("InvalidRequest")
