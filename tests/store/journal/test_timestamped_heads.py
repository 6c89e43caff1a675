"""Time-stamps (RFC 3161) of the newest head, which delay nothing."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from uuid_utils import uuid7

from gateway.crypto.journal_seal.timestamps import Rfc3161Verifier, TimeStampingAuthority
from gateway.domain.errors import ServiceUnavailable
from gateway.exchange.journal.records.timestamp import TimestampAudit, record_of_timestamp
from gateway.exchange.journal.timestamp import TimestampHeads
from tests.pki import Authority
from tests.store.journal.sealing_acts import HOUR, Sealed, seal_later
from tests.time_stamper import needs_openssl, time_stamper

pytestmark = [pytest.mark.slow, needs_openssl]


def new_id() -> str:
    return str(uuid7())


@pytest.fixture(scope="module")
def tsa(tmp_path_factory):
    with time_stamper(tmp_path_factory.mktemp("tsa")) as server:
        yield server


@pytest.fixture
def stamped(journal: Sealed, tsa) -> tuple[Sealed, TimestampHeads]:
    """A journal of two heads, none of which is time-stamped yet."""
    journal.stamps = Rfc3161Verifier([tsa.authority.certificate])
    for _ in range(2):
        journal.record(1)
        journal.seal()
    authority = TimeStampingAuthority(tsa.address, journal.stamps, lambda: journal.now)
    return journal, TimestampHeads(
        journal.store.sealed_journal, authority, lambda: journal.now, new_id, HOUR
    )


def moments(journal: Sealed) -> list[datetime | None]:
    return [each.timestamped_at for each in journal.verify()[0]]


def test_the_newest_head_is_stamped_once_an_hour(stamped) -> None:
    journal, stamping = stamped
    assert (stamping.timestamp(), stamping.timestamp()) == (2, None)
    journal.record(1)
    journal.seal()
    assert stamping.timestamp() is None
    journal.now += HOUR
    assert stamping.timestamp() == 3
    assert seal_later(journal) == 2  # what says that both were stamped
    first, second, third, _ = moments(journal)
    assert first is None
    assert second <= third
    assert journal.flaws == []


def test_a_journal_without_heads_has_nothing_to_stamp(journal, tsa) -> None:
    authority = TimeStampingAuthority(
        tsa.address, Rfc3161Verifier([tsa.authority.certificate]), lambda: journal.now
    )
    assert (
        TimestampHeads(
            journal.store.sealed_journal, authority, lambda: journal.now, new_id, HOUR
        ).timestamp()
        is None
    )


def test_an_authority_that_is_away_is_asked_again_and_sealing_goes_on(stamped, tsa) -> None:
    journal, stamping = stamped
    tsa.status = 503
    with pytest.raises(ServiceUnavailable):
        stamping.timestamp()
    journal.record(1)
    assert journal.seal() == 1
    tsa.status = 200
    assert stamping.timestamp() == 3
    assert journal.flaws == []


def test_a_stamp_of_another_authority_does_not_hold(stamped, tmp_path) -> None:
    journal, stamping = stamped
    stamping.timestamp()
    journal.stamps = Rfc3161Verifier([Authority(tmp_path, "tsa-root").certificate])
    assert (
        len([flaw for flaw in journal.flaws if "The time-stamp of head 2 does not hold" in flaw])
        == 1
    )


def test_stamps_that_cannot_be_verified_are_neither_good_nor_flaws(stamped) -> None:
    journal, stamping = stamped
    stamping.timestamp()
    journal.stamps = None
    checked, flaws = journal.verify()
    assert ([(each.has_timestamp, each.timestamped_at) for each in checked], flaws) == (
        [(False, None), (True, None)],
        [],
    )


@pytest.mark.parametrize("stamp", ["changed", "moved"])
def test_a_stamp_that_was_changed_or_moved_is_found(stamped, stamp) -> None:
    journal, stamping = stamped
    stamping.timestamp()
    with journal.store._engines.writing.begin() as connection:
        on_table = " ON journal_stamp" if journal.on_server else ""
        connection.execute(text(f"DROP TRIGGER journal_stamp_no_update{on_table}"))
        if stamp == "moved":
            connection.execute(text("UPDATE journal_stamp SET batch = 1"))
        else:
            kept = bytearray(
                connection.execute(text("SELECT stamp FROM journal_stamp")).scalar_one()
            )
            kept[-5] ^= 1
            connection.execute(
                text("UPDATE journal_stamp SET stamp = :stamp"), {"stamp": bytes(kept)}
            )
    assert len([flaw for flaw in journal.flaws if "time-stamp" in flaw]) == 1


def test_a_head_is_stamped_once(stamped) -> None:
    journal, stamping = stamped
    stamping.timestamp()
    before = moments(journal)
    another = record_of_timestamp(new_id(), 2, b"another", journal.now + timedelta(days=1))
    journal.store.sealed_journal.add_timestamp(2, b"another", another)
    assert moments(journal) == before
    assert another not in journal.store.journal.latest(9)


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        (
            "DELETE FROM journal_stamp WHERE batch = 2",
            "The time-stamp of head 2 is missing: it was removed.",
        ),
        (
            (
                "UPDATE journal_stamp SET stamp = (SELECT stamp FROM journal_stamp WHERE batch = 3)"
                " WHERE batch = 2"
            ),
            "The time-stamp of head 2 is not the one that was sealed: it was exchanged.",
        ),
    ],
    ids=["removed", "exchanged"],
)
def test_a_stamp_that_was_taken_away_is_missed(stamped, attack, said) -> None:
    journal, stamping = stamped
    stamping.timestamp()
    seal_later(journal)
    journal.now += HOUR
    assert stamping.timestamp() == 3
    seal_later(journal)
    assert journal.flaws == []
    journal.attack(attack)
    assert said in journal.flaws


def test_a_stamp_that_comes_during_a_verification_is_not_missing(stamped) -> None:
    journal, stamping = stamped
    audit = TimestampAudit()
    for head in journal.store.sealed_journal.heads():
        audit.add_head(head)
    stamping.timestamp()
    (record,) = journal.store.journal.latest(1)
    audit.add(record)
    (stamp,) = [head.timestamp for head in journal.store.sealed_journal.heads() if head.timestamp]
    assert [text for _, text in audit.discrepancies(lambda _: stamp)] == []
    assert [batch for batch, _ in audit.discrepancies(lambda _: b"")] == [2]
