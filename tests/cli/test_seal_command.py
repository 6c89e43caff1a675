"""`seal verify` says what a seal is worth, to a person, to a program, and by its exit status."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from adapters.registry import formats
from gateway.cli.exits import EXITS, VERDICTS
from gateway.crypto.permit_seal.sign import PermitSealer
from gateway.domain.errors import KeyUnusable
from gateway.domain.verdict import SealStatus
from tests.builders import a_permit
from tests.cli.conftest import Call, without_seal
from tests.crypto.permit_seal.seal_pki import Holder, a_ca
from tests.programs import unavailable

ANSWERS = Path(__file__).parents[3] / "shared" / "cases" / "answers"
NOW = datetime.now(UTC)
PERMIT = formats()["v2"].write(a_permit())
ENVELOPE = (
    b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
    b'<e:GetNonFinalCitesCertificateResponse xmlns:e="urn:CitesDataExchange/v2/">%b'
    b"<Attachments><AttachmentName>CITES-permit-seal.xml</AttachmentName>"
    b"<AttachmentContent>%b</AttachmentContent></Attachments><Composite>false</Composite>"
    b"</e:GetNonFinalCitesCertificateResponse></soap:Body></soap:Envelope>"
)


@dataclass(frozen=True)
class Files:
    folder: Path

    @property
    def permit(self) -> Path:
        return self.folder / "permit.xml"

    @property
    def seal(self) -> Path:
        return self.folder / "seal.xml"

    @property
    def anchors(self) -> Path:
        return self.folder / "anchors.pem"


def sealed(folder: Path, ca: Holder, signer: Holder, at: datetime = NOW) -> Files:
    files = Files(folder)
    seal = PermitSealer(signer.key, (signer.certificate,), lambda: at).seal(PERMIT)
    files.permit.write_bytes(PERMIT)
    files.seal.write_bytes(seal)
    files.anchors.write_bytes(ca.certificate.public_bytes(Encoding.PEM))
    (folder / "answer.xml").write_bytes(ENVELOPE % (PERMIT, base64.b64encode(seal)))
    return files


def current(ca: Holder, country: str = "MZ") -> Holder:
    return ca.issue(country, begin=NOW - timedelta(days=1), end=NOW + timedelta(days=1))


@pytest.fixture
def files(tmp_path: Path) -> Files:
    ca = a_ca()
    return sealed(tmp_path, ca, current(ca))


def test_a_permit_with_its_seal_beside_it_is_valid(call: Call, files: Files) -> None:
    answer = call("seal", "verify", files.permit, "--seal", files.seal, "--anchors", files.anchors)
    assert answer.status == 0
    assert answer.out.startswith("✓ SEALED AND VALID")
    for said in (
        "Sealed by: CN=permit seal,C=MZ",
        "When it was sealed: sealed-valid.",
        ": sealed-valid.",
    ):
        assert said in answer.out


def test_an_answer_is_taken_apart_by_itself(call: Call, files: Files) -> None:
    answer = call(
        "seal", "verify", files.folder / "answer.xml", "--anchors", files.anchors, "--json"
    )
    assert answer.status == 0
    assert {
        "verdict": "sealed-valid",
        "at_issue": "sealed-valid",
        "now": "sealed-valid",
    }.items() <= answer.json.items()
    assert answer.json["signer"] == "CN=permit seal,C=MZ"


IN_AN_ANSWER = [
    ENVELOPE,
    # Names that the envelope declares, a default namespace among them, are in scope in the permit.
    ENVELOPE.replace(b"<soap:Body>", b'<soap:Body xmlns:own="urn:own" xmlns="">'),
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- kept as a file -->\n' + ENVELOPE,
    ENVELOPE.replace(b"soap:", b"Envelope:").replace(b":soap=", b":Envelope="),
]


@pytest.mark.parametrize("envelope", IN_AN_ANSWER)
def test_a_seal_file_is_held_against_the_permit_within_an_answer(
    call: Call, files: Files, envelope: bytes
) -> None:
    answer = files.folder / "whole.xml"
    words = ("seal", "verify", answer, "--seal", files.seal, "--anchors", files.anchors)
    answer.write_bytes(envelope % (PERMIT, b""))
    assert call(*words).status == 0
    # The file that is named is meant, not the seal that came in the answer.
    answer.write_bytes(envelope % (PERMIT, base64.b64encode(b"<other/>")))
    assert call(*words).status == 0
    answer.write_bytes(envelope % (PERMIT.replace(b">5<", b">50<", 1), b""))
    assert call(*words).status == VERDICTS[SealStatus.SEALED_BROKEN].status
    answer.write_bytes(envelope % (b"", b""))
    assert call(*words).status == 1


def test_the_word_envelope_in_a_permit_makes_no_answer_of_it(call: Call, files: Files) -> None:
    files.permit.write_bytes(PERMIT.replace(b"<rsm:Spec", b"<!-- Envelope --><rsm:Spec", 1))
    answer = call("seal", "verify", files.permit, "--seal", files.seal, "--anchors", files.anchors)
    assert answer.status == 0
    assert call("seal", "verify", files.permit).status == VERDICTS[SealStatus.UNSEALED].status


def test_the_case_of_an_answer_with_a_seal_beside_it(call: Call) -> None:
    if not ANSWERS.is_dir():
        unavailable("the cases are not beside this checkout")
    words = ("--seal", ANSWERS / "seal-of-it.xml", "--anchors", ANSWERS / "anchor-of-it.pem")
    answer = call(
        "seal", "verify", ANSWERS / "answer-with-seal.xml", *words, "--country", "MZ", "--json"
    )
    assert answer.json["at_issue"] == "sealed-valid"


def test_a_changed_digit_breaks_it(call: Call, files: Files) -> None:
    files.permit.write_bytes(PERMIT.replace(b">5<", b">50<", 1))
    answer = call("seal", "verify", files.permit, "--seal", files.seal, "--anchors", files.anchors)
    assert answer.status == VERDICTS[SealStatus.SEALED_BROKEN].status
    assert "SEAL BROKEN: do not accept this document" in answer.out
    assert "CN=permit seal" not in answer.out


def test_without_anchors_no_signer_is_known_and_it_says_what_to_name(
    call: Call, files: Files
) -> None:
    answer = call("seal", "verify", files.folder / "answer.xml")
    assert answer.status == VERDICTS[SealStatus.SIGNER_UNKNOWN].status
    assert "The signer calls itself: CN=permit seal,C=MZ" in answer.out
    assert "--anchors" in answer.out


def test_a_signer_of_another_country_than_the_one_named_is_unknown(
    call: Call, files: Files
) -> None:
    words = ("seal", "verify", files.folder / "answer.xml", "--anchors", files.anchors, "--country")
    assert call(*words, "ZA").status == VERDICTS[SealStatus.SIGNER_UNKNOWN].status
    assert call(*words, "MZ").status == 0


def test_a_permit_alone_is_unsealed(call: Call, files: Files) -> None:
    answer = call("seal", "verify", files.permit, "--anchors", files.anchors)
    assert answer.status == VERDICTS[SealStatus.UNSEALED].status
    assert "UNSEALED" in answer.out


def test_a_certificate_that_ended_since_is_told(call: Call, tmp_path: Path) -> None:
    ca = a_ca()
    signer = ca.issue("MZ", begin=NOW - timedelta(days=9), end=NOW - timedelta(days=5))
    files = sealed(tmp_path, ca, signer, NOW - timedelta(days=7))
    answer = call(
        "seal", "verify", files.folder / "answer.xml", "--anchors", files.anchors, "--json"
    )
    assert answer.status == VERDICTS[SealStatus.EXPIRED].status
    assert (answer.json["at_issue"], answer.json["now"]) == ("sealed-valid", "expired")


def test_every_verdict_has_an_exit_status_and_only_a_valid_one_is_success() -> None:
    assert set(VERDICTS) == set(SealStatus)
    assert [worth for worth, row in VERDICTS.items() if row.status == 0] == [
        SealStatus.SEALED_VALID
    ]
    assert len({row.status for row in VERDICTS.values()}) == len(VERDICTS)
    assert all(row.advice.endswith(".") for row in VERDICTS.values() if row.status)
    others = {row.status for row in EXITS.values()}
    assert VERDICTS[SealStatus.EXPIRED].status not in others


def test_a_file_without_permit_and_anchors_without_certificate_are_named(
    call: Call, files: Files
) -> None:
    envelope = files.folder / "empty.xml"
    envelope.write_bytes(ENVELOPE % (b"", b""))
    answer = call("seal", "verify", envelope)
    assert answer.status == 1
    assert "empty.xml" in answer.err
    answer = call("seal", "verify", files.permit, "--anchors", files.permit)
    assert answer.status == EXITS[KeyUnusable].status
    assert "permit.xml" in answer.err


@pytest.mark.slow
def test_our_own_certificate_is_named_by_check_config_and_its_absence_too(
    call: Call, directory: Path
) -> None:
    assert "Permits are sealed by CN=MZ permit seal" in call("check-config", "--dir", directory).out
    file = directory / "conf/gateway.toml"
    file.write_text(without_seal(file.read_text()))
    assert (
        "permits are not sealed, and nobody signs the journal"
        in call("check-config", "--dir", directory).out
    )
