"""Versions of a permit: a change keeps the former documents with their seals, and says why."""

import json
from dataclasses import dataclass
from decimal import Decimal

import pytest

from gateway.domain.declarations.use import Act, UseEvent
from gateway.domain.errors import RecordInvalid
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.status import Status
from gateway.exchange.permits.publication.version import OPERATION
from gateway.exchange.permits.publish import Change
from gateway.exchange.ports import DocumentForm, PermitFormat
from tests.builders import ISSUED as ISSUED_AT
from tests.builders import NOT_IN_V1, a_permit
from tests.exchange.conftest import ANAC, MemoryGateway

CHANGED = a_permit(special_conditions=("Corrected.",))
ISSUED = DocumentForm.NON_FINAL


@dataclass
class CountingSealer:
    """Seals with a number, so that two seals of one document differ."""

    made: int = 0

    def seal(self, document: bytes) -> bytes:
        self.made += 1
        return f"seal {self.made} of {len(document)} bytes".encode()


@pytest.fixture
def sealing(both_formats: tuple[PermitFormat, ...]) -> MemoryGateway:
    return MemoryGateway(both_formats, sealer=CountingSealer())


def stored(gateway: MemoryGateway) -> dict[tuple[str, DocumentForm], object]:
    return dict(gateway.store.stored[ANAC, a_permit().number][1])


def test_a_change_keeps_the_former_documents_with_their_seals(sealing: MemoryGateway) -> None:
    sealing.publish()
    before = stored(sealing)
    assert sealing.publish(CHANGED).change is Change.CHANGED
    after = stored(sealing)
    (audit,) = (each for each in sealing.store.journal.exchanges if each.operation == OPERATION)
    kept = {name: document for name, document, _ in sealing.store.former}
    assert kept == before
    assert {record for _, _, record in sealing.store.former} == {audit.id}
    assert all(after[name] != before[name] for name in before)
    said = json.loads(audit.request)
    assert (said["number"], said["file"], said["row"]) == ("MZ26EX000001", "records.json", 1)
    assert len(said["documents"]) == len(before)
    assert all(each["former"] != each["now"] for each in said["documents"])


def test_a_cancellation_keeps_documents_and_seals_as_they_are(sealing: MemoryGateway) -> None:
    sealing.publish()
    before = stored(sealing)
    assert sealing.publish(status=Status.CANCELLED).change is Change.CHANGED
    assert stored(sealing) == before
    assert sealing.store.former == []


def test_each_further_change_adds_a_version(sealing: MemoryGateway) -> None:
    sealing.publish()
    sealing.publish(CHANGED)
    sealing.publish()
    assert len(sealing.store.former) == 4
    assert len({record for _, _, record in sealing.store.former}) == 2


def test_a_document_that_a_change_takes_away_stays_in_the_history(sealing: MemoryGateway) -> None:
    sealing.publish()
    sealing.publish(NOT_IN_V1)
    assert set(stored(sealing)) == {("v2", ISSUED)}
    assert {name for name, _, _ in sealing.store.former} == {("v1", ISSUED), ("v2", ISSUED)}


def test_a_document_without_seal_gets_one_with_the_next_change(gateway: MemoryGateway) -> None:
    gateway.publish()
    gateway.publishing = type(gateway.publishing)(
        **{
            name: getattr(gateway.publishing, name)
            for name in gateway.publishing.__dataclass_fields__
            if name != "sealer"
        },
        sealer=CountingSealer(),
    )
    gateway.publish(status=Status.CANCELLED)
    assert all(document.seal for document in stored(gateway).values())
    assert [document.seal for _, document, _ in gateway.store.former] == [None, None]


def a_use(act: Act, place: int = 0) -> UseEvent:
    ten = Quantity(Decimal(10), "KGM")
    return UseEvent(
        *(f"use-{place}", place, act, "MZ", a_permit().number.text, "A", "26ZA1", "1", ten, ten),
        *("customs", "T. Nkosi", ISSUED_AT),
    )


def test_a_permit_that_a_declaration_holds_is_not_changed_until_it_is_released(
    sealing: MemoryGateway,
) -> None:
    sealing.publish()
    uses = sealing.store.declared.events
    uses.append(a_use(Act.RESERVED))
    with pytest.raises(RecordInvalid, match="a customs declaration holds quantities") as refusal:
        sealing.publish(CHANGED)
    assert refusal.value.box == "11"
    assert sealing.store.former == []
    assert sealing.publish().change is Change.UNCHANGED
    uses.append(a_use(Act.RELEASED, 1))
    assert sealing.publish(CHANGED).change is Change.CHANGED
    uses.append(a_use(Act.RESERVED, 2))
    assert sealing.publish(CHANGED, status=Status.CANCELLED).change is Change.CHANGED
