"""Publishing: judged, written in every version, stored once."""

from dataclasses import replace

import pytest

from gateway.domain.errors import RecordInvalid
from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.partner import OperationName
from gateway.domain.permit import Permit
from gateway.domain.position import Examination, Operation
from gateway.domain.published import Status
from gateway.exchange.ports import Attachment, Form
from gateway.exchange.publish_permit import Change
from tests.builders import a_permit
from tests.exchange.conftest import ANAC, TOKEN, ZA, House


def documents(house: House, permit: Permit | None = None) -> set[tuple[str, Form]]:
    number = (permit or a_permit()).number
    return set(house.store.shelf[ANAC, number][1])


def test_a_new_permit_is_stored_in_both_versions(house: House) -> None:
    assert house.publish().change is Change.PUBLISHED
    assert documents(house) == {("v1", Form.NON_FINAL), ("v2", Form.NON_FINAL)}


def test_the_same_record_again_changes_nothing(house: House) -> None:
    house.publish()
    before = dict(house.store.shelf)
    assert house.publish().change is Change.UNCHANGED
    assert house.store.shelf == before


def test_a_permit_that_one_version_cannot_hold_is_reported_with_box_and_reason(house: House) -> None:
    line = a_permit().positions[0]
    permit = a_permit(positions=(replace(line, operation=Operation(category_code="A-MZ-501")),))
    published = house.publish(permit)
    assert [(version, reason.box) for version, reason in published.unavailable] == [("v1", "12b")]
    assert documents(house) == {("v2", Form.NON_FINAL)}


def test_a_record_against_the_rules_is_refused_and_nothing_is_stored(house: House) -> None:
    with pytest.raises(RecordInvalid, match="MZ26EX000001") as refused:
        house.publish(a_permit(importer=None))
    assert (refused.value.file, refused.value.row, refused.value.box) == ("records.json", 1, "3")
    assert not house.store.shelf


def test_an_authority_that_is_not_served_is_refused(house: House) -> None:
    with pytest.raises(RecordInvalid, match="ANAC"):
        house.publish(authority_code="OTHER")


def test_where_two_authorities_are_served_the_record_must_name_one(both_formats) -> None:
    house = House(both_formats, (ANAC, Authority(IsoCountryCode("MZ"), "SEA")))
    with pytest.raises(RecordInvalid, match="ANAC, SEA"):
        house.publish()
    assert house.publish(authority_code="ANAC").change is Change.PUBLISHED


def test_a_permit_already_endorsed_at_export_is_final_from_the_start(house: House) -> None:
    permit = a_permit()
    endorsed = replace(
        permit,
        positions=tuple(replace(line, examination=Examination(quantity=line.quantity)) for line in permit.positions),
    )
    house.publish(endorsed)
    final = house.answering.answer(OperationName.GET_FINAL, "MZ26EX000001", TOKEN, "MZ", ZA, "v2").document
    issued = house.answering.answer(OperationName.GET_NON_FINAL, "MZ26EX000001", TOKEN, "MZ", ZA, "v2").document
    assert b"UnitQuantity" in final
    assert b"UnitQuantity" not in issued


def test_a_permit_may_be_corrected_until_quantities_are_confirmed_on_it(house: House) -> None:
    house.publish()
    corrected = a_permit(special_conditions=("Corrected.",))
    assert house.publish(corrected).change is Change.CHANGED
    house.confirm(A="5")
    with pytest.raises(RecordInvalid, match="already confirmed"):
        house.publish(a_permit())


def test_a_correction_that_one_version_cannot_hold_leaves_no_stale_document_behind(house: House) -> None:
    house.publish()
    line = a_permit().positions[0]
    house.publish(a_permit(positions=(replace(line, operation=Operation(category_code="A-MZ-501")),)))
    assert documents(house) == {("v2", Form.NON_FINAL)}


def test_cancelling_is_taken_over_and_cannot_be_taken_back(house: House) -> None:
    house.publish()
    assert house.publish(status=Status.CANCELLED).change is Change.CHANGED
    with pytest.raises(RecordInvalid, match="stays so"):
        house.publish()


def test_a_replaced_permit_keeps_its_confirmations(house: House) -> None:
    house.publish()
    house.confirm(A="5")
    house.publish(status=Status.REPLACED, successor=CertificateNumber("MZ26EX000099"))
    (stored, _) = house.store.shelf[ANAC, a_permit().number]
    assert stored.published.status is Status.REPLACED
    assert len(stored.published.confirmations) == 1


def test_publishing_again_does_not_make_a_final_permit_unfinal(house: House) -> None:
    house.publish()
    house.confirm(A="5", B="12.5", C="3")
    assert house.publish().change is Change.UNCHANGED


@pytest.mark.parametrize("change", [{"token": "ANOTHER-TOKEN"}, {"attachments": (Attachment("a.pdf", b"%PDF"),)}])
def test_token_and_attachments_of_a_published_permit_stay(house: House, change) -> None:
    house.publish()
    with pytest.raises(RecordInvalid, match="replacement"):
        house.publish(**change)
