"""Documents of a permit with their loss notes, and those that were replaced."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError

from gateway.domain.permit.loss import LossNote
from gateway.exchange.ports import Document, DocumentForm
from gateway.store.database import engines
from gateway.store.store import Store
from tests.store.store_acts import ANAC, DOCUMENTS, NUMBER, publish

NOTES = (
    LossNote("4", "applicant.signed_at", "2026-09-30", path="HeaderExchangedDocument/Statement"),
    LossNote("10", "annotation", "#4", "HeaderExchangedDocument/Information", "A"),
)
NAME = ("v1", DocumentForm.NON_FINAL)
NOTED = {**DOCUMENTS, NAME: Document(b"<CBFShip/>", b"<seal/>", NOTES)}


def test_documents_come_back_with_their_notes_in_order(any_store):
    publish(any_store, documents=NOTED)
    with any_store.begin_work() as work:
        assert work.permits.documents(work.permits.get(ANAC, NUMBER)) == NOTED


def test_a_changed_document_has_its_own_notes_alone(any_store):
    publish(any_store, documents=NOTED)
    later = {NAME: Document(b"<later/>", None, NOTES[1:])}
    with any_store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
        work.permits.change(stored, stored.published, later)
        work.commit()
    with any_store.begin_work() as work:
        assert work.permits.documents(work.permits.get(ANAC, NUMBER)) == later


def test_a_former_document_stays_with_its_seal(store: Store, url: str) -> None:
    publish(store, documents=NOTED)
    with store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
        assert stored is not None
        work.permits.keep_former(stored, [NAME], "a record")
        work.permits.change(stored, stored.published, {NAME: Document(b"<later/>")})
        work.commit()
    query = (
        "SELECT d.bytes, s.bytes, version, form, exchange_id FROM former_document"
        " JOIN content d ON d.id = content_id JOIN content s ON s.id = seal_id"
    )
    engine = create_engine(engines.parse_address(url))
    with engine.connect() as connection:
        ((document, seal, *name),) = connection.execute(text(query)).all()
    assert (bytes(document), bytes(seal)) == (b"<CBFShip/>", b"<seal/>")
    assert name == ["v1", "non-final", "a record"]
    with store.begin_work() as work:
        (former,) = work.permits.former_documents(work.permits.get(ANAC, NUMBER))
    assert former.document == Document(b"<CBFShip/>", b"<seal/>")
    assert (former.version, former.record) == ("v1", "a record")
    assert former.replaced_at.tzinfo is not None
    for statement in ("DELETE FROM former_document", "UPDATE former_document SET form = 'final'"):
        with pytest.raises(DatabaseError), engine.begin() as connection:
            connection.execute(text(statement))
    engine.dispose()
