"""`seal verify` says what a seal is worth, to a person, to a program, and by its exit status."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from adapters.registry import formats
from gateway.cli.exits import EXITS, VERDICTS
from gateway.domain.errors import KeyUnusable
from gateway.domain.verdict import Worth
from gateway.signatures.sealing import PermitSealer
from tests.builders import a_permit
from tests.cli.conftest import Call, without_seal
from tests.signatures.seal_pki import Holder, a_ca

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
    for said in ("Sealed by: CN=permit seal,C=MZ", "When it was sealed: sealed-valid.", ": sealed-valid."):
        assert said in answer.out


def test_an_answer_is_taken_apart_by_itself(call: Call, files: Files) -> None:
    answer = call("seal", "verify", files.folder / "answer.xml", "--anchors", files.anchors, "--json")
    assert answer.status == 0
    assert {"verdict": "sealed-valid", "at_issue": "sealed-valid", "now": "sealed-valid"}.items() <= answer.json.items()
    assert answer.json["signer"] == "CN=permit seal,C=MZ"


def test_a_changed_digit_breaks_it(call: Call, files: Files) -> None:
    files.permit.write_bytes(PERMIT.replace(b">5<", b">50<", 1))
    answer = call("seal", "verify", files.permit, "--seal", files.seal, "--anchors", files.anchors)
    assert answer.status == VERDICTS[Worth.SEALED_BROKEN]
    assert "SEAL BROKEN: do not accept this document" in answer.out
    assert "CN=permit seal" not in answer.out


def test_without_anchors_no_signer_is_known_and_it_says_what_to_name(call: Call, files: Files) -> None:
    answer = call("seal", "verify", files.folder / "answer.xml")
    assert answer.status == VERDICTS[Worth.SIGNER_UNKNOWN]
    assert "The signer calls itself: CN=permit seal,C=MZ" in answer.out
    assert "--anchors" in answer.out


def test_a_signer_of_another_country_than_the_one_named_is_unknown(call: Call, files: Files) -> None:
    words = ("seal", "verify", files.folder / "answer.xml", "--anchors", files.anchors, "--country")
    assert call(*words, "ZA").status == VERDICTS[Worth.SIGNER_UNKNOWN]
    assert call(*words, "MZ").status == 0


def test_a_permit_alone_is_unsealed(call: Call, files: Files) -> None:
    answer = call("seal", "verify", files.permit, "--anchors", files.anchors)
    assert answer.status == VERDICTS[Worth.UNSEALED]
    assert "UNSEALED" in answer.out


def test_a_certificate_that_ended_since_is_told(call: Call, tmp_path: Path) -> None:
    ca = a_ca()
    signer = ca.issue("MZ", begin=NOW - timedelta(days=9), end=NOW - timedelta(days=5))
    files = sealed(tmp_path, ca, signer, NOW - timedelta(days=7))
    answer = call("seal", "verify", files.folder / "answer.xml", "--anchors", files.anchors, "--json")
    assert answer.status == VERDICTS[Worth.EXPIRED]
    assert (answer.json["at_issue"], answer.json["now"]) == ("sealed-valid", "expired")


def test_every_verdict_has_an_exit_status_and_only_a_valid_one_is_success() -> None:
    assert set(VERDICTS) == set(Worth)
    assert [worth for worth, status in VERDICTS.items() if status == 0] == [Worth.SEALED_VALID]
    assert len(set(VERDICTS.values())) == len(VERDICTS)
    others = {row.status for row in EXITS.values()}
    assert VERDICTS[Worth.EXPIRED] not in others


def test_a_file_without_permit_and_anchors_without_certificate_are_named(call: Call, files: Files) -> None:
    envelope = files.folder / "empty.xml"
    envelope.write_bytes(ENVELOPE % (b"", b""))
    answer = call("seal", "verify", envelope)
    assert answer.status == 1
    assert "empty.xml" in answer.err
    answer = call("seal", "verify", files.permit, "--anchors", files.permit)
    assert answer.status == EXITS[KeyUnusable].status
    assert "permit.xml" in answer.err


def test_our_own_certificate_is_named_by_check_config_and_its_absence_too(call: Call, directory: Path) -> None:
    assert "Permits are sealed by CN=MZ permit seal" in call("check-config", "--dir", directory).out
    file = directory / "conf/gateway.toml"
    file.write_text(without_seal(file.read_text()))
    assert "permits are not sealed, and nobody signs the journal" in call("check-config", "--dir", directory).out
