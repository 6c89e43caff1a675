"""Publication: rules, documents in every version, idempotent storage."""

from dataclasses import replace
from decimal import Decimal

import pytest

from gateway.domain.errors import RecordInvalid
from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.partner import OperationName
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import Examination, RegisteredOperation
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.status import Status
from gateway.exchange.permits.publish import Change
from gateway.exchange.ports import Attachment, DocumentForm
from tests.builders import NOT_IN_V1, a_permit, a_position, an_examination
from tests.exchange.conftest import ANAC, TOKEN, ZA, MemoryGateway


def documents(
    gateway: MemoryGateway, permit: Permit | None = None
) -> set[tuple[str, DocumentForm]]:
    number = (permit or a_permit()).number
    return set(gateway.store.stored[ANAC, number][1])


def test_a_new_permit_is_stored_in_both_versions(gateway: MemoryGateway) -> None:
    assert gateway.publish().change is Change.PUBLISHED
    assert documents(gateway) == {("v1", DocumentForm.NON_FINAL), ("v2", DocumentForm.NON_FINAL)}


def test_the_same_record_again_changes_nothing(gateway: MemoryGateway) -> None:
    gateway.publish()
    before = dict(gateway.store.stored)
    assert gateway.publish().change is Change.UNCHANGED
    assert gateway.store.stored == before


def test_a_permit_that_one_version_cannot_hold_is_reported_with_box_and_reason(
    gateway: MemoryGateway,
) -> None:
    published = gateway.publish(NOT_IN_V1)
    assert [(version, reason.box) for version, reason in published.unavailable] == [("v1", "9")]
    assert documents(gateway) == {("v2", DocumentForm.NON_FINAL)}


def test_a_record_against_the_rules_is_refused_and_nothing_is_stored(
    gateway: MemoryGateway,
) -> None:
    with pytest.raises(RecordInvalid, match="MZ26EX000001") as refused:
        gateway.publish(a_permit(importer=None))
    assert (refused.value.file, refused.value.row, refused.value.box) == ("records.json", 1, "3")
    assert not gateway.store.stored


def test_an_authority_that_is_not_served_is_refused(gateway: MemoryGateway) -> None:
    with pytest.raises(RecordInvalid, match="ANAC"):
        gateway.publish(authority_code="OTHER")


def test_where_two_authorities_are_served_the_record_must_name_one(both_formats) -> None:
    gateway = MemoryGateway(both_formats, (ANAC, Authority(IsoCountryCode("MZ"), "SEA")))
    with pytest.raises(RecordInvalid, match="ANAC, SEA"):
        gateway.publish()
    assert gateway.publish(authority_code="ANAC").change is Change.PUBLISHED


def test_a_permit_already_endorsed_at_export_is_final_from_the_start(
    gateway: MemoryGateway,
) -> None:
    permit = a_permit()
    endorsed = replace(
        permit,
        positions=tuple(
            replace(line, examination=Examination(quantity=line.quantity))
            for line in permit.positions
        ),
    )
    gateway.publish(endorsed)
    final = gateway.answering.answer(
        OperationName.GET_FINAL, "MZ26EX000001", TOKEN, "MZ", ZA, "v2"
    ).document
    issued = gateway.answering.answer(
        OperationName.GET_NON_FINAL, "MZ26EX000001", TOKEN, "MZ", ZA, "v2"
    ).document
    assert b"UnitQuantity" in final
    assert b"UnitQuantity" not in issued


def test_a_permit_may_be_corrected_until_quantities_are_confirmed_on_it(
    gateway: MemoryGateway,
) -> None:
    gateway.publish()
    corrected = a_permit(special_conditions=("Corrected.",))
    assert gateway.publish(corrected).change is Change.CHANGED
    gateway.confirm(A="5")
    with pytest.raises(RecordInvalid, match="already confirmed"):
        gateway.publish(a_permit())


