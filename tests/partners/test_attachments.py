"""MTOM packages of partners: read fully right, or refused (wire contract, section 7)."""

import base64
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.domain.errors import PartnerFault, PartnerReplyInvalid
from gateway.domain.partner import OperationName
from gateway.exchange.ports import Attachment, PartnerReply
from gateway.partners.mtom import ReceivedPackage, media_type_of, unpack
from tests.partners.partner_cases import NUMBER, TOKEN, envelope
from tests.partners.partner_server import Answer, says
from tests.programs import unavailable

CASES = Path(__file__).parents[3] / "shared" / "cases"

ROOT_TYPE = 'application/xop+xml; charset=UTF-8; type="text/xml"'
NASTY = bytes(range(256)) * 8 + b"\r\n--other\r\n\n\r --parts--\r\n\r"
"""Bytes a careless splitter cuts."""


def part(
    content: bytes,
    identifier: str | None = None,
    encoding: str = "binary",
    kind: str = "image/jpeg",
) -> bytes:
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n"
    head += f"Content-ID: <{identifier}>\r\n" if identifier else ""
    return head.encode() + b"\r\n" + content


def root(name: str) -> bytes:
    return part(envelope(name), "root@za.example", "8bit", ROOT_TYPE)


def body_of(*parts: bytes, ended: bool = True) -> bytes:
    body = b"".join(b"\r\n--parts\r\n" + each for each in parts)
    return body + (b"\r\n--parts--\r\n" if ended else b"")


def package(*parts: bytes, start: str | None = "<root@za.example>", ended: bool = True) -> Answer:
    return packed(body_of(*parts, ended=ended), start)


def packed(body: bytes, start: str | None = "<root@za.example>") -> Answer:
    kind = 'multipart/related; boundary="parts"; type="application/xop+xml"; start-info="text/xml"'
    return says(body, content_type=kind + (f'; start="{start}"' if start else ""))


PHOTO = part(NASTY, "photo@za.example")
SCAN = part(b"%PDF-1.7", "scan@za.example")


def ask(asking: Callable, answer: Answer) -> PartnerReply:
    client, _ = asking(answer)
    return client.certificate(OperationName.GET_NON_FINAL, NUMBER, TOKEN)


def refusal(asking: Callable, answer: Answer) -> str:
    with pytest.raises(PartnerReplyInvalid) as refused:
        ask(asking, answer)
    return refused.value.text


def test_included_parts_are_read_byte_for_byte(asking: Callable) -> None:
    reply = ask(asking, package(root("partner_mtom.xml"), PHOTO, SCAN))
    assert reply.attachments == (
        Attachment("photo.jpg", NASTY),
        Attachment("scan.pdf", b"%PDF-1.7"),
    )
    assert (reply.version, reply.composite) == ("v2", False)


@pytest.mark.parametrize("seed", range(5))
def test_no_byte_of_a_part_is_lost_or_translated(asking: Callable, seed: int) -> None:
    content = bytes(random.Random(seed).choices(b"\r\n-\x00\xff a", k=5000))
    reply = ask(asking, package(root("partner_mtom.xml"), part(content, "photo@za.example"), SCAN))
    assert reply.attachments[0].content == content


def test_parts_in_base64_are_decoded(asking: Callable) -> None:
    encoded = part(base64.encodebytes(NASTY), "photo@za.example", "BASE64")
    assert (
        ask(asking, package(root("partner_mtom.xml"), encoded, SCAN)).attachments[0].content
        == NASTY
    )


def test_the_root_part_may_have_any_media_type(asking: Callable) -> None:
    """SOAP with Attachments: plain text/xml, references as bare text (wire contract, section 7)."""
    message = part(
        envelope("partner_mtom_bare_reference.xml"), "root@za.example", "8bit", "text/xml"
    )
    assert ask(asking, package(message, PHOTO)).attachments == (Attachment("photo.jpg", NASTY),)


def test_without_a_start_parameter_the_first_part_is_the_message(asking: Callable) -> None:
    assert (
        len(ask(asking, package(root("partner_mtom.xml"), PHOTO, SCAN, start=None)).attachments)
        == 2
    )


def test_a_package_whose_head_was_not_kept_is_read_by_its_first_delimiter() -> None:
    body = body_of(root("partner_mtom.xml"), PHOTO, SCAN).removeprefix(b"\r\n")
    again = unpack(media_type_of(body), body)
    assert again == unpack('multipart/related; boundary="parts"', body)
    assert again.take("cid:photo@za.example") == NASTY
    assert unpack(media_type_of(b"<a/>"), b"<a/>") == ReceivedPackage(b"<a/>", None)


def test_the_start_parameter_finds_the_message_in_any_place(asking: Callable) -> None:
    assert len(ask(asking, package(PHOTO, SCAN, root("partner_mtom.xml"))).attachments) == 2


def test_a_bare_reference_to_a_part_is_followed(asking: Callable) -> None:
    reply = ask(asking, package(root("partner_mtom_bare_reference.xml"), PHOTO))
    assert reply.attachments == (Attachment("photo.jpg", NASTY),)


def test_a_part_that_nothing_refers_to_does_not_matter(asking: Callable) -> None:
    assert (
        ask(asking, package(root("partner_v2_permit.xml"), PHOTO, part(b"", None))).version == "v2"
    )


