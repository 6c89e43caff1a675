"""Supporting documents in the database: what partners get, history, concurrent changes, damage."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gateway.domain.errors import ServiceUnavailable
from gateway.exchange.ports import ConcurrentChange, PermitHeader
from gateway.store import Store
from tests.store.permits.supporting_acts import REMOVAL, a_document, support
from tests.store.store_acts import ANAC, MZ, NUMBER, PICTURE, publish
from tests.supporting_files import a_pdf


def header_of(store: Store) -> PermitHeader:
    (header,) = store.permit_lookup.find(MZ, NUMBER)
    return header


def names(store: Store) -> list[str]:
    """What partners get; the header has its number."""
    header = header_of(store)
    found = [each.name for each in store.permit_lookup.attachments(header)]
    assert header.attachments == len(found)
    return found


def test_partners_get_attachments_of_the_record_then_what_travels(store: Store) -> None:
    publish(store, attachments=[PICTURE])
    before = header_of(store).revision
    support(store, a_document("d1"))
    support(store, a_document("d2", a_pdf(b"<< >>"), for_partners=False), a_pdf(b"<< >>"))
    support(store, a_document("d0", a_pdf(b"[]")), a_pdf(b"[]"))
    assert names(store) == [PICTURE.name, "d1 é.pdf", "d0 é.pdf"]
    assert header_of(store).revision == before + 3
    with store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
        work.supporting.remove(stored, "d1", REMOVAL)
        work.commit()
    assert names(store) == [PICTURE.name, "d0 é.pdf"]
    with store.begin_work() as work:
        found = work.supporting.of(work.permits.get(ANAC, NUMBER))
        assert [each.id for each in found] == ["d1", "d2", "d0"]
        assert found[0] == replace(a_document("d1"), removal=REMOVAL)
        assert work.supporting.file(found[0]) == a_pdf()


def test_a_permit_that_was_changed_meanwhile_is_read_again(store: Store) -> None:
    publish(store)
    with store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
    support(store)
    with store.begin_work() as work, pytest.raises(ConcurrentChange):
        work.supporting.add(stored, a_document("d2", b"x"), b"x")
    with store.begin_work() as work, pytest.raises(ConcurrentChange):
        work.supporting.remove(stored, "d1", REMOVAL)
    with store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
        work.supporting.remove(stored, "d1", REMOVAL)
        work.commit()
    with store.begin_work() as work, pytest.raises(ConcurrentChange):
        work.supporting.remove(work.permits.get(ANAC, NUMBER), "d1", REMOVAL)


@pytest.mark.both_databases
def test_a_document_is_never_deleted_and_damage_is_found(store: Store) -> None:
    publish(store)
    support(store)
    with pytest.raises(DBAPIError), store._engines.writing.begin() as connection:
        connection.execute(text("DELETE FROM supporting_document"))
    with store.begin_work() as work:
        (found,) = work.supporting.of(work.permits.get(ANAC, NUMBER))
        damaged = replace(found, sha256="0" * 64)
        with pytest.raises(ServiceUnavailable):
            work.supporting.file(damaged)
