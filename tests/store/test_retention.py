"""Which records have had their time and may leave the journal, and which stay, on hold or for another reason?"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event, current_thread
from uuid import uuid4

import pytest
from sealing_acts import NOW, OFFICER, holding, issue, keep, long_ago, prune, pruning_of, seal_later, there
from sqlalchemy import event
from store_acts import MZ, NUMBER
from uuid_utils import uuid7

from gateway.domain.answerable import Answerable
from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import Authority as ManagementAuthority
from gateway.exchange.ports import Direction
from gateway.exchange.prune_journal import Kept
from gateway.exchange.pruning import Pruning


def test_five_years_after_the_permit_has_expired_its_records_go(journal) -> None:
    issue(journal)
    issue(journal, "MZ26EX000002", ends=datetime(2022, 1, 1, tzinfo=UTC))
    issue(journal, "MZ26EX000003", ends=None)
    out = {"direction": Direction.OUT, "callee": "za", "permit_number": "ZA1"}
    due = keep(
        journal,
        long_ago(2019),
        long_ago(2020, permit_number=None),
        long_ago(2017, **out),  # a permit that was new on that day was valid for three years at most
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
    assert why == {Kept.PERMIT: 2, Kept.UNKNOWN: 2}  # the others are not even old enough to be looked at
    assert prune(journal)[0] == set()


def test_of_two_authorities_with_one_number_the_later_expiry_counts(house) -> None:
    issue(house, authority=ManagementAuthority(MZ, "DNFFB"), ends=datetime(2024, 1, 1, tzinfo=UTC))
    assert prune(house) == (set(), {Kept.PERMIT: 3})


def test_a_dry_run_says_the_same_and_removes_nothing(house) -> None:
    before = there(house)
    (page,) = pruning_of(house).due()
    assert page.due.keys() == before == there(house)
    assert house.flaws == []


def test_the_record_of_a_deletion_is_never_removed(house) -> None:
    prune(house)
    seal_later(house)
    house.now += timedelta(days=50 * 365)
    assert prune(house) == (set(), {Kept.OWN: 1})


def test_what_is_not_sealed_stays(house) -> None:
    house.store.journal.record(long_ago(2019))
    prune(house)
    assert len(there(house)) == 1


def test_a_record_that_was_changed_stays_so_that_pruning_hides_nothing(house) -> None:
    changed, nonsense = house.ids(0, 2)
    house.attack(
        f"UPDATE exchange SET outcome = 'InvalidRequest' WHERE id = '{changed}'",
        f"UPDATE exchange SET ended_at = 'nonsense' WHERE id = '{nonsense}'",
    )
    gone, kept = prune(house)
    assert gone == set(house.ids(2, 1))
    assert kept == {Kept.CHANGED: 2}
    assert len(house.flaws) == 2


# --- Legal hold -------------------------------------------------------------------------------------------------------


def test_what_is_held_stays_until_it_is_released(house) -> None:
    one = house.ids(0, 1)[0]
    (hold,), records = holding(house).hold([], [one.upper()], OFFICER)
    assert records == 1
    assert prune(house)[1] == {Kept.HELD: 1}
    assert there(house) == {one}
    holding(house).release(hold.id, Answerable("J. Macuácua", "case closed"))
    assert prune(house)[0] == {one}
    (kept,) = house.store.holds.all()
    assert (kept.person, kept.release.person, kept.release.reason) == ("A. Cossa", "J. Macuácua", "case closed")


def test_a_permit_is_held_with_all_that_names_it_in_either_direction(house) -> None:
    keep(house, long_ago(2015, direction=Direction.OUT, callee="za"), long_ago(2015, permit_number=None))
    _, records = holding(house).hold([NUMBER.text], [], OFFICER)
    assert records == 4
    gone, kept = prune(house)
    assert (len(gone), kept) == (1, {Kept.HELD: 4})


def test_two_holds_are_two(house) -> None:
    (first, _), _ = holding(house).hold([NUMBER.text, NUMBER.text], [], OFFICER)
    holding(house).release(first.id, OFFICER)
    assert prune(house)[1] == {Kept.HELD: 3}


def test_a_hold_that_comes_while_somebody_prunes_is_obeyed_by_the_database_itself(house) -> None:
    held = house.ids(1, 1)[0]
    pruning = pruning_of(house)

    class Late:
        """Gives what was held a moment ago, the first time."""

        asked = 0

        def held(self) -> frozenset[str]:
            self.asked += 1
            before = house.store.holds.held()
            if self.asked == 1:
                holding(house).hold([], [held], OFFICER)
            return before

    (page,) = replace(pruning, holds=Late()).remove(OFFICER)
    assert (len(page.due), page.kept) == (2, {Kept.HELD: 1})
    assert there(house) == {held}


@pytest.mark.parametrize("first", ["hold", "removal"])
def test_of_a_hold_and_a_removal_at_the_same_time_the_second_waits_for_the_first_and_obeys_it(house, first) -> None:
    record, *others = house.ids(0, 3)
    pruning = Pruning(NOW.isoformat(), "A", "B", 5, {}, []).exchange(str(uuid7()), house.signer)
    deeds = {
        "hold": lambda: holding(house).hold([], [record], OFFICER)[1],
        "removal": lambda: house.store.retained_journal.remove(pruning, [record], []),
    }
    is_done, may_commit = Event(), Event()

    def linger(_) -> None:
        if current_thread().name.startswith("first"):
            is_done.set()
            may_commit.wait(20)

    event.listen(house.store._unhurried, "commit", linger)
    with ThreadPoolExecutor(1, "first") as one, ThreadPoolExecutor(1, "second") as other:
        outcomes = {first: one.submit(deeds.pop(first))}
        assert is_done.wait(20)
        (second,) = deeds
        outcomes[second] = other.submit(deeds[second])
        with pytest.raises(TimeoutError):
            outcomes[second].result(0.3)
        may_commit.set()
    held, is_removed = outcomes["hold"].result(), outcomes["removal"].result()
    assert (held, is_removed) == ((1, False) if first == "hold" else (0, True))
    assert there(house) == {*others} | ({record} if held else set())


@pytest.mark.parametrize("names", [([], []), ([], [str(uuid4())]), (["no such, number"], [])])
def test_a_hold_of_nothing_is_refused(house, names) -> None:
    with pytest.raises(InvalidRequest):
        holding(house).hold(*names, OFFICER)
    assert house.store.holds.all() == []


def test_a_hold_is_released_once_by_somebody_who_answers_for_it(house) -> None:
    (hold,), _ = holding(house).hold([NUMBER.text], [], OFFICER)
    for identity, by in ((str(uuid4()), OFFICER), (hold.id, Answerable("", "why"))):
        with pytest.raises(InvalidRequest):
            holding(house).release(identity, by)
    holding(house).release(hold.id, OFFICER)
    with pytest.raises(InvalidRequest):
        holding(house).release(hold.id, OFFICER)
