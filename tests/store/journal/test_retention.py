"""Retention: records that are due, and records that stay for a hold or for another reason."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event, current_thread
from uuid import uuid4

import pytest
from sqlalchemy import event
from uuid_utils import uuid7

from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import Authority as ManagementAuthority
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.journal.prune import RetentionReason
from gateway.exchange.journal.records.pruning import Pruning
from gateway.exchange.ports import Direction
from tests.store.journal.sealing_acts import (
    NOW,
    OFFICER,
    holding,
    issue,
    keep,
    long_ago,
    prune,
    pruning_of,
    seal_later,
    there,
)
from tests.store.store_acts import MZ, NUMBER


def test_five_years_after_the_permit_has_expired_its_records_go(journal) -> None:
    issue(journal)
    issue(journal, "MZ26EX000002", ends=datetime(2022, 1, 1, tzinfo=UTC))
    issue(journal, "MZ26EX000003", ends=None)
    out = {"direction": Direction.OUT, "callee": "za", "permit_number": "ZA1"}
    due = keep(
        journal,
        long_ago(2019),
        long_ago(2020, permit_number=None),
        long_ago(
            2017, **out
        ),  # a permit that was new on that day was valid for three years at most
    )
    kept = keep(
        journal,
        long_ago(2022),  # asked for when it had long expired
        long_ago(2019, permit_number="MZ26EX000002"),
        long_ago(2019, permit_number="MZ26EX000003"),  # says no last day
        long_ago(2015, permit_number="MZ26EX000009"),  # nobody knows that permit
        long_ago(2018, **out),
        long_ago(2022, permit_number=None),
    )
    gone, why = prune(journal)
    assert gone == set(due)
    assert there(journal) == set(kept)
    assert why == {
        RetentionReason.PERMIT: 2,
        RetentionReason.UNKNOWN: 2,
    }  # the others are not even old enough to be looked at
    assert prune(journal)[0] == set()


def test_of_two_authorities_with_one_number_the_later_expiry_counts(old_journal) -> None:
    issue(
        old_journal,
        authority=ManagementAuthority(MZ, "DNFFB"),
        ends=datetime(2024, 1, 1, tzinfo=UTC),
    )
    assert prune(old_journal) == (set(), {RetentionReason.PERMIT: 3})


def test_a_dry_run_says_the_same_and_removes_nothing(old_journal) -> None:
    before = there(old_journal)
    (page,) = pruning_of(old_journal).due()
    assert page.due.keys() == before == there(old_journal)
    assert old_journal.flaws == []


def test_the_record_of_a_deletion_is_never_removed(old_journal) -> None:
    prune(old_journal)
    seal_later(old_journal)
    old_journal.now += timedelta(days=50 * 365)
    assert prune(old_journal) == (set(), {RetentionReason.OWN: 1})


def test_unsealed_records_stay(old_journal) -> None:
    old_journal.store.journal.record(long_ago(2019))
    prune(old_journal)
    assert len(there(old_journal)) == 1


@pytest.mark.slow
def test_a_record_that_was_changed_stays_so_that_pruning_hides_nothing(old_journal) -> None:
    changed, nonsense = old_journal.ids(0, 2)
    old_journal.attack(
        f"UPDATE exchange SET outcome = 'InvalidRequest' WHERE id = '{changed}'",
        f"UPDATE exchange SET ended_at = 'nonsense' WHERE id = '{nonsense}'",
    )
    gone, kept = prune(old_journal)
    assert gone == set(old_journal.ids(2, 1))
    assert kept == {RetentionReason.CHANGED: 2}
    assert len(old_journal.flaws) == 2


# --- Legal hold
# ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_held_records_stay_until_they_are_released(old_journal) -> None:
    one = old_journal.ids(0, 1)[0]
    (hold,), records = holding(old_journal).hold([], [one.upper()], OFFICER)
    assert records == 1
    assert prune(old_journal)[1] == {RetentionReason.HELD: 1}
    assert there(old_journal) == {one}
    holding(old_journal).release(hold.id, ResponsiblePerson("J. Macuácua", "case closed"))
    assert prune(old_journal)[0] == {one}
    (hold,) = old_journal.store.holds.all()
    assert (hold.person, hold.release.person, hold.release.reason) == (
        "A. Cossa",
        "J. Macuácua",
        "case closed",
    )


def test_a_permit_is_held_with_all_that_names_it_in_either_direction(old_journal) -> None:
    keep(
        old_journal,
        long_ago(2015, direction=Direction.OUT, callee="za"),
        long_ago(2015, permit_number=None),
    )
    _, records = holding(old_journal).hold([NUMBER.text], [], OFFICER)
    assert records == 4
    gone, kept = prune(old_journal)
    assert (len(gone), kept) == (1, {RetentionReason.HELD: 4})


def test_two_holds_are_two(old_journal) -> None:
    (first, _), _ = holding(old_journal).hold([NUMBER.text, NUMBER.text], [], OFFICER)
    holding(old_journal).release(first.id, OFFICER)
    assert prune(old_journal)[1] == {RetentionReason.HELD: 3}


@pytest.mark.both_databases
@pytest.mark.slow
def test_the_database_obeys_a_hold_that_comes_during_a_pruning(
    old_journal,
) -> None:
    held = old_journal.ids(1, 1)[0]
    pruning = pruning_of(old_journal)

    class Late:
        """Gives what was held a moment ago, the first time."""

        asked = 0

        def held(self) -> frozenset[str]:
            self.asked += 1
            before = old_journal.store.holds.held()
            if self.asked == 1:
                holding(old_journal).hold([], [held], OFFICER)
            return before

    (page,) = replace(pruning, holds=Late()).remove(OFFICER)
    assert (len(page.due), page.retained) == (2, {RetentionReason.HELD: 1})
    assert there(old_journal) == {held}


@pytest.mark.both_databases
@pytest.mark.parametrize("first", ["hold", "removal"])
def test_of_a_hold_and_a_removal_at_the_same_time_the_second_waits_for_the_first_and_obeys_it(
    old_journal, first
) -> None:
    record, *others = old_journal.ids(0, 3)
    pruning = Pruning(NOW.isoformat(), "A", "B", 5, {}, []).exchange(
        str(uuid7()), old_journal.signer
    )
    actions = {
        "hold": lambda: holding(old_journal).hold([], [record], OFFICER)[1],
        "removal": lambda: old_journal.store.retained_journal.remove(pruning, [record], []),
    }
    is_done, may_commit = Event(), Event()

    def linger(_) -> None:
        if current_thread().name.startswith("first"):
            is_done.set()
            may_commit.wait(20)

    event.listen(old_journal.store._engines.long_running, "commit", linger)
    with ThreadPoolExecutor(1, "first") as one, ThreadPoolExecutor(1, "second") as other:
        outcomes = {first: one.submit(actions.pop(first))}
        assert is_done.wait(20)
        (second,) = actions
        outcomes[second] = other.submit(actions[second])
        with pytest.raises(TimeoutError):
            outcomes[second].result(0.3)
        may_commit.set()
    held, is_removed = outcomes["hold"].result(), outcomes["removal"].result()
    assert (held, is_removed) == ((1, False) if first == "hold" else (0, True))
    assert there(old_journal) == {*others} | ({record} if held else set())


@pytest.mark.parametrize("names", [([], []), ([], [str(uuid4())]), (["no such\x00number"], [])])
def test_a_hold_of_nothing_is_refused(old_journal, names) -> None:
    with pytest.raises(InvalidRequest):
        holding(old_journal).hold(*names, OFFICER)
    assert old_journal.store.holds.all() == []


def test_a_hold_is_released_once_by_a_responsible_person(old_journal) -> None:
    (hold,), _ = holding(old_journal).hold([NUMBER.text], [], OFFICER)
    for identity, by in ((str(uuid4()), OFFICER), (hold.id, ResponsiblePerson("", "why"))):
        with pytest.raises(InvalidRequest):
            holding(old_journal).release(identity, by)
    holding(old_journal).release(hold.id, OFFICER)
    with pytest.raises(InvalidRequest):
        holding(old_journal).release(hold.id, OFFICER)
