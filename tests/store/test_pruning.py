"""What is removed leaves in whole pages, a signed record says so, and the journal still verifies."""

import json
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import pytest
from sealing_acts import (
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
from sqlalchemy import text
from store_acts import ANAC, MZ, NUMBER, PICTURE, a_published, publish
from uuid_utils import uuid7

from gateway.domain.answerable import Answerable
from gateway.domain.errors import InvalidRequest
from gateway.exchange.ports import Direction, Form
from gateway.exchange.pruning import Pruning, Prunings
from gateway.exchange.spliced import Spliced


def test_after_pruning_the_journal_verifies_and_says_how_many_are_gone(house) -> None:
    keep(house, long_ago(2025))
    gone, _ = prune(house)
    assert house.flaws == []  # although the record of it is not sealed yet: it is signed
    assert seal_later(house) == 1
    checked, flaws = house.verify()
    assert flaws == []
    assert [each.removed for each in checked] == [3, 0, 0]
    assert len(gone) == 3


def test_who_verifies_while_somebody_prunes_sees_both_sides(house) -> None:
    leaves = house.store.sealed_journal.leaves(1)
    first = next(leaves)
    prune(house)
    prunings = Prunings(house.store.sealed_journal, house.verifier)
    assert (first.is_gone, [prunings.of(leaf) is not None for leaf in leaves]) == (False, [True, True])


def test_the_record_of_a_deletion_names_what_went_who_and_why(house) -> None:
    leaves = {leaf.exchange_id: leaf.hash.hex() for leaf in house.store.sealed_journal.leaves(1)}
    prune(house)
    (record,) = house.store.journal.latest(1)
    assert (record.direction, record.operation, record.outcome) == (Direction.OWN, "JournalPruned", "ok")
    said = json.loads(record.request)
    assert said["records"] == leaves
    assert (said["person"], said["reason"], said["years"]) == ("A. Cossa", "five years after expiry", 5)
    assert datetime.fromisoformat(said["at"]) == NOW


@pytest.mark.parametrize("by", [Answerable(" ", "why"), Answerable("A. Cossa", "")])
def test_somebody_answers_for_what_is_removed(house, by) -> None:
    with pytest.raises(InvalidRequest):
        prune(house, by)
    assert len(there(house)) == 3


def test_without_a_key_nothing_is_removed(store, ours) -> None:
    unsigned = Sealed(store, ours, signed=False)
    issue(unsigned)
    keep(unsigned, long_ago(2019))
    with pytest.raises(InvalidRequest, match="needs a key"):
        prune(unsigned)


def test_many_records_go_page_by_page(house, monkeypatch) -> None:
    monkeypatch.setattr("gateway.exchange.prune_journal.AT_ONCE", 2)
    assert [len(page.due) for page in pruning_of(house).remove(OFFICER)] == [2, 1]
    assert seal_later(house) == 2
    assert house.verify()[0][0].removed == 3
    assert house.flaws == []


def test_whoever_stops_halfway_leaves_whole_pages(house, monkeypatch) -> None:
    monkeypatch.setattr("gateway.exchange.prune_journal.AT_ONCE", 2)
    next(pruning_of(house).remove(OFFICER))
    assert len(there(house)) == 1
    assert house.flaws == []


def test_a_page_that_fails_leaves_nothing_half_done(house) -> None:
    """The last of its records cannot be deleted: neither are the others, and nothing says that they were."""
    first, *_, last = house.ids(0, 3)
    pruning = Pruning(NOW.isoformat(), "A", "B", 5, {}, []).exchange(str(uuid7()), house.signer)
    holding(house).hold([], [last], OFFICER)
    assert not house.store.retained_journal.remove(pruning, [first, last], [])
    assert not house.store.retained_journal.remove(pruning, [first, str(uuid4())], [])
    assert len(there(house)) == 3
    assert not any(leaf.removed_by for leaf in house.store.sealed_journal.leaves(1))
    assert house.store.journal.latest(1)[0].operation == "JournalHeld"


def test_more_records_of_deletions_than_are_kept_in_memory(house, monkeypatch) -> None:
    monkeypatch.setattr("gateway.exchange.prune_journal.AT_ONCE", 1)
    monkeypatch.setattr("gateway.exchange.pruning._READ_AT_ONCE", 1)
    prune(house)
    prunings = Prunings(house.store.sealed_journal, house.verifier)
    leaves = list(house.store.sealed_journal.leaves(1))
    assert len({prunings.of(leaf)[0] for leaf in (*leaves, *leaves)}) == 3


# --- Contents ---------------------------------------------------------------------------------------------------------


def contents(journal: Sealed) -> set[bytes]:
    with journal.store._writing.connect() as connection:
        return {bytes(found) for found in connection.execute(text("SELECT bytes FROM content")).scalars()}


def with_document(journal: Sealed) -> Spliced:
    """An answer that is put together from the document and the picture of the permit."""
    (kept,) = journal.store.answers.find(MZ, NUMBER)
    document = journal.store.answers.document(kept, "v1", Form.NON_FINAL)
    (picture,) = journal.store.answers.attachments(kept)
    return Spliced((b"<a>", document.content, b"</a>", picture.content))


@pytest.fixture
def replaced(journal: Sealed) -> tuple[Sealed, Spliced]:
    """A permit whose document was replaced, and the answer that was given before."""
    published = a_published()
    publish(
        journal.store, replace(published, permit=replace(published.permit, valid_until=ENDS)), attachments=(PICTURE,)
    )
    answer = with_document(journal)
    with journal.store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
        document = replace(journal.store.answers.document(*find(journal)), content=b"<CBFShip>later</CBFShip>")
        work.permits.change(stored, stored.published, {("v1", Form.NON_FINAL): document})
        work.commit()
    assert b"<CBFShip/>" in contents(journal)
    return journal, answer


def find(journal: Sealed):
    (kept,) = journal.store.answers.find(MZ, NUMBER)
    return kept, "v1", Form.NON_FINAL


def test_contents_go_with_the_last_record_that_names_them_but_never_those_of_a_permit(replaced) -> None:
    journal, answer = replaced
    keep(journal, long_ago(2019, answer=answer))
    prune(journal)
    assert b"<CBFShip/>" not in contents(journal)
    assert {b"<CBFShip>later</CBFShip>", PICTURE.content} <= contents(journal)
    assert journal.flaws == []


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


def test_contents_whose_turn_was_missed_go_the_next_time(replaced, monkeypatch) -> None:
    """The gateway was killed between the records and their contents."""
    journal, answer = replaced
    keep(journal, long_ago(2019, answer=answer))
    next(pruning_of(journal).remove(OFFICER))
    assert b"<CBFShip/>" in contents(journal)
    keep(journal, long_ago(2019))
    prune(journal)
    assert b"<CBFShip/>" not in contents(journal)
