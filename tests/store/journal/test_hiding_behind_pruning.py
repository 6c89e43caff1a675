"""Attack on retention: a record passed off as removed when it was due is found missing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from uuid_utils import uuid7

from gateway.crypto.journal_seal.heads import JournalSigner
from gateway.exchange.journal.records.pruning import PURPOSE, Pruning
from gateway.exchange.ports import Direction, Exchange
from tests.pki import Authority
from tests.store.journal.sealing_acts import (
    NOW,
    OFFICER,
    Sealed,
    holding,
    keep,
    long_ago,
    prune,
    seal_later,
)
from tests.store.store_acts import NUMBER


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM exchange", "DELETE FROM content",
        "UPDATE journal_pruned SET name = ''", "DELETE FROM journal_pruned",
        "UPDATE journal_hold SET name = ''", "DELETE FROM journal_hold",
        "UPDATE journal_release SET person = ''", "DELETE FROM journal_release",
    ],
)  # fmt: skip
def test_the_database_refuses_everything_but_what_was_named(old_journal, statement) -> None:
    (hold, _), _ = holding(old_journal).hold([NUMBER.text, "ZA1"], [], OFFICER)
    holding(old_journal).release(hold.id, OFFICER)
    prune(old_journal)
    with (
        pytest.raises(DBAPIError, match="append-only"),
        old_journal.store._engines.writing.begin() as connection,
    ):
        connection.execute(text(statement))


def forged(old_journal: Sealed, signer: JournalSigner, victims: list[str], **changes) -> Exchange:
    leaves = {
        leaf.exchange_id: leaf.hash.hex() for leaf in old_journal.store.sealed_journal.leaves(1)
    }
    said = Pruning(
        NOW.isoformat(timespec="microseconds"),
        "A",
        "B",
        5,
        {each: leaves[each] for each in victims},
        [],
    )
    return replace(said.exchange(str(uuid7()), signer), **changes)


def insert(old_journal: Sealed, record: Exchange, victims: list[str]) -> None:
    """As somebody with the file does, by the very endpoint that pruning has."""
    assert old_journal.store.retained_journal.remove(record, victims, [])


@pytest.mark.slow
def test_a_record_that_no_pruning_names_is_named_beside_those_that_one_does(old_journal) -> None:
    keep(old_journal, long_ago(2025))
    prune(old_journal)
    seal_later(old_journal)
    (victim,) = old_journal.ids(3, 1)
    old_journal.attack(f"DELETE FROM exchange WHERE id = '{victim}'")
    assert old_journal.flaws == [f"Record {victim} is missing."]


@pytest.mark.slow
def test_a_row_that_points_to_the_record_of_another_deletion_does_not_help(old_journal) -> None:
    keep(old_journal, long_ago(2025))
    prune(old_journal)
    seal_later(old_journal)
    (victim,) = old_journal.ids(3, 1)
    (pruning,) = [
        each.id for each in old_journal.store.journal.latest(9) if each.direction is Direction.OWN
    ]
    old_journal.attack(
        f"INSERT INTO journal_pruned (name, pruning_id) VALUES ('{victim}', '{pruning}')",
        f"DELETE FROM exchange WHERE id = '{victim}'",
    )
    assert old_journal.flaws == [f"Record {victim} is missing."]


@pytest.mark.slow
def test_a_deletion_signed_with_a_key_of_ones_own_is_found_although_the_gateway_seals_its_record(
    old_journal, tmp_path
) -> None:
    stranger = Authority(tmp_path, "ca").issue("seal", country="MZ", since=NOW - timedelta(days=9))
    victims = old_journal.ids(1, 1)
    record = forged(old_journal, JournalSigner(stranger.key, (stranger.certificate,)), victims)
    insert(old_journal, record, victims)
    assert seal_later(old_journal) == 1
    assert old_journal.flaws == [
        f"Record {victims[0]} is missing.",
        (
            f"Record {record.id} says what was removed, and none of our keys has signed it: it was"
            " forged."
        ),
    ]


def test_a_signature_of_a_head_does_not_pass_for_that_of_a_deletion(old_journal) -> None:
    class Confused:
        certificates = old_journal.signer.certificates

        def sign(self, message: bytes) -> bytes:
            return old_journal.signer.sign(message.replace(PURPOSE, b"epix-gateway journal head\n"))

    victims = old_journal.ids(1, 1)
    insert(old_journal, forged(old_journal, Confused(), victims), victims)
    assert old_journal.flaws == [f"Record {victims[0]} is missing."]


def test_another_name_in_a_signed_record_of_a_deletion_is_found(old_journal) -> None:
    one, two, _ = old_journal.ids(0, 3)
    record = forged(old_journal, old_journal.signer, [one])
    insert(
        old_journal,
        replace(record, request=record.request.replace(one.encode(), two.encode())),
        [two],
    )
    assert old_journal.flaws == [f"Record {two} is missing."]


@pytest.mark.slow
def test_a_leaf_renamed_to_what_was_pruned_is_found(old_journal) -> None:
    """The victim takes the place of a record that was removed rightly; its hash differs."""
    (victim,) = keep(old_journal, long_ago(2025))
    gone = sorted(prune(old_journal)[0])[0]
    seal_later(old_journal)
    old_journal.attack(
        f"DELETE FROM journal_leaf WHERE exchange_id = '{gone}'",
        f"UPDATE journal_leaf SET exchange_id = '{gone}' WHERE exchange_id = '{victim}'",
        f"DELETE FROM exchange WHERE id = '{victim}'",
    )
    assert f"Record {gone} is missing." in old_journal.flaws


@pytest.mark.slow
@pytest.mark.parametrize("column", ["request", "answer"])
@pytest.mark.parametrize("place", [0, 40, -3])
def test_one_byte_of_the_record_of_a_deletion_is_found(old_journal, column, place) -> None:
    prune(old_journal)
    seal_later(old_journal)
    (record,) = old_journal.store.journal.latest(1)
    changed = bytearray(getattr(record, column))
    changed[place] ^= 1
    literal = f"'\\x{changed.hex()}'::bytea" if old_journal.on_server else f"x'{changed.hex()}'"
    old_journal.attack(f"UPDATE exchange SET {column} = {literal} WHERE id = '{record.id}'")
    assert any(f"Record {record.id}" in flaw for flaw in old_journal.flaws)


def test_a_deletion_whose_record_is_taken_away_is_found(old_journal) -> None:
    prune(old_journal)
    (record,) = old_journal.store.journal.latest(1)
    old_journal.attack(f"DELETE FROM exchange WHERE id = '{record.id}'")
    assert len([flaw for flaw in old_journal.flaws if "is missing" in flaw]) == 3


@pytest.mark.slow
def test_a_deletion_that_is_never_sealed_is_named_once_it_is_old_enough(old_journal) -> None:
    prune(old_journal)
    old_journal.now += timedelta(minutes=16)
    (record,) = old_journal.store.journal.latest(1)
    assert [flaw for flaw in old_journal.flaws if record.id in flaw and "in no batch" in flaw]
