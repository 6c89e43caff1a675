"""Heads of two journals, exchanged: held, countersigned, and compared with what was held before."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gateway.crypto.journal_seal.heads import JournalSigner
from gateway.exchange.anchors.partner_heads import (
    CHANGED,
    HOLD_EVERY,
    LOST,
    REFUSED,
)
from gateway.exchange.anchors.receipt import RECEIPT_PURPOSE, Receipt
from gateway.exchange.canonical_json import moment
from gateway.exchange.journal.heads import PURPOSE, Statement, statement_of
from gateway.exchange.journal.noted_head import NotedHead
from gateway.exchange.ports import HeadOffer, JournalFilter, SignedText
from tests.pki import DAY, Authority, Identity
from tests.store.journal.heads_acts import MINUTE, Exchanging
from tests.store.journal.sealing_acts import NOW


def test_a_head_is_held_and_the_next_offer_has_a_receipt_of_it(exchanging: Exchanging) -> None:
    exchanging.sealed()
    first = exchanging.began.offer()
    assert first is not None
    assert first.receipt is None
    (head,) = exchanging.chain(1)
    exchanging.receives(head)
    assert exchanging.held == [(1, False)]
    offer = exchanging.began.offer()
    assert offer is not None and offer.receipt is not None
    assert Receipt.parsed(offer.receipt.statement).head == head.digest
    mine = exchanging.journal.verifier
    mine.signer(
        RECEIPT_PURPOSE + offer.receipt.statement,
        offer.receipt.signature,
        offer.receipt.certificates,
        NOW,
    )
    exchanging.later(timedelta(seconds=6))
    assert exchanging.began.offer() is offer, "prepared once, until there is something new"
    exchanging.sealed()
    exchanging.later(timedelta(seconds=6))
    assert exchanging.began.offer() is not offer


def test_heads_that_follow_each_other_are_held_every_few_minutes(exchanging: Exchanging) -> None:
    one, two, three = exchanging.chain(3)
    exchanging.receives(one)
    exchanging.receives(two)
    assert exchanging.held == [(1, False)]
    exchanging.later(HOLD_EVERY)
    exchanging.receives(three)
    assert exchanging.held == [(1, False), (3, False)]
    exchanging.receives(one, minutes=0), exchanging.receives(three)
    assert exchanging.alerts == []


def changed(exchanging: Exchanging, *later: Statement, minutes: int = 1) -> str:
    """The one sentence that is recorded when these heads come after those that are held."""
    for head in later:
        exchanging.receives(head, minutes=minutes)
    (sentence,) = exchanging.recorded(CHANGED)
    assert "za changed" in exchanging.alerts
    return sentence


def test_the_same_number_with_another_digest_is_named(exchanging: Exchanging) -> None:
    one, two = exchanging.chain(2)
    exchanging.receives(two)
    (other,) = exchanging.chain(1, after=one, records=2)
    assert "it was made anew" in changed(exchanging, other)
    assert exchanging.held == [(2, False), (2, True)], "both are kept: each is signed by it"
    (follower,) = exchanging.chain(1, after=other)
    exchanging.receives(follower)
    assert len(exchanging.recorded(CHANGED)) == 1, "what follows is not named again"


def test_an_older_number_that_was_made_later_is_named(exchanging: Exchanging) -> None:
    chain = exchanging.chain(9)
    exchanging.receives(chain[8])
    exchanging.later(3 * MINUTE)
    (anew,) = exchanging.chain(1, after=chain[2], records=1)
    assert "rolled back to before it" in changed(exchanging, anew)


def test_the_next_number_that_does_not_follow_is_named(exchanging: Exchanging) -> None:
    one, two = exchanging.chain(2)
    exchanging.receives(two)
    (other,) = exchanging.chain(1, after=one, records=2)
    (three,) = exchanging.chain(1, after=other)
    assert "does not follow head 2" in changed(exchanging, three)


def test_fewer_records_in_all_are_named(exchanging: Exchanging) -> None:
    exchanging.receives(exchanging.chain(3, records=9)[2])
    assert "counts 20 records" in changed(exchanging, exchanging.chain(5, records=4)[4])


def test_an_old_head_long_after_a_newer_one_is_named(exchanging: Exchanging) -> None:
    one, _, three = exchanging.chain(3)
    exchanging.receives(one)
    exchanging.later(HOLD_EVERY)
    exchanging.receives(three)
    exchanging.receives(one)
    assert exchanging.recorded(CHANGED) == [], "a slow message"
    exchanging.receives(three)
    assert "was rolled back" in changed(exchanging, one, minutes=3)


def test_another_journal_is_named(exchanging: Exchanging) -> None:
    (head,) = exchanging.chain(1)
    exchanging.receives(head)
    assert "another journal" in changed(exchanging, replace(head, journal="new"))


def test_a_receipt_of_a_head_of_ours_is_kept(exchanging: Exchanging) -> None:
    exchanging.sealed()
    ours = NotedHead.of(statement_of(exchanging.journal.store.sealed_journal.last().statement))
    receipt = Receipt("journal-0", ours.batch, ours.digest, moment(exchanging.journal.now))
    (head,) = exchanging.chain(1)
    exchanging.receives(head, receipt)
    (kept,) = exchanging.journal.store.head_archive.anchored()
    assert (kept.anchor, kept.batch) == ("partner-za", 1)
    assert kept.receipt is not None
    assert kept.receipt.statement == receipt.text()
    assert kept.at - kept.sealed_at == MINUTE
    assert exchanging.alerts == []
    found = exchanging.journal.store.journal.search(JournalFilter(operation="JournalAnchored"), 5)
    assert json.loads(found[0].request) == {"v": 1, "anchor": "partner-za", "batch": 1}


@pytest.mark.parametrize("batch", [1, 7])
def test_a_receipt_of_a_head_that_is_not_in_our_journal_is_named(
    exchanging: Exchanging, batch: int
) -> None:
    exchanging.sealed()
    (head,) = exchanging.chain(1)
    receipt = Receipt("journal-0", batch, "ab" * 32, moment(exchanging.journal.now))
    exchanging.receives(head, receipt)
    (sentence,) = exchanging.recorded(LOST)
    assert f"Head {batch} of our journal is held by the partner" in sentence
    assert exchanging.journal.store.head_archive.anchored() == []
    assert "za lost" in exchanging.alerts


def refused(exchanging: Exchanging, offer: HeadOffer) -> str:
    exchanging.later()
    exchanging.began.receive(offer, "exchange-1")
    exchanging.settle()
    (sentence,) = exchanging.recorded(REFUSED)
    assert exchanging.held == []
    return sentence


def test_what_the_partner_did_not_sign_is_refused(
    exchanging: Exchanging, tmp_path, theirs: tuple[Authority, Identity]
) -> None:
    (head,) = exchanging.chain(1)
    right = exchanging.signed(head.text())
    changed = replace(head, total=99)
    assert "not a signature" in refused(
        exchanging, HeadOffer(replace(right, statement=changed.text()), None)
    )
    stranger = Authority(tmp_path, "stranger").issue("x", country="ZA", since=NOW - DAY)
    neighbour = theirs[0].issue("seal of CH", country="CH", since=NOW - DAY)
    for identity in (stranger, neighbour):
        signer = JournalSigner(identity.key, (identity.certificate,))
        forged = SignedText(head.text(), signer.sign(PURPOSE + head.text()), signer.certificates)
        exchanging.later()
        exchanging.began.receive(HeadOffer(forged, None), "exchange-2")
        exchanging.settle()
    assert len(exchanging.recorded(REFUSED)) == 3
    assert exchanging.held == []


HOSTILE_STATEMENTS = [
    b"",
    b"null",
    b"[]",
    b'{"v":1}',
    b"[" * 900,
    b"\xff\xfe",
]


@pytest.mark.parametrize("statement", HOSTILE_STATEMENTS)
def test_a_hostile_statement_is_refused(exchanging: Exchanging, statement: bytes) -> None:
    assert refused(exchanging, HeadOffer(exchanging.signed(statement), None))


@pytest.mark.parametrize(
    "changes",
    [
        {"batch": 2**31},
        {"batch": 0},
        {"batch": -1},
        {"journal": "x\x00y"},
        {"journal": "<script>"},
        {"journal": "j" * 65},
        {"batch": True},
    ],
)
def test_a_signed_head_of_another_form_is_refused(exchanging: Exchanging, changes) -> None:
    (head,) = exchanging.chain(1)
    hostile = replace(head, **changes)
    assert refused(exchanging, HeadOffer(exchanging.signed(hostile.text()), None))


@pytest.mark.parametrize(
    "receipt",
    [
        Receipt("journal-0", 2**63, "ab" * 32, moment(NOW)),
        Receipt("journal-0", 1, "\u202etxt", moment(NOW)),
        Receipt("journal-0", 1, "ab" * 32, "2026-03-05"),
        Receipt("a\nb", 1, "ab" * 32, moment(NOW)),
    ],
)
def test_a_signed_receipt_of_another_form_is_refused(
    exchanging: Exchanging, receipt: Receipt
) -> None:
    exchanging.receives(exchanging.chain(1)[0], receipt)
    assert len(exchanging.recorded(REFUSED)) == 1


def test_a_flood_of_refused_headers_is_named_once_a_minute(exchanging: Exchanging) -> None:
    for number in range(100):
        exchanging.began.refuse(f"reason {number}", "exchange-1")
    exchanging.settle()
    assert len(exchanging.recorded(REFUSED)) == 1
    assert len(exchanging.alerts) == 100


def test_a_flood_of_heads_is_looked_at_once_a_second(exchanging: Exchanging) -> None:
    chain = exchanging.chain(3)
    for head in (chain[0], chain[1], replace(chain[0], total=7)):
        exchanging.began.receive(HeadOffer(exchanging.signed(head.text()), None), "exchange-1")
    assert exchanging.held == [(1, False)]
    assert exchanging.alerts == []


def test_held_heads_are_append_only(exchanging: Exchanging) -> None:
    exchanging.sealed()
    receipt = Receipt(
        "journal-0",
        1,
        NotedHead.of(statement_of(exchanging.journal.store.sealed_journal.last().statement)).digest,
        moment(NOW),
    )
    exchanging.receives(exchanging.chain(1)[0], receipt)
    for table in ("partner_head", "journal_anchor"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET batch = 9"):
            with (
                pytest.raises(DBAPIError, match=r"append-only|refuse"),
                exchanging.journal.store._engines.writing.begin() as connection,
            ):
                connection.execute(text(statement))
