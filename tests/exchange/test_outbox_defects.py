"""Outbox under defects and late results: nothing waits for ever, no attempt overwrites the next."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.domain.delivery_state import MAX_UNREADABLE_ANSWERS, DeliveryState
from gateway.domain.errors import PartnerReplyInvalid, PartnerTimeout
from gateway.exchange.ports import DeliveryEvent, OutgoingConfirmation
from gateway.store import open_store
from tests.databases import SQLITE, both_in_long_form, migrated_database
from tests.exchange.outbox_acts import NOON, Customs, fault


@pytest.fixture(params=both_in_long_form(SQLITE))
def customs(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Customs]:
    with migrated_database(tmp_path, request.param) as url:
        store = open_store(url, lambda: NOON)
        yield Customs(store)
        store.close()


def defect() -> None:
    raise RuntimeError("a defect")


def test_what_a_defect_of_ours_stops_is_parked_for_a_person(customs: Customs) -> None:
    booked = customs.book()
    customs.partner.meanwhile = defect
    for attempt in range(1, MAX_UNREADABLE_ANSWERS + 1):
        assert customs.state(booked) is not DeliveryState.PARKED
        with pytest.raises(RuntimeError, match="a defect"):
            customs.later(hours=1)
        assert len(customs.partner.sent) == attempt
    assert customs.state(booked) is DeliveryState.PARKED
    assert customs.outcomes(booked) == ["booked"] + ["InternalError"] * MAX_UNREADABLE_ANSWERS
    assert customs.later(hours=1) == 0


@pytest.mark.slow
def test_an_answer_that_cannot_be_read_is_parked_for_a_person(customs: Customs) -> None:
    booked = customs.book()
    customs.partner.answers = [PartnerReplyInvalid("It cannot be read.")] * MAX_UNREADABLE_ANSWERS
    for _ in range(MAX_UNREADABLE_ANSWERS):
        customs.later(hours=1)
    assert customs.state(booked) is DeliveryState.PARKED


def late(customs: Customs) -> tuple[OutgoingConfirmation, OutgoingConfirmation]:
    """A confirmation whose first attempt still runs when the second is claimed: (first, second)."""
    booked = customs.book()
    now = customs.now
    assert customs.store.outbox.claim(booked, now)
    first = replace(booked, attempts=1)
    assert customs.store.outbox.claim(first, now + customs.lease)
    return first, replace(booked, attempts=2)


def test_a_late_failure_of_an_expired_lease_changes_nothing_of_the_next_attempt(
    customs: Customs,
) -> None:
    first, second = late(customs)
    outbox, now = customs.store.outbox, customs.now
    parked = DeliveryEvent(now, DeliveryState.PARKED, "AccessDenied")
    assert not outbox.settle(first, parked, now)
    outbox.postpone(first, now)
    assert outbox.due(now) == []  # the second attempt still has its lease
    found = outbox.find(first.id)
    assert found
    assert (found.attempts, found.state) == (2, DeliveryState.WAITING)
    assert customs.outcomes(first) == ["booked"]
    assert outbox.settle(second, parked, now)


@pytest.mark.parametrize("error", [fault("AccessDenied"), PartnerTimeout("Too late.")])
def test_an_attempt_that_outlives_its_lease_leaves_the_next_one_alone(
    customs: Customs, error: Exception
) -> None:
    booked = customs.book()
    customs.partner.answers = [error]  # type: ignore[list-item]

    def another_process_claims() -> None:
        customs.partner.meanwhile = lambda: None
        found = customs.store.outbox.find(booked.id)
        assert found
        assert customs.store.outbox.claim(found, customs.now + customs.lease)

    customs.partner.meanwhile = another_process_claims
    customs.later()
    found = customs.store.outbox.find(booked.id)
    assert found
    assert (found.attempts, found.due_at) == (2, customs.now + customs.lease)
    assert customs.outcomes(booked) == ["booked"]


def test_a_late_delivery_is_true_all_the_same_and_stands_once(customs: Customs) -> None:
    booked = customs.book()

    def another_process_claims() -> None:
        customs.partner.meanwhile = lambda: None
        found = customs.store.outbox.find(booked.id)
        assert found
        customs.delivery.deliver(found)

    customs.partner.meanwhile = another_process_claims
    customs.later()
    assert customs.state(booked) is DeliveryState.DELIVERED
    assert customs.outcomes(booked) == ["booked", "CONFIRMED"]
    assert len(customs.partner.sent) == 2


def test_a_circuit_that_is_open_counts_no_attempt(customs: Customs) -> None:
    booked = customs.book()
    customs.retries.is_open = True
    customs.later()
    found = customs.store.outbox.find(booked.id)
    assert found
    assert found.attempts == 0
    customs.retries.is_open = False
    assert customs.later(minutes=1) == 1
    assert customs.state(booked) is DeliveryState.DELIVERED
