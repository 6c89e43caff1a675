"""Settlements of differences: compare-and-set, also of two persons at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from gateway.domain.report.mismatch import Settlement
from gateway.store import Store
from tests.builders import a_settlement
from tests.store.store_acts import an_exchange

FIRST = a_settlement()


def test_a_difference_is_settled_once_and_another_one_again(store: Store) -> None:
    settlements = store.report.settlements
    assert settlements.add(FIRST, an_exchange()) is None
    again = replace(FIRST, id="016b0f47-0000-7000-8000-000000000002", person="B. Langa")
    assert settlements.add(again, an_exchange()) == FIRST
    corrected = replace(again, ours="6 NAR")
    assert settlements.add(corrected, an_exchange()) is None
    assert settlements.all() == [corrected, FIRST]
    assert len(store.journal.latest(9)) == 2


@pytest.mark.both_databases
def test_of_persons_who_settle_it_at_the_same_moment_one_does(store: Store) -> None:
    together = Barrier(4)

    def settle(place: int) -> Settlement | None:
        mine = replace(FIRST, id=f"016b0f47-0000-7000-8000-00000000001{place}", person=f"P{place}")
        together.wait()
        return store.report.settlements.add(mine, an_exchange())

    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(settle, range(4)))
    (kept,) = store.report.settlements.all()
    assert told.count(None) == 1
    assert told.count(kept) == 3
    assert len(store.journal.latest(9)) == 1
