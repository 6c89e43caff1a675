"""Outbox: each confirmation is delivered, and counted once, whatever fails on the way.

A real database holds the outbox: SQLite in the short form, and PostgreSQL too in the long one.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from threading import Barrier, Event, Semaphore

import pytest

from gateway.crypto.encryption.token_encryption import TokenCipher
from gateway.domain.delivery_state import MAX_UNREADABLE_ANSWERS, DeliveryState
from gateway.domain.errors import (
    CalleeNotFound,
    GatewayError,
    InvalidRequest,
    KeyUnusable,
    PartnerReplyInvalid,
    PartnerTimeout,
    PartnerUnreachable,
    QuantityInvalid,
    ServiceUnavailable,
    SignatureInvalid,
)
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import Examination
from gateway.domain.permit.quantity import Quantity
from gateway.exchange.permits.foreign.ask_partner import PartnerDirectory
from gateway.exchange.ports import PartnerConfirmation
from gateway.store import open_store
from tests.builders import a_permit, a_position
from tests.databases import SQLITE, both_in_long_form, migrated_database
from tests.exchange.outbox_acts import NOON, SEEN, TOKEN, Customs, Mozambique, fault


@pytest.fixture(params=both_in_long_form(SQLITE))
def customs(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Customs]:
    with migrated_database(tmp_path, request.param) as url:
        store = open_store(url, lambda: NOON)
        yield Customs(store)
        store.close()


def test_it_is_kept_before_anything_is_sent_and_delivered_once(customs: Customs) -> None:
    booked = customs.book()
    assert customs.partner.sent == []
    assert customs.later() == 1
    assert customs.partner.sent == [("MZ26EX000001", TOKEN, SEEN)]
    found = customs.decide.find(booked.id)
    assert (found.state, found.confirmation_id, found.attempts) == (
        DeliveryState.DELIVERED,
        "their-id",
        1,
    )
    assert customs.later(days=1) == 0
    assert customs.outcomes(booked) == ["booked", "CONFIRMED"]


def test_the_token_is_unreadable_while_it_waits_and_gone_once_it_is_over(customs: Customs) -> None:
    booked = customs.book()
    kept = customs.store.outbox.find(booked.id).token
    assert TOKEN.encode() not in kept
    with pytest.raises(KeyUnusable):
        TokenCipher(b"x" * 32).decrypt(kept, booked.id)
    with pytest.raises(KeyUnusable):
        TokenCipher(b"k" * 32).decrypt(kept, "another")
    customs.later()
    assert customs.store.outbox.find(booked.id).token is None


@pytest.mark.parametrize(
    "problem", [PartnerUnreachable("down"), fault("ServiceUnavailable"), fault("TooManyRequests")]
)
def test_what_time_can_mend_is_tried_again_later_and_not_before(
    customs: Customs, problem: GatewayError
) -> None:
    customs.partner.answers = [problem, problem]
    booked = customs.book()
    customs.later()
    assert customs.state(booked) is DeliveryState.WAITING
    assert customs.later(seconds=59) == 0
    assert customs.later(seconds=1) == 1
    assert customs.later(seconds=119) == 0
    assert customs.later(seconds=1) == 1
    assert customs.state(booked) is DeliveryState.DELIVERED


@pytest.mark.parametrize(
    "problem",
    [PartnerTimeout("late"), PartnerReplyInvalid("nonsense"), ServiceUnavailable("our journal")],
)
def test_without_an_answer_that_tells_it_is_asked_again(
    customs: Customs, problem: GatewayError
) -> None:
    customs.partner.answers = [problem, PartnerConfirmation("ALREADY_CONFIRMED", "their-id")]
    booked = customs.book()
    customs.later()
    assert customs.state(booked) is DeliveryState.UNKNOWN
    customs.later(hours=1)
    assert customs.state(booked) is DeliveryState.DELIVERED
    assert customs.outcomes(booked) == ["booked", problem.code, "ALREADY_CONFIRMED"]


@pytest.mark.parametrize(
    "code", ["QuantityExceeded", "CertificateNotFound", "AlreadyConfirmed", "", "Server"]
)
def test_a_refusal_is_parked_with_its_reason_until_a_person_decides(
    customs: Customs, code: str
) -> None:
    customs.partner.answers = [fault(code)]
    booked = customs.book()
    customs.later()
    assert customs.later(days=30) == 0
    assert customs.state(booked) is DeliveryState.PARKED
    assert customs.store.outbox.history(booked.id)[-1].reason == "It refused."
    customs.decide.retry(booked.id, "T. Nkosi", "they have mended it")
    customs.later()
    assert customs.outcomes(booked) == ["booked", code or "PartnerFault", "retry", "CONFIRMED"]


def test_an_answer_with_a_broken_signature_is_for_a_person(customs: Customs) -> None:
    customs.partner.answers = [SignatureInvalid("broken")]
    booked = customs.book()
    customs.later()
    assert customs.state(booked) is DeliveryState.PARKED


@pytest.mark.slow
def test_a_partner_that_never_makes_sense_is_not_asked_for_ever(customs: Customs) -> None:
    customs.partner.answers = [PartnerReplyInvalid("nonsense")] * 99
    booked = customs.book()
    for _ in range(20):
        customs.later(days=1)
    assert customs.state(booked) is DeliveryState.PARKED
    assert len(customs.partner.sent) == MAX_UNREADABLE_ANSWERS


@pytest.mark.parametrize(
    ("shown", "fetched", "state"),
    [
        ("5", None, DeliveryState.DELIVERED),
        ("4", None, DeliveryState.PARKED),
        (None, None, DeliveryState.PARKED),
        ("5", NOON, DeliveryState.PARKED),
    ],
)
def test_a_partner_that_cannot_repeat_is_asked_for_the_final_certificate(
    customs: Customs, shown, fetched, state
) -> None:
    """A partner that answers a repeated confirmation with AlreadyConfirmed, after a time-out.

    A certificate that it sent before proves nothing of this delivery.
    """
    customs.final_certificate.fetched = fetched
    if shown:
        line = a_position("A", examination=None)
        permit = a_permit(positions=(line,))
        customs.final_certificate.final = endorsed(permit, shown)
    customs.partner.answers = [PartnerTimeout("late"), fault("AlreadyConfirmed")]
    booked = customs.book()
    customs.later()
    customs.later(hours=1)
    assert customs.state(booked) is state


def endorsed(permit: Permit, amount: str) -> Permit:
    quantity = Quantity(Decimal(amount), "NAR")
    lines = tuple(
        replace(line, examination=Examination(quantity=quantity)) for line in permit.positions
    )
    return replace(permit, positions=lines)


def test_of_one_permit_only_the_oldest_is_under_way(customs: Customs) -> None:
    customs.partner.answers = [PartnerUnreachable("down")]
    first, second = (
        customs.book(seen=(SeenQuantity("A", "1"),)),
        customs.book(seen=(SeenQuantity("B", "2"),)),
    )
    other = customs.book("MZ26EX000002")
    assert customs.later() == 2
    assert customs.state(second) is DeliveryState.WAITING
    assert customs.state(other) is DeliveryState.DELIVERED
    customs.later(hours=1)
    customs.later()
    assert {customs.state(each) for each in (first, second)} == {DeliveryState.DELIVERED}
    assert [sent[2][0].position for sent in customs.partner.sent if sent[0] == "MZ26EX000001"] == [
        "A",
        "A",
        "B",
    ]


def test_two_that_deliver_at_once_send_it_once(customs: Customs) -> None:
    booked = customs.book()
    customs.partner.meanwhile = lambda: customs.delivery.deliver(booked)
    customs.delivery.deliver(booked)
    assert len(customs.partner.sent) == 1


def test_what_a_process_had_that_died_is_tried_by_others_after_its_time(customs: Customs) -> None:
    booked = customs.book()
    assert customs.store.outbox.claim(booked, customs.now + customs.lease)
    assert customs.later(seconds=customs.lease.total_seconds() - 1) == 0
    assert customs.later(seconds=1) == 1
    assert customs.state(booked) is DeliveryState.DELIVERED


def test_a_partner_that_rests_is_sent_nothing_and_no_attempt_is_counted(customs: Customs) -> None:
    customs.retries.is_open = True
    booked = customs.book()
    customs.later()
    assert customs.partner.sent == []
    assert customs.decide.find(booked.id).attempts == 0
    customs.retries.is_open = False
    assert customs.later(seconds=29) == 0
    assert customs.later(seconds=1) == 1


def test_what_is_held_waits_for_a_person_and_what_is_dropped_for_nobody(customs: Customs) -> None:
    held, dropped = customs.book(), customs.book("MZ26EX000002")
    customs.decide.hold(held.id, "T. Nkosi", "wait for the call")
    customs.decide.drop(dropped.id, "T. Nkosi", "typed twice")
    assert customs.later(days=1) == 0
    customs.decide.retry(held.id, "T. Nkosi", "they called")
    assert customs.later() == 1
    with pytest.raises(InvalidRequest, match="dropped already"):
        customs.decide.retry(dropped.id, "T. Nkosi", "after all")
    assert customs.store.outbox.find(dropped.id).token is None
    event = customs.store.outbox.history(dropped.id)[-1]
    assert (event.person, event.reason, event.outcome) == ("T. Nkosi", "typed twice", "drop")


def test_what_arrived_while_a_person_held_it_is_delivered_all_the_same(customs: Customs) -> None:
    booked = customs.book()
    customs.partner.meanwhile = lambda: customs.decide.hold(booked.id, "T. Nkosi", "stop it")
    customs.later()
    assert customs.state(booked) is DeliveryState.DELIVERED
    assert customs.outcomes(booked) == ["booked", "hold", "CONFIRMED"]


def test_a_person_who_decides_during_a_failed_attempt_is_obeyed(customs: Customs) -> None:
    booked = customs.book()
    customs.partner.answers = [PartnerUnreachable("down")]
    customs.partner.meanwhile = lambda: customs.decide.hold(booked.id, "T. Nkosi", "stop it")
    customs.later()
    assert customs.state(booked) is DeliveryState.HELD


@pytest.mark.parametrize(("person", "reason"), [("", "why"), ("T. Nkosi", " ")])
def test_nobody_decides_without_name_and_reason(customs: Customs, person: str, reason: str) -> None:
    booked = customs.book()
    with pytest.raises(InvalidRequest, match="named person"):
        customs.decide.drop(booked.id, person, reason)
    assert customs.state(booked) is DeliveryState.WAITING


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"country": "CH"}, CalleeNotFound),
        ({"number": "a\x00b"}, InvalidRequest),
        ({"seen": ()}, InvalidRequest),
        ({"seen": (SeenQuantity("A", "5,5"),)}, QuantityInvalid),
        ({"person": " "}, InvalidRequest),
        ({"token": "a\x00b"}, InvalidRequest),
    ],
)
def test_an_undeliverable_confirmation_is_not_booked(
    customs: Customs, asked: dict, error: type[GatewayError]
) -> None:
    whole = {
        "country": "MZ",
        "number": "MZ26EX000001",
        "token": TOKEN,
        "seen": SEEN,
        "person": "T. Nkosi",
    }
    with pytest.raises(error):
        customs.booking.book(**{**whole, **asked})
    assert customs.store.outbox.all(list(DeliveryState)) == []


def test_it_is_counted_what_waits_and_since_when(customs: Customs) -> None:
    customs.partner.answers = [fault("QuantityExceeded")]
    customs.book()
    customs.later()
    customs.now += timedelta(hours=1)
    customs.book("MZ26EX000002")
    assert customs.store.outbox.counts() == {
        DeliveryState.PARKED: (1, NOON),
        DeliveryState.WAITING: (1, NOON + timedelta(hours=1)),
    }


def test_a_gateway_that_leaves_ends_its_round_and_the_next_goes_on(customs: Customs) -> None:
    for place in range(3):
        customs.book(f"MZ26EX00000{place}")
    assert customs.delivery.all_due(stopping=lambda: bool(customs.partner.sent)) == 1
    assert len(customs.partner.sent) == 1
    assert customs.later() == 2


@pytest.mark.slow
def test_a_partner_that_keeps_us_waiting_holds_up_no_other(customs: Customs) -> None:
    slow, quick = customs.partner, Mozambique()
    endpoints = PartnerDirectory({IsoCountryCode("MZ"): slow, IsoCountryCode("BW"): quick})
    customs.booking = replace(customs.booking, partners=endpoints)
    customs.delivery = replace(customs.delivery, partners=endpoints)
    for place in range(2):
        customs.book(f"MZ26EX00000{place}")
    is_asked, may_answer = Event(), Event()
    slow.meanwhile = lambda: (is_asked.set(), may_answer.wait(20))
    with ThreadPoolExecutor(1) as thread:
        a_round = thread.submit(customs.delivery.all_due, poll_seconds=0.05)
        assert is_asked.wait(20)
        late = [
            customs.booking.book("BW", f"BW26EX00000{place}", TOKEN, SEEN, "T. Nkosi")
            for place in range(3)
        ]
        deadline = time.monotonic() + 20
        while (
            customs.state(late[-1]) is not DeliveryState.DELIVERED and time.monotonic() < deadline
        ):
            time.sleep(0.02)
        assert [number for number, *_ in quick.sent] == [
            outgoing.permit_number for outgoing in late
        ]
        assert not a_round.done() and len(slow.sent) == 1
        may_answer.set()
        assert a_round.result() == 5
    assert len(slow.sent) == 2


def test_whoever_books_to_deliver_has_it_to_itself_for_a_lease(customs: Customs) -> None:
    booked = customs.booking.book("MZ", "MZ26EX000001", TOKEN, SEEN, "T. Nkosi", to_deliver=True)
    assert customs.later() == 0
    assert customs.delivery.deliver(booked).state is DeliveryState.DELIVERED
    customs.booking.book("MZ", "MZ26EX000002", TOKEN, SEEN, "T. Nkosi", to_deliver=True)
    assert customs.later(seconds=customs.lease.total_seconds()) == 1


@pytest.mark.slow
def test_several_permits_are_under_way_to_one_partner_at_once_but_no_more_than_that(
    customs: Customs,
) -> None:
    customs.delivery = replace(customs.delivery, max_in_flight=3)
    booked = [customs.book(f"MZ26EX00000{place}") for place in range(6)]
    together = Barrier(3)  # passes when so many are there
    under_way = Semaphore(3)

    def meanwhile() -> None:
        assert under_way.acquire(blocking=False)
        together.wait(10)
        under_way.release()

    customs.partner.meanwhile = meanwhile
    assert customs.later() == len(booked)
    assert {customs.state(each) for each in booked} == {DeliveryState.DELIVERED}


def test_a_lease_is_longer_than_the_partners_own_time_outs_allow_an_attempt_to_take(
    customs: Customs,
) -> None:
    assert customs.lease > timedelta(seconds=2 * customs.partner.longest_seconds)
