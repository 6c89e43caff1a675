"""Masking of messages for a screen: no value of a permit, a token or a person is left."""

import pytest

from gateway.recordings.redaction.masking import masked
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