@pytest.mark.parametrize("party", ["importer", "exporter"])
def test_a_used_permit_is_not_transferred_to_another_person(
    gateway: MemoryGateway, party: str
) -> None:
    gateway.publish()
    gateway.confirm(A="5")
    before = dict(gateway.store.stored)
    another = replace(getattr(a_permit(), party), name="Another Person Lda")
    with pytest.raises(RecordInvalid, match="already confirmed"):
        gateway.publish(a_permit(**{party: another}))
    assert gateway.store.stored == before


def test_a_correction_that_one_version_cannot_hold_leaves_no_stale_document_behind(
    gateway: MemoryGateway,
) -> None:
    gateway.publish()
    gateway.publish(NOT_IN_V1)
    assert documents(gateway) == {("v2", DocumentForm.NON_FINAL)}


def test_loss_notes_are_returned_and_stored_with_their_version(gateway: MemoryGateway) -> None:
    operation = RegisteredOperation(category_code="A-MZ-501")
    line = a_position(annotation="#4", operation=operation)
    published = gateway.publish(a_permit(positions=(line,)))
    noted = [(version, loss.box, loss.field, loss.value) for version, loss in published.losses]
    assert noted == [
        ("v1", "10", "annotation", "#4"),
        ("v1", "12b", "operation.category_code", "A-MZ-501"),
        ("v2", "10", "annotation", "#4"),
    ]
    ((_, stored),) = gateway.store.stored.values()
    assert [len(stored[version, DocumentForm.NON_FINAL].losses) for version in ("v1", "v2")] == [
        2,
        1,
    ]


def test_a_loss_of_both_forms_is_returned_once(gateway: MemoryGateway) -> None:
    seen = an_examination("5", seized=Quantity(Decimal(1), "NAR"))
    published = gateway.publish(
        a_permit(positions=(a_position(annotation="#4", examination=seen),))
    )
    assert [(version, loss.field) for version, loss in published.losses] == [
        ("v1", "annotation"),
        ("v1", "examination.seized"),
        ("v2", "annotation"),
        ("v2", "examination.seized"),
    ]


def test_cancelling_is_taken_over_and_cannot_be_taken_back(gateway: MemoryGateway) -> None:
    gateway.publish()
    assert gateway.publish(status=Status.CANCELLED).change is Change.CHANGED
    with pytest.raises(RecordInvalid, match="stays so"):
        gateway.publish()


def test_a_replaced_permit_keeps_its_confirmations(gateway: MemoryGateway) -> None:
    gateway.publish()
    gateway.confirm(A="5")
    gateway.publish(status=Status.REPLACED, successor=CertificateNumber("MZ26EX000099"))
    (stored, _) = gateway.store.stored[ANAC, a_permit().number]
    assert stored.published.status is Status.REPLACED
    assert len(stored.published.confirmations) == 1


def test_a_used_permit_is_not_returned_unused(gateway: MemoryGateway) -> None:
    gateway.publish()
    gateway.confirm(A="5")
    with pytest.raises(RecordInvalid, match="returned unused") as refused:
        gateway.publish(status=Status.RETURNED)
    assert refused.value.box == "14"
    (stored, _) = gateway.store.stored[ANAC, a_permit().number]
    assert stored.published.status is Status.ISSUED
    assert gateway.publish(status=Status.LOST).change is Change.CHANGED


def test_publishing_again_does_not_make_a_final_permit_unfinal(gateway: MemoryGateway) -> None:
    gateway.publish()
    gateway.confirm(A="5", B="12.5", C="3")
    assert gateway.publish().change is Change.UNCHANGED


@pytest.mark.parametrize(
    "change", [{"token": "ANOTHER-TOKEN"}, {"attachments": (Attachment("a.pdf", b"%PDF"),)}]
)
def test_token_and_attachments_of_a_published_permit_stay(gateway: MemoryGateway, change) -> None:
    gateway.publish()
    with pytest.raises(RecordInvalid, match="replacement"):
        gateway.publish(**change)
