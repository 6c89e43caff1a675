"""Permit seals: made once, when a document is written, and sent as the last attachment."""

from datetime import datetime, timedelta

import pytest

from gateway.crypto.permit_seal.sign import PermitSealer
from gateway.crypto.permit_seal.verify import PermitSealVerifier
from gateway.domain.errors import KeyUnusable, RecordInvalid
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.partner import OperationName
from gateway.domain.permit.permit import Permit
from gateway.domain.verdict import SealStatus
from gateway.exchange.permits.answer import CertificateAnswer
from gateway.exchange.ports import SEAL_NAME, Attachment, PermitFormat
from tests.builders import a_permit
from tests.crypto.permit_seal.seal_pki import NOON, a_ca
from tests.exchange.conftest import TOKEN, ZA, MemoryGateway

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
def sealing(both_formats: tuple[PermitFormat, ...], sealer: Counting) -> MemoryGateway:
    return MemoryGateway(both_formats, sealer=sealer)


def asked(
    gateway: MemoryGateway, version: str, operation: OperationName = OperationName.GET_NON_FINAL
) -> CertificateAnswer:
    return gateway.answering.answer(operation, "MZ26EX000001", TOKEN, "MZ", ZA, version)


def worth(answer: CertificateAnswer) -> SealStatus:
    verifier = PermitSealVerifier((CA.certificate,), IsoCountryCode("MZ"), lambda: NOON)
    *_, seal = answer.attachments
    assert seal.name == SEAL_NAME
    return verifier.judge(answer.document, [seal.content]).verdict.worth


def test_every_version_of_a_published_permit_goes_out_with_its_own_seal_as_the_last_attachment(
    sealing: MemoryGateway,
) -> None:
    sealing.publish(attachments=(SCAN,))
    for version in ("v1", "v2"):
        answer = asked(sealing, version)
        assert [one.name for one in answer.attachments] == ["scan.pdf", SEAL_NAME]
        assert worth(answer) is SealStatus.SEALED_VALID
    assert asked(sealing, "v1").attachments[-1] != asked(sealing, "v2").attachments[-1]


def test_answering_seals_nothing(sealing: MemoryGateway, sealer: Counting) -> None:
    sealing.publish()
    assert sealer.sealed == 2
    assert asked(sealing, "v2") == asked(sealing, "v2")
    assert sealer.sealed == 2


def test_the_final_form_is_sealed_when_the_last_line_is_confirmed(sealing: MemoryGateway) -> None:
    sealing.publish()
    sealing.confirm(**quantities(a_permit()))
    for version in ("v1", "v2"):
        final = asked(sealing, version, OperationName.GET_FINAL)
        assert worth(final) is SealStatus.SEALED_VALID
        assert final.attachments != asked(sealing, version).attachments


def quantities(permit: Permit) -> dict[str, str]:
    return {line.id: str(line.quantity.amount) for line in permit.positions if line.quantity}


def test_without_a_sealing_key_nothing_is_added(gateway: MemoryGateway) -> None:
    gateway.publish(attachments=(SCAN,))
    assert asked(gateway, "v2").attachments == (SCAN,)


def test_nothing_is_published_with_a_certificate_that_is_out_of_date(
    sealing: MemoryGateway, sealer: Counting
) -> None:
    sealer.now = NOON + timedelta(days=60)
    with pytest.raises(KeyUnusable, match="ended on 2026-05-01"):
        sealing.publish()
    assert not sealing.store.stored


def test_no_last_quantity_is_booked_that_could_not_be_sealed(
    sealing: MemoryGateway, sealer: Counting
) -> None:
    sealing.publish()
    before = dict(sealing.store.stored)
    sealer.now = NOON + timedelta(days=60)
    with pytest.raises(KeyUnusable):
        sealing.confirm(**quantities(a_permit()))
    assert sealing.store.stored == before
    assert worth(asked(sealing, "v2")) is SealStatus.SEALED_VALID


def test_no_attachment_of_a_record_can_pass_for_our_seal(gateway: MemoryGateway) -> None:
    with pytest.raises(RecordInvalid, match="the name of our seal") as refused:
        gateway.publish(attachments=(SCAN, Attachment(SEAL_NAME, b"<Signature/>")))
    assert refused.value.field == "attachments"
    assert not gateway.store.stored
