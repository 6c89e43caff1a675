"""Leak check: a redaction that forgets something is found, in whatever form it forgets it."""

import base64
from pathlib import Path

import pytest

from gateway.domain.errors import RecordingInvalid
from gateway.recordings import files
from gateway.recordings.recording import Message
from gateway.recordings.redaction.leak_check import LeakCheck
from gateway.recordings.redaction.pseudonyms import Pseudonyms
from gateway.recordings.redaction.redact import Redaction
from tests.recordings.exchanges import NUMBER, PDF, an_exchange


class NoSeals:
    """No seal stands in these messages."""

    keys: dict[str, bytes] = {}

    def remade(self, before: bytes, seal: bytes, after: bytes) -> bytes:
        raise AssertionError


@pytest.fixture
def check() -> LeakCheck:
    pseudonyms = Pseudonyms(b"k" * 32)
    answer = (
        f"<a><CertificateNumber>{NUMBER}</CertificateNumber><Name>Joana &amp; Sons</Name>"
        "<ScientificName>Crocodylus niloticus</ScientificName>"
        "<Description>Crocodylus niloticus</Description><Name>Permit</Name><City>Lima</City></a>"
    ).encode()
    Redaction(pseudonyms, NoSeals()).redacted([an_exchange(answer)])
    pseudonyms.attachment(PDF)
    return LeakCheck.of(pseudonyms, [answer])


ENCODED = base64.b64encode(f"xx{NUMBER}xx".encode()).decode()
LEAKS = {
    "as it is": f"<a>{NUMBER}</a>",
    "small letters": f"<a>{NUMBER.lower()}</a>",
    "white space": "<a>MZ26\n EX 0000\t01</a>",
    "decimal reference": "<a>MZ26EX&#48;00001</a>",
    "hexadecimal reference": "<a>MZ26EX&#x30;00001</a>",
    "percent": "<a href='?n=MZ26EX%3000001'/>",
    "escaped name": "<a>Joana &amp; Sons</a>",
    "attribute": f"<a n='{NUMBER}'/>",
    "comment": f"<!-- {NUMBER} -->",
    "name of an element": f"<{NUMBER}/>",
    "name of an element, cut": f"</{NUMBER}",
    "namespace": f"<a xmlns='http://{NUMBER}.example/'/>",
    "behind a known namespace": f"<a xmlns='urn:CitesDataExchange/v2/{NUMBER}'/>",
    "base64": f"<a>{ENCODED}</a>",
    "base64, other alignment": f"<a>{base64.b64encode(f'x{NUMBER}x'.encode()).decode()}</a>",
    "base64 over two lines": f"<a>{ENCODED[:14]}\n  {ENCODED[14:]}</a>",
    "base64 for addresses": f"<a>{base64.urlsafe_b64encode(b'???>>>' + NUMBER.encode()).decode()}",
    "hexadecimal": f"<a>{NUMBER.encode().hex()}</a>",
    "UTF-16 in base64": f"<a>{base64.b64encode(NUMBER.encode('utf-16-le')).decode()}</a>",
    "attachment": f"<a>{base64.b64encode(PDF).decode()}</a>",
    "an identifier of the journal": "<a>0193b2c4-1111-7abc-8def-0123456789ab</a>",
}


@pytest.mark.parametrize("form", LEAKS)
def test_a_value_is_found_in_any_form(form: str, check: LeakCheck) -> None:
    with pytest.raises(RecordingInvalid) as refused:
        check.require_clean(LEAKS[form].encode(), "0001-ServiceState")
    assert "0001-ServiceState" in refused.value.text
    assert NUMBER not in refused.value.text


@pytest.mark.parametrize(
    "clean",
    [
        "<a><CertificateNumber>QK83TR554120</CertificateNumber></a>",
        "<CITESEPermit xmlns='urn:un:unece:uncefact:data:standard:CITESEPermit:2'/>",
        "<a><ScientificName>Crocodylus niloticus</ScientificName></a>",
        "<a>limit</a>",
    ],
    ids=["pseudonym", "names of the contract", "public value", "short value in a word"],
)
def test_what_holds_no_value_passes(clean: str, check: LeakCheck) -> None:
    check.require_clean(clean.encode(), "file")


def test_nothing_is_written_where_a_value_is_left(tmp_path: Path, check: LeakCheck) -> None:
    redaction = Redaction(Pseudonyms(b"k" * 32), NoSeals())
    leaking = redaction.redacted([an_exchange(b"<a/>")])
    broken = leaking.recordings[0]
    object.__setattr__(broken, "answer", Message(f"<a>{NUMBER}</a>".encode()))
    with pytest.raises(RecordingInvalid, match="Nothing was written"):
        files.write(leaking, tmp_path / "set", check.require_clean)
    assert not (tmp_path / "set").exists()
