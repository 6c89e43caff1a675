"""Can whoever writes the database pass a record off as removed because its time was over? It is found missing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sealing_acts import NOW, OFFICER, Sealed, holding, keep, long_ago, prune, seal_later
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from store_acts import NUMBER
from uuid_utils import uuid7

from gateway.exchange.ports import Direction, Exchange
from gateway.exchange.pruning import PURPOSE, Pruning
from gateway.signatures.head_signing import JournalSigner
from tests.pki import Authority


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM exchange", "DELETE FROM content",
        "UPDATE journal_pruned SET name = ''", "DELETE FROM journal_pruned",
        "UPDATE journal_hold SET name = ''", "DELETE FROM journal_hold",
        "UPDATE journal_release SET person = ''", "DELETE FROM journal_release",
    ],
)  # fmt: skip
def test_the_database_refuses_everything_but_what_was_named(house, statement) -> None:
    (hold, _), _ = holding(house).hold([NUMBER.text, "ZA1"], [], OFFICER)
    holding(house).release(hold.id, OFFICER)
    prune(house)
    with pytest.raises(DBAPIError, match="append-only"), house.store._writing.begin() as connection:
        connection.execute(text(statement))


def forged(house: Sealed, signer: JournalSigner, victims: list[str], **changes) -> Exchange:
    leaves = {leaf.exchange_id: leaf.hash.hex() for leaf in house.store.sealed_journal.leaves(1)}
    said = Pruning(NOW.isoformat(timespec="microseconds"), "A", "B", 5, {each: leaves[each] for each in victims}, [])
    return replace(said.exchange(str(uuid7()), signer), **changes)


def insert(house: Sealed, record: Exchange, victims: list[str]) -> None:
    """As somebody with the file does, by the very door that pruning has."""
    assert house.store.retained_journal.remove(record, victims, [])


def test_a_record_that_no_pruning_names_is_named_beside_those_that_one_does(house) -> None:
    keep(house, long_ago(2025))
    prune(house)
    seal_later(house)
    (victim,) = house.ids(3, 1)
    house.attack(f"DELETE FROM exchange WHERE id = '{victim}'")
    assert house.flaws == [f"Record {victim} is missing."]


def test_a_row_that_points_to_the_record_of_another_deletion_does_not_help(house) -> None:
    keep(house, long_ago(2025))
    prune(house)
    seal_later(house)
    (victim,) = house.ids(3, 1)
    (pruning,) = [each.id for each in house.store.journal.latest(9) if each.direction is Direction.OWN]
    house.attack(
        f"INSERT INTO journal_pruned (name, pruning_id) VALUES ('{victim}', '{pruning}')",
        f"DELETE FROM exchange WHERE id = '{victim}'",
    )
    assert house.flaws == [f"Record {victim} is missing."]


def test_a_deletion_signed_with_a_key_of_ones_own_is_found_although_the_gateway_seals_its_record(
    house, tmp_path
) -> None:
    stranger = Authority(tmp_path, "ca").issue("seal", country="MZ", since=NOW - timedelta(days=9))
    victims = house.ids(1, 1)
    record = forged(house, JournalSigner(stranger.key, (stranger.certificate,)), victims)
    insert(house, record, victims)
    assert seal_later(house) == 1
    assert house.flaws == [
        f"Record {victims[0]} is missing.",
        f"Record {record.id} says what was removed, and none of our keys has signed it: it was forged.",
    ]


def test_a_signature_of_a_head_does_not_pass_for_that_of_a_deletion(house) -> None:
    class Confused:
        certificates = house.signer.certificates

        def sign(self, message: bytes) -> bytes:
            return house.signer.sign(message.replace(PURPOSE, b"epix-gateway journal head\n"))

    victims = house.ids(1, 1)
    insert(house, forged(house, Confused(), victims), victims)
    assert house.flaws == [f"Record {victims[0]} is missing."]


def test_another_name_in_a_signed_record_of_a_deletion_is_found(house) -> None:
    one, two, _ = house.ids(0, 3)
    record = forged(house, house.signer, [one])
    insert(house, replace(record, request=record.request.replace(one.encode(), two.encode())), [two])
    assert house.flaws == [f"Record {two} is missing."]


def test_a_leaf_renamed_to_what_was_pruned_is_found(house) -> None:
    """The victim's place passes for that of a record that was removed rightly: its hash does not."""
    (victim,) = keep(house, long_ago(2025))
    gone = sorted(prune(house)[0])[0]
    seal_later(house)
    house.attack(
        f"DELETE FROM journal_leaf WHERE exchange_id = '{gone}'",
        f"UPDATE journal_leaf SET exchange_id = '{gone}' WHERE exchange_id = '{victim}'",
        f"DELETE FROM exchange WHERE id = '{victim}'",
    )
    assert f"Record {gone} is missing." in house.flaws


@pytest.mark.parametrize("column", ["request", "answer"])
@pytest.mark.parametrize("place", [0, 40, -3])
def test_one_byte_of_the_record_of_a_deletion_is_found(house, column, place) -> None:
    prune(house)
    seal_later(house)
    (record,) = house.store.journal.latest(1)
    changed = bytearray(getattr(record, column))
    changed[place] ^= 1
    literal = f"'\\x{changed.hex()}'::bytea" if house.on_server else f"x'{changed.hex()}'"
    house.attack(f"UPDATE exchange SET {column} = {literal} WHERE id = '{record.id}'")
    assert any(f"Record {record.id}" in flaw for flaw in house.flaws)


def test_a_deletion_whose_record_is_taken_away_is_found(house) -> None:
    prune(house)
    (record,) = house.store.journal.latest(1)
    house.attack(f"DELETE FROM exchange WHERE id = '{record.id}'")
    assert len([flaw for flaw in house.flaws if "is missing" in flaw]) == 3


def test_a_deletion_that_is_never_sealed_is_named_once_it_is_old_enough(house) -> None:
    prune(house)
    house.now += timedelta(minutes=16)
    (record,) = house.store.journal.latest(1)
    assert [flaw for flaw in house.flaws if record.id in flaw and "in no batch" in flaw]
