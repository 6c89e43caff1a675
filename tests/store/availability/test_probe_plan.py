"""Plan of probes: of several nodes one is told to probe, at the moment that was planned."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from gateway.exchange.ports.availability.results import ProbePlan
from gateway.store import open_store
from tests.store.store_acts import clock

NOON = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def claimed(plan: ProbePlan, now: datetime, *, interval: timedelta = 5 * MINUTE) -> bool:
    return plan.claim(
        "za", now, first=now + interval / 2, following=now + interval, latest=now + interval * 1.1
    )


def test_a_partner_is_probed_first_after_a_part_of_the_interval_then_each_interval(store):
    probed = [
        minutes
        for minutes in range(20)
        if claimed(store.availability.probes, NOON + minutes * MINUTE)
    ]
    assert probed == [3, 8, 13, 18]


@pytest.mark.both_databases
def test_one_of_several_nodes_is_told_to_probe(store, url):
    other = open_store(url, clock)
    assert not claimed(store.availability.probes, NOON)
    with ThreadPoolExecutor(8) as threads:
        told = [
            threads.submit(claimed, node.availability.probes, NOON + 10 * MINUTE)
            for node in (store, other) * 8
        ]
    assert sum(each.result() for each in told) == 1
    other.close()


def test_a_probe_that_a_wrong_clock_planned_for_next_year_is_planned_anew(store):
    next_year = NOON + timedelta(days=365)
    assert not claimed(store.availability.probes, next_year)
    assert not claimed(store.availability.probes, NOON)
    assert claimed(store.availability.probes, NOON + 3 * MINUTE)