def test_a_fault_in_a_package_is_a_fault(asking: Callable) -> None:
    with pytest.raises(PartnerFault):
        ask(asking, package(root("partner_fault_detail.xml")))


@pytest.mark.parametrize(
    ("answer", "says_why"),
    [
        pytest.param(
            package(root("partner_mtom.xml"), PHOTO), "not in its package", id="missing part"
        ),
        pytest.param(
            package(root("partner_mtom_repeated.xml"), PHOTO),
            "not in its package",
            id="part used twice",
        ),
        pytest.param(
            package(root("partner_mtom_itself.xml")),
            "not in its package",
            id="message as attachment",
        ),
        pytest.param(
            package(root("partner_mtom_outside.xml")), "not in its package", id="outside reference"
        ),
        pytest.param(
            says(envelope("partner_mtom.xml")), "not in its package", id="reference without package"
        ),
        pytest.param(
            package(root("partner_mtom_in_permit.xml"), PHOTO),
            "where no attachment",
            id="in the permit",
        ),
        pytest.param(
            package(root("partner_mtom.xml"), PHOTO, PHOTO, SCAN), "twice", id="content id twice"
        ),
        pytest.param(
            package(root("partner_mtom.xml"), PHOTO, SCAN, part(b"x", "root@za.example")),
            "twice",
            id="content id of the message again",
        ),
        pytest.param(
            package(root("partner_mtom.xml"), PHOTO, SCAN, start="<x@y>"),
            "damaged",
            id="no such start",
        ),
        pytest.param(
            package(root("partner_mtom.xml"), PHOTO, SCAN, ended=False), "damaged", id="no end"
        ),
        pytest.param(package(), "damaged", id="no parts"),
        pytest.param(package(*[PHOTO] * 101), "damaged", id="too many parts"),
        pytest.param(
            package(root("partner_mtom.xml"), part(b"!!!", "photo@za.example", "base64"), SCAN),
            "damaged",
            id="damaged base64",
        ),
        pytest.param(
            package(root("partner_mtom.xml"), part(b"", "photo@za.example", "x-uuencode"), SCAN),
            "damaged",
            id="unknown transfer encoding",
        ),
        pytest.param(
            package(
                root("partner_mtom.xml"),
                part(b"--q\r\n\r\n--q--", "photo@za.example", kind="multipart/mixed; boundary=q"),
            ),
            "damaged",
            id="nested package",
        ),
        pytest.param(
            says(b"--parts--", content_type="multipart/related"), "damaged", id="no boundary"
        ),
        pytest.param(
            says(b"", content_type="multipart/form-data; boundary=parts"),
            "damaged",
            id="another multipart",
        ),
        pytest.param(
            says(envelope("partner_attachment_not_base64.xml")),
            "not base64",
            id="inline, not base64",
        ),
    ],
)
def test_a_package_that_is_not_right_is_refused(
    asking: Callable, answer: Answer, says_why: str
) -> None:
    assert says_why in refusal(asking, answer)


GOOD = body_of(root("partner_mtom.xml"), PHOTO, SCAN)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"\r\n--parts\r\n", b"Here it comes.\r\n--parts\r\n", id="text before"),
        pytest.param(b"\n--parts--\r\n", b"\n--parts--\r\nThat was it.", id="text after"),
        pytest.param(b"--parts\r\n", b"--parts\n", id="delimiter line without CR"),
        pytest.param(b"8bit\r\n", b"8bit\n", id="head line without CR"),
        pytest.param(b"8bit\r\n", b"8bit\r\nContent-Type: a/b\r\n", id="field twice"),
        pytest.param(b"8bit\r\n", b"8bit\r\nnot a field\r\n", id="line that is no field"),
        pytest.param(b"8bit", b"quoted-printable", id="quoted-printable"),
        pytest.param(b"<photo@za.example>", b"photo@za.example", id="content id without brackets"),
        pytest.param(b"8bit\r\n", b"8bit\r\nX: " + b"x" * 8_192 + b"\r\n", id="large head"),
    ],
)
def test_a_package_is_never_repaired(asking: Callable, old: bytes, new: bytes) -> None:
    assert len(ask(asking, packed(GOOD)).attachments) == 2
    assert old in GOOD
    assert "damaged" in refusal(asking, packed(GOOD.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("content_id", "reference"),
    [
        ("a@urn:us:gov", "cid:a@urn%3Aus%3Agov"),
        ("a@urn%3Aus%3Agov", "cid:a@urn%3Aus%3Agov"),
        ("a%40b", "cid:a%2540b"),
        ("a%40b", "CID:a%40b"),
    ],
)
def test_a_content_id_is_found_escaped_or_plain(content_id: str, reference: str) -> None:
    package = ReceivedPackage(b"", None, {content_id: b"x", "other": b"y"})
    assert package.take(reference) == b"x"
    assert package.take(reference) is None


def test_an_answer_whose_content_id_is_escaped_as_its_reference_is() -> None:
    file = CASES / "answers" / "mtom-escaped-content-id.http"
    if not file.is_file():
        unavailable("the cases are not beside this checkout")
    head, _, body = file.read_bytes().replace(b"\r\n", b"\n").partition(b"\n\n")
    content_type = head.decode().partition("Content-Type: ")[2].partition("\n")[0]
    package = unpack(content_type, body.replace(b"\n", b"\r\n"))
    (reference,) = re.findall(r"cid:[^\"']*", package.root.decode())
    assert package.take(reference)
