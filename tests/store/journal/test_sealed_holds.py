"""Legal holds are sealed records: making or releasing one in the database alone is found."""

import re
from datetime import timedelta

import pytest

from gateway.domain.errors import InvalidRequest
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.ports import Direction
from tests.store.journal.sealing_acts import OFFICER, Sealed, holding, prune, seal_later
from tests.store.store_acts import NUMBER

JUDGE = ResponsiblePerson("J. Macuácua", "case closed")


@pytest.fixture
def held(journal: Sealed) -> Sealed:
    """Two holds, one of them released, all sealed long ago."""
    (first, _), _ = holding(journal).hold([NUMBER.text, "ZA1"], [], OFFICER)
    holding(journal).release(first.id, JUDGE)
    seal_later(journal)
    journal.now += timedelta(hours=1)
    assert journal.flaws == []
    return journal


def test_a_hold_and_its_release_are_records_of_the_journal(held: Sealed) -> None:
    released, *made = held.store.journal.latest(9)
    assert {record.direction for record in (released, *made)} == {Direction.OWN}
    assert released.operation == "JournalReleased"
    assert {record.operation for record in made} == {"JournalHeld"}
    assert {record.id for record in made} == {hold.id for hold in held.store.holds.all()}
    assert JUDGE.person in released.request.decode() and JUDGE.reason in released.request.decode()
    assert all(
        NUMBER.text in record.request.decode() or "ZA1" in record.request.decode()
        for record in made
    )


ATTACKS = {
    "released unseen": (
        "INSERT INTO journal_release SELECT id, at, person, reason FROM journal_hold"
        " WHERE name = 'ZA1'",
        "The release of hold .* of ZA1, by .* is in no record that is still what was sealed",
    ),
    "made unseen": (
        "INSERT INTO journal_hold SELECT 'x', 'ZA2', at, person, reason FROM journal_hold"
        " WHERE name = 'ZA1'",
        "The hold x of ZA2, .* is in no record that is still what was sealed",
    ),
    "removed": (
        "DELETE FROM journal_hold WHERE name = 'ZA1'",
        "The hold .* is missing: it was removed",
    ),
    "of something else": (
        "UPDATE journal_hold SET name = 'ZA2' WHERE name = 'ZA1'",
        "The hold .* of ZA2, .* is not what was sealed",
    ),
    "by somebody else": (
        "UPDATE journal_hold SET person = 'Nobody' WHERE name = 'ZA1'",
        "is not what was sealed",
    ),
    "released by somebody else": (
        "UPDATE journal_release SET person = 'Nobody'",
        "The release of .* is not what was",
    ),
    "held again": (
        "DELETE FROM journal_release",
        "was released, and stands there as if it were not",
    ),
}


@pytest.mark.parametrize(("attack", "said"), ATTACKS.values(), ids=ATTACKS.keys())
def test_changes_of_holds_in_the_database_alone_are_found(
    held: Sealed, attack: str, said: str
) -> None:
    held.attack(attack)
    (flaw,) = held.flaws
    assert re.search(said, flaw), flaw


def test_holds_of_a_moment_ago_need_not_be_sealed_yet(journal: Sealed) -> None:
    (hold,), _ = holding(journal).hold([NUMBER.text], [], OFFICER)
    holding(journal).release(hold.id, JUDGE)
    assert journal.flaws == []


def test_a_release_that_fails_leaves_no_record(journal: Sealed) -> None:
    (hold,), _ = holding(journal).hold([NUMBER.text], [], OFFICER)
    holding(journal).release(hold.id, JUDGE)
    before = len(journal.store.journal.latest(9))
    with pytest.raises(InvalidRequest, match="no such hold"):
        holding(journal).release(hold.id, JUDGE)
    assert len(journal.store.journal.latest(9)) == before


def test_records_of_holds_stay_in_the_journal_for_ever(held: Sealed) -> None:
    held.now += timedelta(days=40 * 365)
    gone, kept = prune(held)
    assert (gone, kept.total()) == (set(), 3)
    assert len(held.store.journal.latest(9)) == 3
