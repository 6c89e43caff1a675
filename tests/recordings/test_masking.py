"""Masking of messages for a screen: no value of a permit, a token or a person is left."""

from base64 import b64encode
from time import perf_counter

import pytest

from gateway.exchange.ports import SEAL_NAME
from gateway.recordings.redaction.masking import covered, masked
from schemas import VERSION_BY_ROOT
from tests.recordings.exchanges import NUMBER, TOKEN, a_request, an_answer


def test_structure_and_codes_stay_and_nothing_else() -> None:
    shown = masked(an_answer())
    assert NUMBER not in shown
    assert "ScientificName>" in shown
    for kept in ("AttachmentContent", "CITESEPermit"):
        assert kept in shown
    assert "Certificate" not in shown.partition("<AttachmentContent>")[2].partition("</")[0]


@pytest.mark.parametrize("token", [TOKEN, "true", "OK", "2026-01-01T00:00:00Z", "A", "7"])
def test_a_token_is_blank_whatever_it_looks_like(token: str) -> None:
    shown = masked(a_request(token=token))
    assert "TokenId>____</" in shown
    assert TOKEN not in shown


@pytest.mark.parametrize(
    "message",
    [
        b"<a><TokenId>SECRET-1",
        b"<html><body>SECRET-1</body></html>",
        b"SECRET-1",
        b"\xff\xfe\x00SECRET-1",
        b'<a SECRET-1="SECRET-1" b="SECRET-1"><SECRET-1>SECRET-1</SECRET-1><!-- SECRET-1 --></a>',
        b"<a xmlns:x='urn:x'><?SECRET-1 SECRET-1?><x:TokenId>SECRET-1</x:TokenId>SECRET-1</a>",
        b"--b\r\nContent-Type: text/xml\r\n\r\n<a><b>SECRET-1</b></a>\r\n--b--\r\n",
        b"--b\r\nContent-Type: text/plain\r\n\r\nSECRET-1",
        b'<!DOCTYPE a [<!ENTITY x "SECRET-1">]><a>&x;</a>',
    ],
)
def test_nothing_of_a_damaged_or_odd_message_is_shown(message: bytes) -> None:
    assert "SECRET-1" not in masked(message)


def test_an_empty_message_is_nothing() -> None:
    assert masked(b"") == ""


def test_many_permits_beside_many_seals_are_masked_at_once() -> None:
    root, seal = next(iter(VERSION_BY_ROOT)), b64encode(b"<a/>").decode()
    attachment = (
        f"<Attachments><AttachmentName>{SEAL_NAME}</AttachmentName>"
        f"<AttachmentContent>{seal}</AttachmentContent></Attachments>"
    )
    began = perf_counter()
    shown = masked(f"<a>{f'<{root}/>' * 1_000}{attachment * 100}</a>".encode())
    assert perf_counter() - began < 5  # each permit with each seal takes 20 seconds and more
    assert seal not in shown


def test_the_words_of_a_fault_repeat_no_value_of_the_request() -> None:
    words = f"No permit {NUMBER} for token '{TOKEN}' in MZ."
    assert covered(words, a_request()) == "No permit ____ for token '____' in MZ."
    assert covered(words, b"no message") == words
