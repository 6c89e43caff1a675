"""Redaction: nothing of the original is left, the same value stays the same, outcomes stay."""

import base64
import re
from pathlib import Path

import pytest

from gateway.bootstrap.recordings.judging import outcome_of
from gateway.domain.errors import RecordingInvalid
from gateway.recordings.recording import MAX_RECORDINGS, Message
from gateway.recordings.redaction.xml_message import HEADS_REMOVED, SIGNATURE_REMOVED
from tests.partners.partner_cases import ENVELOPES
from tests.recordings.exchanges import (
    NUMBER,
    PDF,
    SECRETS,
    TOKEN,
    a_request,
    an_answer,
    an_exchange,
    every_byte,
    later,
    recorded,
)


def left_in(content: bytes) -> list[str]:
    """Secrets that a person finds with grep, also in base64."""
    runs = re.findall(rb"[A-Za-z0-9+/]{40,}", content)
    decoded = b"\n".join(base64.b64decode(run[: len(run) // 4 * 4]) for run in runs)
    return [
        secret
        for secret in SECRETS
        for text in (content, decoded)
        if secret.lower().encode() in text.lower()
    ]


def test_a_whole_exchange_holds_none_of_its_values(tmp_path: Path) -> None:
    original = a_request() + an_answer()
    assert set(left_in(original)) >= {NUMBER, TOKEN, "Joana Macuácua", "311 2277"}
    recorded(tmp_path)
    assert left_in(every_byte(tmp_path)) == []


@pytest.mark.slow
def test_the_same_value_has_the_same_pseudonym_everywhere(tmp_path: Path) -> None:
    """In the request, in box 1, in box 12 of each line, and in the next exchange."""
    first, second = recorded(tmp_path, an_exchange(), later(an_exchange(), 5, id="0193-second"))
    number = first.asked["CertificateNumber"]
    assert re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z]{2}[1-9]?[0-9]{5,6}", number)
    assert number != NUMBER
    assert first.answer.body.count(b"MZ26EX000001") == 0
    assert first.answer.body.count(number.encode()) == an_answer().count(NUMBER.encode()) > 1
    assert second.asked == first.asked
    assert re.fullmatch(r"[0-9][A-Z]{2}[0-9]-[0-9][A-Z][0-9][A-Z]-[A-Z]{4}", first.asked["TokenId"])


@pytest.mark.slow
def test_two_sets_cannot_be_linked(tmp_path: Path) -> None:
    (first,) = recorded(tmp_path / "1")
    (second,) = recorded(tmp_path / "2")
    assert first.asked["CertificateNumber"] != second.asked["CertificateNumber"]
    assert first.id != second.id


def test_what_is_public_stays(tmp_path: Path) -> None:
    (recording,) = recorded(tmp_path)
    for kept in (b">Crocodylus niloticus<", b'unitCode="KGM">12.5<', b">SKI<", b">MZ<", b">A<"):
        assert kept in recording.answer.body
    assert b"2026-09-01T00:00:00+02:00" in recording.answer.body


@pytest.mark.parametrize("name", sorted(path.name for path in ENVELOPES.glob("partner_*")))
def test_an_answer_keeps_its_outcome(name: str, tmp_path: Path) -> None:
    operation = "GetNonFinalCitesCertificate"
    operation = "ServiceState" if "state" in name else operation
    operation = "ConfirmQuantities" if "confirmed" in name else operation
    answer = Message((ENVELOPES / name).read_bytes())
    exchange = an_exchange(answer.body, operation=operation)
    (recording,) = recorded(tmp_path, exchange)
    assert outcome_of(operation, 200, recording.answer) == outcome_of(operation, 200, answer)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(an_answer()[:900], id="cut"),
        pytest.param(an_answer().replace(b"</s:Body>", b""), id="not well-formed"),
        pytest.param(b"<!DOCTYPE a [<!ENTITY e 'MZ26EX000001'>]><a>&e;</a>", id="DOCTYPE"),
        pytest.param(b"<html><p class=MZ26EX000001>No MZ26EX000001<br></html>", id="web page"),
        pytest.param(b"Permit MZ26EX000001: Joana Macu\xc3\xa1cua", id="text"),
        pytest.param(b"\x1f\x8bMZ26EX000001\x00\xff", id="bytes"),
        pytest.param(an_answer().replace(b">5<", b">\xff<"), id="a byte that is no text"),
        pytest.param(f"<a>{NUMBER}</a>".encode("utf-16"), id="UTF-16"),
        pytest.param(b"<a><!-- MZ26EX000001 --><?x MZ26EX000001?><b/></a>", id="comment"),
        pytest.param(b"<a><![CDATA[MZ26EX000001]]></a>", id="CDATA"),
        pytest.param(b"<a>MZ26EX&#48;00001 mz26ex000001</a>", id="reference"),
        pytest.param(b"<a x='MZ26EX000001'>text<b/>MZ26EX000001</a>", id="mixed"),
        pytest.param(b"<MZ26EX000001/>", id="name of an element"),
        pytest.param(b"<a MZ26EX000001='1'/>", id="name of an attribute"),
        pytest.param(b"<a MZ26EX000001><b></a>", id="name of an attribute, not XML"),
        pytest.param(b"<a>PHNvYXA+TVoyNkVYMDAwMDAxPC9zb2FwPg==</a>", id="base64"),
        pytest.param(b"<Quantity>4.5</Quantity>", id="nothing secret"),
    ],
)
def test_an_answer_of_any_form_holds_nothing(answer: bytes, tmp_path: Path) -> None:
    (recording,) = recorded(tmp_path, an_exchange(answer, outcome="PartnerReplyInvalid"))
    assert left_in(every_byte(tmp_path)) == []
    for operation in ("GetNonFinalCitesCertificate", "ServiceState"):
        assert outcome_of(operation, 200, recording.answer) == outcome_of(
            operation, 200, Message(answer)
        )


