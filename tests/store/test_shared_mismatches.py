"""Shared mismatches in the database: one at a time, found again as they were stored."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from gateway.domain.errors import InvalidRequest
from gateway.domain.report.shared import ActKind, Delivery, Figure, SharedMismatch
from gateway.exchange.ports.report.shared import PartnerSharing, SharedChange
from gateway.store import Store
from tests.builders import ISSUED, a_settlement, a_shared_mismatch
from tests.store.store_acts import an_exchange

SHARED = a_shared_mismatch()
LATER = ISSUED + timedelta(days=3)


def put(store: Store, shared: SharedMismatch) -> None:
    store.report.shared.update(shared.partner, shared.line, lambda _: SharedChange(shared))


def test_it_is_found_as_it_was_stored_and_changed(store: Store) -> None:
    shared = store.report.shared
    put(store, SHARED)
    assert shared.get(SHARED.id) == shared.find("za", SHARED.line) == SHARED
    assert shared.find("bw", SHARED.line) is None
    refused = replace(SHARED.acts[0], taken_at=None, refusal="stale")
    answer = replace(
        SHARED.acts[0], id="b", version=2, kind=ActKind.AGREED, ours=False, seen=None, at=LATER
    )
    changed = replace(SHARED, theirs=Figure("", LATER), acts=(refused, answer), delivery=Delivery())
    settled = a_settlement(agreement="b")
    change = SharedChange(changed, settled, (an_exchange(),))
    shared.update("za", SHARED.line, lambda _: change)
    assert shared.after("", 9) == [changed]
    assert store.report.settlements.all() == [settled]
    assert len(store.journal.latest(9)) == 1


def test_what_is_due_and_what_waits(store: Store) -> None:
    shared = store.report.shared
    second = replace(
        SHARED, id="f", line=replace(SHARED.line, position="B"), acts=(), delivery=Delivery(LATER)
    )
    put(store, SHARED)
    put(store, second)
    assert shared.due("za", ISSUED, 9) == [SHARED]
    assert shared.due("za", LATER, 9) == [SHARED, second]
    assert shared.due("za", LATER, 1) == [SHARED] and shared.due("bw", LATER, 9) == []
    assert shared.after(SHARED.id, 9, "za") == [second] and shared.after("", 9, "bw") == []
    (waiting,) = shared.waiting(LATER)  # a proposal of ours waits for the partner alone
    assert (waiting.partner, waiting.count, waiting.since) == ("za", 1, ISSUED)
    assert shared.waiting(ISSUED) == []
    for outcome in ("NotOffered", "ok"):
        shared.note("za", PartnerSharing(outcome, LATER))
    assert shared.partners() == {"za": PartnerSharing("ok", LATER)}


def test_of_acts_at_the_same_moment_each_sees_the_one_before(store: Store) -> None:
    put(store, replace(SHARED, acts=()))
    together = Barrier(4)

    def act(place: int) -> None:
        def decide(stored: SharedMismatch | None) -> SharedChange:
            assert stored is not None
            version = len(stored.acts) + 1
            new = replace(SHARED.acts[0], id=f"{place}", version=version)
            return SharedChange(replace(stored, acts=(*stored.acts, new)))

        together.wait()
        store.report.shared.update("za", SHARED.line, decide)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(act, range(4)))
    (found,) = store.report.shared.after("", 9)
    assert [each.version for each in found.acts] == [1, 2, 3, 4]


def test_what_a_decision_raises_leaves_all_as_it_was(store: Store) -> None:
    put(store, SHARED)

    def refuse(_: SharedMismatch | None) -> SharedChange:
        raise InvalidRequest("no")

    with pytest.raises(InvalidRequest):
        store.report.shared.update("za", SHARED.line, refuse)
    assert store.report.shared.after("", 9) == [SHARED]


def test_an_agreement_that_was_replaced_settles_nothing(store: Store) -> None:
    shared, settled = store.report.shared, a_settlement(agreement=SHARED.acts[0].id)
    shared.update("za", SHARED.line, lambda _: SharedChange(SHARED, settled))
    # The partner of another line may use the same id: it is another act.
    other = replace(SHARED, id="f", line=replace(SHARED.line, position="B"))
    put(store, other)
    replaced = replace(other, acts=(replace(other.acts[0], refusal="replaced"),))
    shared.update("za", other.line, lambda _: SharedChange(replaced))
    assert store.report.settlements.all() == [settled]
    replaced = replace(SHARED, acts=(replace(SHARED.acts[0], refusal="replaced"),))
    shared.update("za", SHARED.line, lambda _: SharedChange(replaced))
    assert store.report.settlements.all() == []
