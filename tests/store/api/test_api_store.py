"""Keys and requests of the JSON API in both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.domain.api.key import ApiKey, Scope, network
from gateway.exchange.api.acts import KEY_CHANGED, KeyAct, KeyChange
from gateway.exchange.ports import JournalFilter
from gateway.exchange.ports.api.requests import ApiRequest
from gateway.exchange.ports.people.personal_data import RowKind
from gateway.store import Store
from tests.store.journal.sealing_acts import NOW

KEY = ApiKey(
    "abcdefghij23",
    "d" * 64,
    "Single Window",
    "MZ/MA",
    frozenset({Scope.READ, Scope.CONFIRM}),
    (network("192.0.2.0/24"), network("2001:db8::7")),
    60,
    NOW,
    NOW + timedelta(days=365),
)
ADDED = KeyChange(KeyAct.ADDED, NOW, "T. Sitoe", KEY.id)
REQUEST = ApiRequest(KEY.id, "first-request", "e" * 64, "0190-operation", NOW)


def added(store: Store) -> None:
    store.api.keys.add(KEY, ADDED.exchange("0190-added"))


@pytest.mark.slow
def test_a_key_comes_back_as_it_was_stored_and_revoked(store: Store) -> None:
    added(store)
    assert store.api.keys.find(KEY.id) == KEY
    assert store.api.keys.find(KEY.id.upper()) is None
    assert store.api.keys.count_call(KEY.id, NOW, NOW) == 1
    record = KeyChange(KeyAct.REVOKED, NOW, "T. Sitoe", KEY.id)
    assert store.api.keys.revoke(KEY.id, NOW, record.exchange("0190-revoked"))
    assert not store.api.keys.revoke(KEY.id, NOW, record.exchange("0190-again"))
    assert store.api.keys.all() == [replace(KEY, revoked_at=NOW, used_on=NOW.date())]
    acts = store.journal.search(JournalFilter(operation=KEY_CHANGED), 10)
    assert [each.id for each in acts] == ["0190-revoked", "0190-added"]


def test_calls_are_counted_within_a_window_whoever_counts(store: Store) -> None:
    added(store)
    with ThreadPoolExecutor(4) as threads:
        counted = list(
            threads.map(lambda _: store.api.keys.count_call(KEY.id, NOW, NOW), range(12))
        )
    assert sorted(counted) == list(range(1, 13))
    later = NOW + timedelta(minutes=1)
    assert store.api.keys.count_call(KEY.id, later, later) == 1


def test_a_request_is_begun_once_and_finished(store: Store) -> None:
    added(store)
    assert store.api.requests.begin(REQUEST) == REQUEST
    other = replace(REQUEST, digest="f" * 64, operation_id="0190-other")
    assert store.api.requests.begin(other) == REQUEST
    done = replace(REQUEST, status=202, answer=b'{"a":1}')
    store.api.requests.finish(done)
    assert store.api.requests.begin(other) == done
    assert store.api.requests.of_operation("0190-operation") == done
    assert store.api.requests.of_operation("0190-other") is None


@pytest.mark.slow
def test_of_many_at_once_all_get_the_operation_of_the_first(store: Store) -> None:
    added(store)
    requests = [replace(REQUEST, operation_id=f"0190-{each}") for each in range(8)]
    with ThreadPoolExecutor(4) as threads:
        begun = {each.operation_id for each in threads.map(store.api.requests.begin, requests)}
    assert len(begun) == 1


def test_requests_whose_time_is_over_are_forgotten(store: Store) -> None:
    added(store)
    store.api.requests.begin(REQUEST)
    later = NOW + timedelta(seconds=1)
    assert store.personal_rows.remove(RowKind.API_REQUEST, NOW, 9) == 0
    assert store.personal_rows.remove(RowKind.API_REQUEST, later, 9) == 1
    assert store.api.requests.of_operation("0190-operation") is None
