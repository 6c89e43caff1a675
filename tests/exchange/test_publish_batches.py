"""Publication in batches: the results of single publications, in few transactions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from gateway.domain.errors import RecordInvalid
from gateway.domain.identifiers import CertificateNumber, TokenId
from gateway.domain.permit.permit import Permit
from gateway.exchange.permits.publication.batches import (
    MOST_ATTACHMENT_BYTES,
    MOST_PERMITS,
    Outcome,
    Preparation,
    PublishBatches,
    prepare_batch,
)
from gateway.exchange.permits.publish import Change, Published
from gateway.exchange.ports import Attachment, NationalRecord
from tests.builders import a_permit
from tests.exchange.conftest import ANAC, TOKEN, MemoryGateway

OF_THE_SOURCE = RecordInvalid("No number.", file="records.json", row=9)


class CountingSealer:
    """The port `Sealer`. sealed: documents."""

    signer = "CN=ANAC"

    def __init__(self) -> None:
        self.sealed: list[bytes] = []

    def seal(self, document: bytes) -> bytes:
        self.sealed.append(document)
        return b"seal of " + document


@dataclass
class Batches:
    """A gateway that publishes in batches. prepared: each batch, as it was given to prepare."""

    gateway: MemoryGateway
    seal_ahead: bool = True
    prepared: list[Sequence[Preparation]] = field(default_factory=list)

    @property
    def publishing(self) -> PublishBatches:
        publish = self.gateway.publishing
        return PublishBatches(publish, self.gateway.store, self._prepare, self.seal_ahead)

    def publish(self, *records: NationalRecord | RecordInvalid) -> list[Published | RecordInvalid]:
        return list(self.publishing.publish_all(records))

    def _prepare(self, batches: Iterable[Sequence[Preparation]]) -> Iterator[Sequence[Outcome]]:
        publish = self.gateway.publishing
        for batch in batches:
            self.prepared.append(batch)
            yield prepare_batch(batch, publish.prepare, lambda: publish.sealer)


@pytest.fixture
def batches(gateway: MemoryGateway) -> Batches:
    return Batches(gateway)


def a_record(permit: Permit | str, **changes: object) -> NationalRecord:
    whole = permit if isinstance(permit, Permit) else a_permit(permit)
    return NationalRecord("records.json", 1, whole, TokenId(TOKEN), **changes)


def changes(results: Sequence[Published | RecordInvalid]) -> list[str]:
    return [
        each.change if isinstance(each, Published) else f"refused: {each.text}" for each in results
    ]


def numbers(count: int) -> list[str]:
    return [f"MZ26EX{place:06}" for place in range(count)]


def test_results_come_in_the_order_of_the_records(batches: Batches) -> None:
    batches.gateway.publish(a_permit("MZ26EX000001"))
    batches.gateway.publish(a_permit("MZ26EX000002"))
    corrected = a_permit("MZ26EX000002", special_conditions=("Corrected.",))
    results = batches.publish(
        a_record("MZ26EX000003"),
        OF_THE_SOURCE,
        a_record("MZ26EX000001"),
        a_record(a_permit("MZ26EX000004", importer=None)),
        a_record(corrected),
        a_record("MZ26EX000005"),
    )
    assert results[1] is OF_THE_SOURCE
    refusal = results.pop(3)
    assert isinstance(refusal, RecordInvalid)
    assert refusal.box == "3"
    del results[1]
    assert changes(results) == ["published", "unchanged", "changed", "published"]
    stored = [number.text for _, number in batches.gateway.store.stored]
    assert sorted(stored) == [f"MZ26EX00000{place}" for place in (1, 2, 3, 5)]
    later = batches.gateway.store.stored[ANAC, CertificateNumber("MZ26EX000002")][0]
    assert later.published.permit == corrected


@pytest.mark.slow
def test_new_permits_of_a_batch_are_one_transaction(
    batches: Batches, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, begun = batches.gateway.store, []
    begin_work = store._work
    monkeypatch.setattr(store, "_work", lambda: begun.append(1) or begin_work())
    results = batches.publish(*map(a_record, numbers(2 * MOST_PERMITS + 1)))
    assert set(changes(results)) == {"published"}
    assert len(begun) == 3


@pytest.mark.slow
def test_a_batch_is_stored_before_the_records_after_the_next_are_read(batches: Batches) -> None:
    read: list[str] = []

    def records() -> Iterator[NationalRecord]:
        for number in numbers(3 * MOST_PERMITS):
            read.append(number)
            yield a_record(number)

    next(batches.publishing.publish_all(records()))
    assert len(read) == MOST_PERMITS
    assert len(batches.gateway.store.stored) == MOST_PERMITS


def test_the_second_record_of_a_permit_is_compared_with_the_first(batches: Batches) -> None:
    corrected = a_permit(special_conditions=("Corrected.",))
    assert changes(batches.publish(a_record(a_permit()), a_record(corrected))) == [
        Change.PUBLISHED,
        Change.CHANGED,
    ]
    another_token = NationalRecord("records.json", 1, a_permit(), TokenId("OTHER-1234-5678"))
    (result,) = batches.publish(another_token)
    assert isinstance(result, RecordInvalid)
    assert "another token" in result.text


@pytest.mark.parametrize("seal_ahead", [True, False])
def test_each_new_document_is_sealed_once(both_formats, seal_ahead: bool) -> None:
    sealer = CountingSealer()
    batches = Batches(MemoryGateway(both_formats, sealer=sealer), seal_ahead)
    records = [a_record(number) for number in numbers(3)]
    batches.publish(*records)
    assert len(sealer.sealed) == 6
    for _, documents in batches.gateway.store.stored.values():
        assert {each.seal for each in documents.values()} == {
            b"seal of " + each.content for each in documents.values()
        }
    batches.publish(*records)
    assert len(sealer.sealed) == 6, "what is there is not sealed again"
    batches.publish(a_record(a_permit(numbers(1)[0], special_conditions=("Corrected.",))))
    assert len(sealer.sealed) == 8


def test_a_rehearsal_stores_and_seals_nothing(both_formats) -> None:
    sealer = CountingSealer()
    batches = Batches(MemoryGateway(both_formats, sealer=sealer))
    wrong = a_record(a_permit("MZ26EX000009", importer=None))
    results = list(batches.publishing.rehearse_all([a_record("MZ26EX000001"), wrong]))
    assert changes(results[:1]) == ["published"]
    assert isinstance(results[1], RecordInvalid)
    assert not batches.gateway.store.stored
    assert not sealer.sealed


def test_attachments_are_stored_and_are_not_passed_to_workers(batches: Batches) -> None:
    picture = Attachment("skin.png", b"\x89PNG" * 1000)
    batches.publish(a_record("MZ26EX000001", attachments=(picture,)))
    ((task,),) = batches.prepared
    assert task.record.attachments == (Attachment("skin.png", b""),)
    (stored,) = (stored for stored, _ in batches.gateway.store.stored.values())
    assert stored.attachments == (picture,)


def test_a_batch_has_a_bounded_size(batches: Batches) -> None:
    half = Attachment("skin.png", bytes(MOST_ATTACHMENT_BYTES // 2))
    batches.publish(*(a_record(number, attachments=(half,)) for number in numbers(5)))
    assert [len(batch) for batch in batches.prepared] == [2, 2, 1]


def test_a_permit_that_is_here_as_stated_is_not_prepared(batches: Batches) -> None:
    records = [a_record(number) for number in numbers(3)]
    batches.publish(*records)
    del batches.prepared[:]
    corrected = a_record(a_permit(numbers(3)[1], special_conditions=("Corrected.",)))
    results = batches.publish(records[0], OF_THE_SOURCE, corrected, records[2])
    assert results.pop(1) is OF_THE_SOURCE
    assert changes(results) == ["unchanged", "changed", "unchanged"]
    assert [task.record for batch in batches.prepared for task in batch] == [corrected]


def test_a_rehearsal_prepares_what_is_here_too(batches: Batches) -> None:
    record = a_record("MZ26EX000001")
    batches.publish(record)
    del batches.prepared[:]
    assert changes(list(batches.publishing.rehearse_all([record]))) == ["unchanged"]
    assert [task.record for batch in batches.prepared for task in batch] == [record]


@pytest.mark.slow
@pytest.mark.parametrize("between", [0, MOST_PERMITS])
def test_a_record_is_compared_with_the_one_before_that_is_not_stored_yet(
    gateway: MemoryGateway, between: int
) -> None:
    """The first record changes the permit, the last one changes it back."""
    ahead = Batches(gateway)
    first, corrected = a_record(a_permit()), a_permit(special_conditions=("Corrected.",))
    ahead.publish(first)

    def looking_ahead(wanted: Iterable[Sequence[Preparation]]) -> Iterator[Sequence[Outcome]]:
        return ahead._prepare(list(wanted))

    publishing = PublishBatches(gateway.publishing, gateway.store, looking_ahead, seal_ahead=True)
    others = [a_record(f"MZ26EX9{place:05}") for place in range(between)]
    results = list(publishing.publish_all([a_record(corrected), *others, first]))
    assert (results[0].change, results[-1].change) == (Change.CHANGED, Change.CHANGED)
    ((stored, _),) = (
        each for key, each in gateway.store.stored.items() if key[1] == a_permit().number
    )
    assert stored.published.permit == a_permit()


def test_attachments_and_tokens_of_a_permit_that_is_here_are_compared(batches: Batches) -> None:
    picture = Attachment("skin.png", b"PNG")
    with_picture = a_record("MZ26EX000001", attachments=(picture,))
    batches.publish(with_picture, a_record("MZ26EX000002"))
    assert changes(batches.publish(with_picture)) == ["unchanged"]
    for other in (
        a_record("MZ26EX000001"),
        a_record("MZ26EX000002", attachments=(picture,)),
        NationalRecord("records.json", 1, a_permit("MZ26EX000002"), TokenId("OTHER-1234-5678")),
    ):
        (result,) = batches.publish(other)
        assert isinstance(result, RecordInvalid)
        assert "another token or other attachments" in result.text