def test_a_date_stays_one_in_any_element(tmp_path: Path) -> None:
    """Else the same moment in box 2 would be replaced with it."""
    invented = b"<ValidFrom>2026-09-01T00:00:00+02:00</ValidFrom><Composite>"
    answer = an_answer().replace(b"<Composite>", invented)
    (recording,) = recorded(tmp_path, an_exchange(answer))
    moment = b">2026-09-01T00:00:00+02:00<"
    assert recording.answer.body.count(moment) == answer.count(moment) > 1


def test_an_attachment_is_replaced_by_one_of_its_kind(tmp_path: Path) -> None:
    (recording,) = recorded(tmp_path)
    body = recording.answer.body
    assert base64.b64encode(PDF)[:40] not in body
    assert b".pdf</AttachmentName>" in body
    assert b">JVBERi0xLjQK" in body, "it begins as a PDF"
    assert b">CITES-permit-seal.xml<" in body


def test_an_mtom_package_is_written_with_names_of_our_own(tmp_path: Path) -> None:
    mime = (ENVELOPES / "partner_mtom_bare_reference.xml").read_bytes()
    root = an_answer().replace(
        base64.b64encode(PDF),
        b'<i:Include xmlns:i="http://www.w3.org/2004/08/xop/include"'
        b' href="cid:1.0193b2c4-1111-7abc@epix"/>',
    )
    package = b"\r\n".join(
        [
            b"--epix-0193b2c4-1111-7abc",
            b'Content-Type: application/xop+xml; type="text/xml"',
            b"Content-ID: <root.0193b2c4-1111-7abc@epix>",
            b"",
            root,
            b"--epix-0193b2c4-1111-7abc",
            b"Content-ID: <1.0193b2c4-1111-7abc@epix>",
            b"Content-Transfer-Encoding: binary",
            b"",
            PDF,
            b"--epix-0193b2c4-1111-7abc--",
            b"",
        ]
    )  # fmt: skip
    operation = "GetNonFinalCitesCertificate"
    assert mime and outcome_of(operation, 200, Message(package)) == "ok"
    (recording,) = recorded(tmp_path, an_exchange(package))
    assert recording.answer.content_type.startswith("multipart/related")
    assert outcome_of(operation, 200, recording.answer) == "ok"
    assert b"0193b2c4" not in recording.answer.body
    assert left_in(every_byte(tmp_path)) == []


def test_a_password_goes_and_a_signature_is_said_to_be_left_out(tmp_path: Path) -> None:
    wsse = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
    header = (
        f'<s:Header><w:Security xmlns:w="{wsse}"><w:UsernameToken><w:Username>mz-anac-customs'
        "</w:Username><w:Password>Tr0ub4dor-and-3</w:Password></w:UsernameToken>"
        '<d:Signature xmlns:d="http://www.w3.org/2000/09/xmldsig#"><d:SignatureValue>c2VjcmV0c2ln'
        'bmF0dXJl</d:SignatureValue></d:Signature></w:Security><j:JournalHeads xmlns:j="'
        'urn:epix-gateway:journal-heads:1"/></s:Header><s:Body>'
    )
    request = a_request().replace(b"<s:Body>", header.encode())
    (recording,) = recorded(tmp_path, an_exchange(request=Message(request)))
    content = every_byte(tmp_path)
    for gone in (b"mz-anac-customs", b"Tr0ub4dor", b"c2VjcmV0", b"JournalHeads xmlns"):
        assert gone in request
        assert gone not in content
    assert recording.notes == (HEADS_REMOVED, SIGNATURE_REMOVED)


def test_a_set_is_bounded(tmp_path: Path) -> None:
    with pytest.raises(RecordingInvalid, match="at most 1000"):
        recorded(tmp_path, *[an_exchange()] * (MAX_RECORDINGS + 1))
    with pytest.raises(RecordingInvalid, match="no request"):
        recorded(tmp_path, an_exchange(request=Message(b"")))
