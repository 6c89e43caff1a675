"""Pruning: records go in whole pages, a signed record names them, and the journal verifies."""

import json
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy import text
from uuid_utils import uuid7

from gateway.domain.errors import InvalidRequest, ServiceUnavailable
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.journal.records.pruning import Pruning, Prunings
from gateway.exchange.ports import Direction, DocumentForm
from gateway.exchange.stored_bytes import ComposedBytes
from tests.store.journal.sealing_acts import (
    ENDS,
    NOW,
    OFFICER,
    Sealed,
    holding,
    issue,
    keep,
    long_ago,
    prune,
    pruning_of,
    seal_later,
    there,
)
from tests.store.store_acts import ANAC, MZ, NUMBER, PICTURE, a_published, publish


@pytest.mark.both_databases
def test_after_pruning_the_journal_verifies_and_says_how_many_are_gone(old_journal) -> None:
    keep(old_journal, long_ago(2025))
    gone, _ = prune(old_journal)
    assert old_journal.flaws == []  # although the record of it is not sealed yet: it is signed
    assert seal_later(old_journal) == 1
    checked, flaws = old_journal.verify()
    assert flaws == []
    assert [each.removed for each in checked] == [3, 0, 0]
    assert len(gone) == 3


@pytest.mark.both_databases
def test_a_verification_during_a_pruning_sees_records_or_their_removal(old_journal) -> None:
    leaves = old_journal.store.sealed_journal.leaves(1)
    first = next(leaves)
    prune(old_journal)
    prunings = Prunings(old_journal.store.sealed_journal, old_journal.verifier)
    assert (first.is_gone, [prunings.of(leaf) is not None for leaf in leaves]) == (
        False,
        [True, True],
    )


def test_the_record_of_a_deletion_names_records_person_and_reason(old_journal) -> None:
    leaves = {
        leaf.exchange_id: leaf.hash.hex() for leaf in old_journal.store.sealed_journal.leaves(1)
    }
    prune(old_journal)
    (record,) = old_journal.store.journal.latest(1)
    assert (record.direction, record.operation, record.outcome) == (
        Direction.OWN,
        "JournalPruned",
        "ok",
    )
    said = json.loads(record.request)
    assert said["records"] == leaves
    assert (said["person"], said["reason"], said["years"]) == (
        "A. Cossa",
        "five years after expiry",
        5,
    )
    assert datetime.fromisoformat(said["at"]) == NOW


@pytest.mark.both_databases
def test_a_database_that_removes_nothing_ends_the_pruning(old_journal) -> None:
    """As where prune_url names another database by mistake."""

    class Refusing:
        def __getattr__(self, name: str) -> object:
            return getattr(old_journal.store.retained_journal, name)

        def remove(self, *_: object) -> bool:
            return False

    with pytest.raises(ServiceUnavailable):
        list(replace(pruning_of(old_journal), journal=Refusing()).remove(OFFICER))
    assert len(there(old_journal)) == 3


@pytest.mark.parametrize("by", [ResponsiblePerson(" ", "why"), ResponsiblePerson("A. Cossa", "")])
def test_a_person_answers_for_each_removal(old_journal, by) -> None:
    with pytest.raises(InvalidRequest):
        prune(old_journal, by)
    assert len(there(old_journal)) == 3


def test_without_a_key_nothing_is_removed(store, ours) -> None:
    unsigned = Sealed(store, ours, signed=False)
    issue(unsigned)
    keep(unsigned, long_ago(2019))
    with pytest.raises(InvalidRequest, match="needs a key"):
        prune(unsigned)


@pytest.mark.slow
def test_many_records_go_page_by_page(old_journal, monkeypatch) -> None:
    monkeypatch.setattr("gateway.exchange.journal.prune.PAGE_SIZE", 2)
    assert [len(page.due) for page in pruning_of(old_journal).remove(OFFICER)] == [2, 1]
    assert seal_later(old_journal) == 2
    assert old_journal.verify()[0][0].removed == 3
    assert old_journal.flaws == []


def test_stopping_halfway_leaves_whole_pages(old_journal, monkeypatch) -> None:
    monkeypatch.setattr("gateway.exchange.journal.prune.PAGE_SIZE", 2)
    next(pruning_of(old_journal).remove(OFFICER))
    assert len(there(old_journal)) == 1
    assert old_journal.flaws == []


