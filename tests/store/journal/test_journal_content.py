"""Deduplication: the journal stores long parts of answers once, and returns each byte for byte."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import text

from gateway.domain.errors import ServiceUnavailable
from gateway.exchange.ports import Document, DocumentForm
from gateway.exchange.stored_bytes import ComposedBytes, in_base64
from tests.store.store_acts import ANAC, MZ, NUMBER, PICTURE, a_published, an_exchange, publish


def an_answer(store) -> bytes:
    """As the endpoint writes it: document, attachment, seal, the last two in base64."""
    (header,) = store.permit_lookup.find(MZ, NUMBER)
    document = store.permit_lookup.document(header, "v1", DocumentForm.NON_FINAL)
    (picture,) = store.permit_lookup.attachments(header)
    parts = (
        b"<a>",
        document.content,
        b"<b>",
        in_base64(picture.content),
        in_base64(document.seal),
        b"</b></a>",
    )
    return ComposedBytes(parts)


def correct(store) -> None:
    with store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
        work.permits.change(
            stored, stored.published, {("v1", DocumentForm.NON_FINAL): Document(b"<corrected/>")}
        )
        work.commit()


def stored_rows(store, columns: str, table: str) -> list[tuple[object, ...]]:
    with store._engines.writing.connect() as connection:
        return [tuple(row) for row in connection.execute(text(f"SELECT {columns} FROM {table}"))]


def test_an_answer_comes_back_byte_for_byte_also_after_its_permit_was_corrected(store):
    publish(store, attachments=(PICTURE,))
    answer = an_answer(store)
    store.journal.record(an_exchange(answer=answer))
    correct(store)
    (exchange,) = store.journal.latest(5)
    assert exchange.answer == answer
    assert b"<CBFShip/>" in exchange.answer


def test_a_record_repeats_nothing_that_the_store_keeps(store):
    publish(store, attachments=(PICTURE,))
    store.journal.record(an_exchange(answer=an_answer(store)))
    ((own, places),) = stored_rows(store, "answer, answer_content", "exchange")
    assert bytes(own) == b"<a><b></b></a>"
    assert [place.partition(":")[0] for place in places.split()] == ["3", "6", "6"]


def test_bytes_of_unknown_origin_are_kept_whole(store):
    publish(store, attachments=(PICTURE,))
    signed = bytes(an_answer(store))
    store.journal.record(an_exchange(answer=signed))
    assert stored_rows(store, "answer, answer_content", "exchange") == [(signed, None)]
    assert store.journal.latest(1)[0].answer == signed


def test_content_that_two_permits_share_is_kept_once(store):
    publish(store)
    before = stored_rows(store, "sha256", "content")
    publish(store, a_published("MZ26EX000002"))
    assert sorted(stored_rows(store, "sha256", "content")) == sorted(before)


@pytest.mark.both_databases
def test_the_first_to_settle_writes_all_pending_records(store):
    waiting = [store.journal.enqueue(an_exchange()) for _ in range(5)]
    assert store.journal.latest(9) == []
    waiting[3].settle()
    assert len(store.journal.latest(9)) == 5
    for receipt in waiting:
        receipt.settle()
    assert len(store.journal.latest(9)) == 5


def test_a_receipt_settles_only_after_the_thread_that_writes_it_is_done(store):
    """Every thread that has settled finds its own record."""
    start = Barrier(12)
    missing = []

    def exchange_and_look(identity: str) -> None:
        start.wait()
        store.journal.enqueue(an_exchange(id=identity)).settle()
        if identity not in {each.id for each in store.journal.latest(50)}:
            missing.append(identity)

    threads = [Thread(target=exchange_and_look, args=(f"id-{count}",)) for count in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert missing == []


def test_a_journal_that_cannot_be_written_refuses_every_pending_record(store, monkeypatch):
    waiting = [store.journal.enqueue(an_exchange()) for _ in range(3)]

    def refuse(*_):
        raise ServiceUnavailable("full")

    monkeypatch.setattr(store.journal._writing, "run", refuse)
    for receipt in waiting:
        with pytest.raises(ServiceUnavailable):
            receipt.settle()
    monkeypatch.undo()
    assert list(store.journal.latest(5)) == []
