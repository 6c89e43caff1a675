"""Seals of recordings: made anew with test keys; what held holds, what was broken is broken."""

import base64
import re
from pathlib import Path

import pytest

from gateway.bootstrap.clock import now
from gateway.bootstrap.recordings.recorder import write_recordings
from gateway.crypto.permit_seal.verify import PermitSealVerifier, read_anchors
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.verdict import SealStatus
from gateway.exchange.permits.foreign.ask_partner import seals_of
from gateway.partners.answers import read_certificate
from gateway.partners.transport import RawAnswer
from gateway.recordings.recording import Recording
from tests.crypto.permit_seal.seal_pki import a_ca
from tests.exchange.asking_acts import SIGNER
from tests.recordings.exchanges import an_answer, an_exchange, every_byte, later, recorded


def status_of(recording: Recording, folder: Path, country: str = "MZ") -> SealStatus:
    reply = read_certificate(RawAnswer(200, "text/xml", body=bytearray(recording.answer.body)))
    anchors = read_anchors(folder / "set/keys/ca.pem")
    verifier = PermitSealVerifier(anchors, IsoCountryCode(country), now)
    return verifier.judge(reply.document, seals_of(reply)).verdict.at_issue


@pytest.mark.parametrize("is_broken", [False, True], ids=["held", "broken"])
def test_a_seal_says_what_it_said(is_broken: bool, tmp_path: Path) -> None:
    (recording,) = recorded(tmp_path, an_exchange(an_answer(break_seal=is_broken)))
    expected = SealStatus.SEALED_BROKEN if is_broken else SealStatus.SEALED_VALID
    assert status_of(recording, tmp_path) is expected


@pytest.mark.slow
def test_the_signer_is_of_the_same_country_and_another_key(tmp_path: Path) -> None:
    other = a_ca("ZA").issue("ZA")
    exchanges = an_exchange(), later(an_exchange(an_answer(signer=other)), 1, id="0193-other")
    first, second = recorded(tmp_path, *exchanges)
    assert status_of(first, tmp_path) is SealStatus.SEALED_VALID
    assert status_of(second, tmp_path, "ZA") is SealStatus.SEALED_VALID
    assert {path.name for path in (tmp_path / "set/keys").iterdir()} == {
        *("ca.pem", "seal-MZ.pem", "seal-MZ.key.pem", "seal-ZA.pem", "seal-ZA.key.pem"),
    }


def test_no_certificate_of_the_original_is_left(tmp_path: Path) -> None:
    seal = re.findall(rb"AttachmentContent>([^<]+)<", an_answer())[-1]
    original = re.findall(rb"X509Certificate>([^<]+)<", base64.b64decode(seal))
    assert original
    recorded(tmp_path)
    content = every_byte(tmp_path)
    seals = [base64.b64decode(run) for run in re.findall(rb"AttachmentContent>([^<]+)<", content)]
    der = base64.b64decode(original[0])
    for place in (content, *seals, *_certificates(seals)):
        assert original[0] not in place
        assert der[40:72] not in place
    assert SIGNER.certificate.subject.rfc4514_string().encode() not in content


def _certificates(seals: list[bytes]) -> list[bytes]:
    found = [pem for seal in seals for pem in re.findall(rb"X509Certificate>([^<]+)<", seal)]
    assert found
    return [base64.b64decode(each) for each in found]


def test_a_seal_that_is_none_is_replaced_by_a_broken_one(tmp_path: Path) -> None:
    before = rb"(permit-seal.xml</AttachmentName><AttachmentContent>)[^<]+"
    answer = re.sub(before, rb"\1bm8gc2VhbA==", an_answer())
    recordings = write_recordings([an_exchange(answer)], tmp_path / "set")
    assert set(recordings.keys) == {"ca.pem", "seal-XX.pem", "seal-XX.key.pem"}
    assert status_of(recordings.recordings[0], tmp_path, "XX") is SealStatus.SEALED_BROKEN
