"""Deliveries of shared mismatches: back-off, partners without the resource, changes on the way."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from gateway.bootstrap.clock import new_id
from gateway.domain.errors import PartnerUnreachable
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.partner import Partner
from gateway.domain.report.mismatch import Knowledge, Mismatch
from gateway.domain.report.shared import Delivery, Figure, SharedMismatch
from gateway.exchange.ports.report.shared import NOT_OFFERED, SharedChange, SharingNotOffered
from gateway.exchange.report.sharing.message import Outcome, write_outcomes
from gateway.exchange.report.sharing.send import SharedPartner, ShareMismatches
from gateway.partners.retry import FAILURES_IN_A_ROW, RetryPolicy
from gateway.store import Store
from tests.builders import ISSUED, a_shared_mismatch

LINE = a_shared_mismatch().line
SEEN = Mismatch(
    LINE, "ZA", "", ISSUED, "5 NAR", Knowledge.COUNTED, "4 NAR", Knowledge.COUNTED
)  # fmt: skip


@dataclass
class Client:
    """The port `SharingClient`. answer: gives the outcome of each difference, or raises."""

    answer: Callable[[], str] = lambda: "taken"
    sent: list[bytes] = field(default_factory=list)

    def send(self, message: bytes) -> bytes:
        self.sent.append(message)
        return write_outcomes([Outcome(self.answer(), {})])


@dataclass
class Sender:
    """ZA and BW share; the clock stands until it is moved."""

    store: Store
    seen: list[Mismatch] = field(default_factory=lambda: [SEEN])
    now: timedelta = timedelta()
    za: Client = field(default_factory=Client)
    bw: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        partners = {
            key: SharedPartner(Partner(key, IsoCountryCode(key.upper())), client)
            for key, client in (("za", self.za), ("bw", self.bw))
        }
        self.share = ShareMismatches(
            self.store.report.shared,
            lambda: self.seen,
            partners,
            RetryPolicy(10.0, 100.0, 3600.0),
            lambda: ISSUED + self.now,
            new_id,
        )

    def round(self, after: timedelta = timedelta()) -> None:
        self.now += after
        self.share.refresh()
        self.share.deliver()

    @property
    def only(self) -> SharedMismatch:
        (found,) = self.store.report.shared.after("", 9)
        return found


def unreachable() -> str:
    raise PartnerUnreachable("away")


def not_offered() -> str:
    raise SharingNotOffered


def test_a_difference_is_told_once_and_again_when_it_changes_or_is_over(store: Store) -> None:
    sender = Sender(store)
    for _ in range(2):
        sender.round(timedelta(hours=1))
    assert (len(sender.za.sent), len(sender.bw.sent)) == (1, 0)
    assert sender.only.delivery.due_at is None
    sender.seen[0] = replace(SEEN, ours="6 NAR")
    sender.round(timedelta(hours=1))
    assert b'"quantity":"6"' in sender.za.sent[1]
    sender.seen.clear()
    sender.round(timedelta(hours=1))
    assert b'"quantity":null' in sender.za.sent[2]
    assert sender.only.state == "over"


def test_an_unreachable_partner_is_tried_again_with_back_off_and_then_left(store: Store) -> None:
    sender = Sender(store)
    sender.za.answer = unreachable
    sender.round()
    due_at = sender.only.delivery.due_at
    assert due_at is not None and timedelta(seconds=10) <= due_at - ISSUED <= timedelta(seconds=20)
    sender.round()
    assert len(sender.za.sent) == 1  # not due yet
    for _ in range(9):
        sender.round(timedelta(hours=1))
    assert len(sender.za.sent) == FAILURES_IN_A_ROW  # the circuit is open then
    assert store.report.shared.partners()["za"].outcome == "PartnerUnreachable"


@pytest.mark.parametrize(
    ("answer", "outcome", "wait"),
    [
        (not_offered, NOT_OFFERED, timedelta(days=1)),
        (lambda: "unknown", "ok", timedelta(seconds=10)),
    ],
)
def test_it_waits_for_a_gateway_that_cannot_take_it_yet(
    store: Store, answer: Callable[[], str], outcome: str, wait: timedelta
) -> None:
    sender = Sender(store)
    sender.za.answer = answer
    sender.round()
    assert store.report.shared.partners()["za"].outcome == outcome
    due_at = sender.only.delivery.due_at
    assert due_at is not None and wait <= due_at - ISSUED <= wait + timedelta(seconds=10)


def test_a_count_that_changes_on_the_way_is_told_too(store: Store) -> None:
    sender = Sender(store)

    def recount() -> str:
        if sender.seen[0] is SEEN:
            sender.seen[0] = replace(SEEN, ours="7 NAR")
            sender.share.refresh()
        return "taken"

    sender.za.answer = recount
    sender.round()
    assert [b'"quantity":"7"' in each for each in sender.za.sent] == [False, True]
    assert sender.only.delivery.due_at is None


def test_a_partner_that_raises_delays_no_other(store: Store) -> None:
    sender = Sender(store)
    sender.seen.append(replace(SEEN, partner="BW", line=replace(LINE, number="MZ26EX000002")))
    sender.za.answer = unreachable
    sender.round()
    assert (len(sender.za.sent), len(sender.bw.sent)) == (1, 1)


def test_a_proposal_that_waits_for_the_partner_is_told_again_each_day(store: Store) -> None:
    sender = Sender(store, [replace(SEEN, line=LINE)])
    proposed = a_shared_mismatch(delivery=Delivery(ISSUED))
    store.report.shared.update("za", LINE, lambda _: SharedChange(proposed))
    for _ in range(3):
        sender.round(timedelta(hours=12))
    assert len(sender.za.sent) == 2


def test_a_comparison_that_began_earlier_does_not_undo_a_newer_figure(store: Store) -> None:
    sender = Sender(store)

    def compared() -> list[Mismatch]:
        begun = a_shared_mismatch(acts=(), ours=Figure("5 NAR", ISSUED + timedelta(seconds=1)))
        store.report.shared.update("za", LINE, lambda _: SharedChange(begun))
        return []

    replace(sender.share, mismatches=compared).refresh()
    assert sender.only.ours.quantity == "5 NAR"
