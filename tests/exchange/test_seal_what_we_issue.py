"""What we issue is sealed once, when it is written, and the seal goes out as the last attachment."""

from datetime import datetime, timedelta

import pytest

from gateway.domain.errors import KeyUnusable, RecordInvalid
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.partner import OperationName
from gateway.domain.permit import Permit
from gateway.domain.verdict import Worth
from gateway.exchange.answer_certificate import CertificateAnswer
from gateway.exchange.ports import SEAL_NAME, Attachment, PermitFormat
from gateway.signatures.sealing import PermitSealer
from gateway.signatures.verifying import PermitSealVerifier
from tests.builders import a_permit
from tests.exchange.conftest import TOKEN, ZA, House
from tests.signatures.seal_pki import NOON, a_ca

CA = a_ca()
SIGNER = CA.issue("MZ")
SCAN = Attachment("scan.pdf", b"%PDF")


class Counting:
    """A sealer that is asked what time it is, and how often it has sealed."""

    def __init__(self) -> None:
        self.now: datetime = NOON
        self.sealed = 0
        self._sealer = PermitSealer(SIGNER.key, (SIGNER.certificate,), lambda: self.now)

    def seal(self, document: bytes) -> bytes:
        self.sealed += 1
        return self._sealer.seal(document)


@pytest.fixture
def sealer() -> Counting:
    return Counting()


@pytest.fixture
def sealing(both_formats: tuple[PermitFormat, ...], sealer: Counting) -> House:
    return House(both_formats, sealer=sealer)


def asked(house: House, version: str, operation: OperationName = OperationName.GET_NON_FINAL) -> CertificateAnswer:
    return house.answering.answer(operation, "MZ26EX000001", TOKEN, "MZ", ZA, version)


def worth(answer: CertificateAnswer) -> Worth:
    verifier = PermitSealVerifier((CA.certificate,), IsoCountryCode("MZ"), lambda: NOON)
    *_, seal = answer.attachments
    assert seal.name == SEAL_NAME
    return verifier.judge(answer.document, [seal.content]).verdict.worth


def test_every_version_of_a_published_permit_goes_out_with_its_own_seal_as_the_last_attachment(sealing: House) -> None:
    sealing.publish(attachments=(SCAN,))
    for version in ("v1", "v2"):
        answer = asked(sealing, version)
        assert [one.name for one in answer.attachments] == ["scan.pdf", SEAL_NAME]
        assert worth(answer) is Worth.SEALED_VALID
    assert asked(sealing, "v1").attachments[-1] != asked(sealing, "v2").attachments[-1]


def test_answering_seals_nothing(sealing: House, sealer: Counting) -> None:
    sealing.publish()
    assert sealer.sealed == 2
    assert asked(sealing, "v2") == asked(sealing, "v2")
    assert sealer.sealed == 2


def test_the_final_form_is_sealed_when_the_last_line_is_confirmed(sealing: House) -> None:
    sealing.publish()
    sealing.confirm(**quantities(a_permit()))
    for version in ("v1", "v2"):
        final = asked(sealing, version, OperationName.GET_FINAL)
        assert worth(final) is Worth.SEALED_VALID
        assert final.attachments != asked(sealing, version).attachments


def quantities(permit: Permit) -> dict[str, str]:
    return {line.id: str(line.quantity.amount) for line in permit.positions if line.quantity}


def test_without_a_sealing_key_nothing_is_added(house: House) -> None:
    house.publish(attachments=(SCAN,))
    assert asked(house, "v2").attachments == (SCAN,)


def test_nothing_is_published_with_a_certificate_that_is_out_of_date(sealing: House, sealer: Counting) -> None:
    sealer.now = NOON + timedelta(days=60)
    with pytest.raises(KeyUnusable, match="ended on 2026-05-01"):
        sealing.publish()
    assert not sealing.store.shelf


def test_no_last_quantity_is_booked_that_could_not_be_sealed(sealing: House, sealer: Counting) -> None:
    sealing.publish()
    before = dict(sealing.store.shelf)
    sealer.now = NOON + timedelta(days=60)
    with pytest.raises(KeyUnusable):
        sealing.confirm(**quantities(a_permit()))
    assert sealing.store.shelf == before
    assert worth(asked(sealing, "v2")) is Worth.SEALED_VALID


def test_no_attachment_of_a_record_can_pass_for_our_seal(house: House) -> None:
    with pytest.raises(RecordInvalid, match="the name of our seal") as refused:
        house.publish(attachments=(SCAN, Attachment(SEAL_NAME, b"<Signature/>")))
    assert refused.value.field == "attachments"
    assert not house.store.shelf