def test_a_page_that_fails_leaves_nothing_half_done(old_journal) -> None:
    """The last record of a page cannot be deleted: all stay, without a pruning record."""
    first, *_, last = old_journal.ids(0, 3)
    pruning = Pruning(NOW.isoformat(), "A", "B", 5, {}, []).exchange(
        str(uuid7()), old_journal.signer
    )
    holding(old_journal).hold([], [last], OFFICER)
    assert not old_journal.store.retained_journal.remove(pruning, [first, last], [])
    assert not old_journal.store.retained_journal.remove(pruning, [first, str(uuid4())], [])
    assert len(there(old_journal)) == 3
    assert not any(leaf.removed_by for leaf in old_journal.store.sealed_journal.leaves(1))
    assert old_journal.store.journal.latest(1)[0].operation == "JournalHeld"


@pytest.mark.slow
def test_more_records_of_deletions_than_are_kept_in_memory(old_journal, monkeypatch) -> None:
    monkeypatch.setattr("gateway.exchange.journal.prune.PAGE_SIZE", 1)
    monkeypatch.setattr("gateway.exchange.journal.records.pruning._CACHE_SIZE", 1)
    prune(old_journal)
    prunings = Prunings(old_journal.store.sealed_journal, old_journal.verifier)
    leaves = list(old_journal.store.sealed_journal.leaves(1))
    assert len({prunings.of(leaf)[0] for leaf in (*leaves, *leaves)}) == 3


# --- Contents
# ------------------------------------------------------------------------------------------


def contents(journal: Sealed) -> set[bytes]:
    with journal.store._engines.writing.connect() as connection:
        return {
            bytes(found)
            for found in connection.execute(text("SELECT bytes FROM content")).scalars()
        }


def with_document(journal: Sealed) -> ComposedBytes:
    """An answer that is put together from the document and the picture of the permit."""
    (header,) = journal.store.permit_lookup.find(MZ, NUMBER)
    document = journal.store.permit_lookup.document(header, "v1", DocumentForm.NON_FINAL)
    (picture,) = journal.store.permit_lookup.attachments(header)
    return ComposedBytes((b"<a>", document.content, b"</a>", picture.content))


@pytest.fixture
def replaced(journal: Sealed) -> tuple[Sealed, ComposedBytes]:
    """A permit whose document was replaced, and the answer that was given before."""
    published = a_published()
    publish(
        journal.store,
        replace(published, permit=replace(published.permit, valid_until=ENDS)),
        attachments=(PICTURE,),
    )
    answer = with_document(journal)
    with journal.store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
        document = replace(
            journal.store.permit_lookup.document(*find(journal)),
            content=b"<CBFShip>later</CBFShip>",
        )
        work.permits.change(stored, stored.published, {("v1", DocumentForm.NON_FINAL): document})
        work.commit()
    assert b"<CBFShip/>" in contents(journal)
    return journal, answer


def find(journal: Sealed):
    (header,) = journal.store.permit_lookup.find(MZ, NUMBER)
    return header, "v1", DocumentForm.NON_FINAL


@pytest.mark.slow
def test_contents_go_with_the_last_record_that_names_them_but_never_those_of_a_permit(
    replaced,
) -> None:
    journal, answer = replaced
    keep(journal, long_ago(2019, answer=answer))
    prune(journal)
    assert b"<CBFShip/>" not in contents(journal)
    assert {b"<CBFShip>later</CBFShip>", PICTURE.content} <= contents(journal)
    assert journal.flaws == []


@pytest.mark.slow
@pytest.mark.parametrize("sealed", [True, False])
def test_contents_that_another_record_names_stay(replaced, sealed) -> None:
    journal, answer = replaced
    keep(journal, long_ago(2019, answer=answer))
    journal.store.journal.record(long_ago(2025, answer=answer))
    if sealed:
        journal.seal()
    prune(journal)
    assert b"<CBFShip/>" in contents(journal)
    assert seal_later(journal) == (1 if sealed else 2)
    assert journal.flaws == []


def test_contents_that_a_sweep_missed_go_with_the_next(replaced, monkeypatch) -> None:
    """The gateway was killed between the records and their contents."""
    journal, answer = replaced
    keep(journal, long_ago(2019, answer=answer))
    next(pruning_of(journal).remove(OFFICER))
    assert b"<CBFShip/>" in contents(journal)
    keep(journal, long_ago(2019))
    prune(journal)
    assert b"<CBFShip/>" not in contents(journal)
