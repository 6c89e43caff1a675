"""Seals of the journal: every change of sealed records is found, also without the triggers."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from uuid_utils import uuid7

from gateway.exchange.journal.seal import BATCH
from gateway.exchange.ports import DocumentForm
from gateway.exchange.stored_bytes import ComposedBytes, in_base64
from tests.pki import Authority
from tests.store.journal.sealing_acts import NOW, Sealed
from tests.store.store_acts import MZ, NUMBER, PICTURE, an_exchange, publish

OF_V1 = "(SELECT content_id FROM document WHERE version = 'v1')"


@pytest.fixture
def three_batches(journal) -> Sealed:
    """Nine records in three batches, one answer of them put together from content."""
    publish(journal.store, attachments=(PICTURE,))
    (header,) = journal.store.permit_lookup.find(MZ, NUMBER)
    document = journal.store.permit_lookup.document(header, "v1", DocumentForm.NON_FINAL)
    answer = ComposedBytes((b"<a>", document.content, in_base64(document.seal), b"</a>"))
    for _ in range(3):
        journal.record(2)
        journal.record(1, answer=answer)
        assert journal.seal() == 3
    assert journal.flaws == []
    return journal


@pytest.mark.both_databases
def test_an_unchanged_journal_is_whole_and_signed(three_batches) -> None:
    checked, flaws = three_batches.verify()
    assert flaws == []
    assert [
        (each.statement.batch, each.statement.records, each.statement.total) for each in checked
    ] == [
        (1, 3, 3),
        (2, 3, 6),
        (3, 3, 9),
    ]
    assert all("CN=seal" in each.signer for each in checked)
    assert {each.statement.journal for each in checked} == {"journal-0"}


CHANGED = {
    "direction": "'out'",
    "began_at": "'2026-03-05T08:00:00.123457+00:00'",
    "ended_at": "'2026-03-05T08:00:00.123457+00:00'",
    "operation": "'GetFinalCertificate'",
    "caller": "NULL",
    "callee": "'ZA'",
    "fingerprint": "'00'",
    "permit_number": "'MZ26EX000009'",
    "outcome": "'AccessDenied'",
    "id": "'01990000-0000-7000-8000-000000000000'",
}


@pytest.mark.slow
def test_a_changed_field_is_found_and_its_record_named(three_batches) -> None:
    (victim,) = three_batches.ids(4, 1)
    for column, value in CHANGED.items():
        before = three_batches.one(f"SELECT {column} FROM exchange WHERE id = '{victim}'")
        three_batches.attack(f"UPDATE exchange SET {column} = {value} WHERE id = '{victim}'")
        assert any(victim in flaw for flaw in three_batches.flaws), column
        assert all("batch 1" not in flaw for flaw in three_batches.flaws), column
        identity = value if column == "id" else f"'{victim}'"
        three_batches.attack(
            f"UPDATE exchange SET {column} = :before WHERE id = {identity}", before=before
        )
    assert three_batches.flaws == []


@pytest.mark.slow
def test_one_byte_of_a_message_is_found(three_batches) -> None:
    (victim,) = three_batches.ids(4, 1)
    for column, place in product(("request", "answer"), (0, -1)):
        change_byte(three_batches, "exchange", column, f"id = '{victim}'", place)
        assert [
            flaw for flaw in three_batches.flaws if f"Record {victim}" in flaw and "changed" in flaw
        ], (column, place)
        change_byte(three_batches, "exchange", column, f"id = '{victim}'", place)
    assert three_batches.flaws == []


@pytest.mark.slow
def test_one_byte_of_content_is_found_in_every_record_that_names_it(three_batches) -> None:
    literal = "'\\x3c41425368697021'::bytea" if three_batches.on_server else "x'3c41425368697021'"
    three_batches.attack(
        f"UPDATE content SET bytes = {literal} WHERE id = (SELECT content_id FROM document WHERE"
        " version = 'v1')"
    )
    assert len([flaw for flaw in three_batches.flaws if "is not what was sealed" in flaw]) == 3


@pytest.mark.slow
def test_content_that_is_gone_is_found(three_batches) -> None:
    three_batches.attack(
        "UPDATE content SET sha256 = '00' WHERE id = (SELECT content_id FROM document WHERE version"
        " = 'v1')"
    )
    assert len([flaw for flaw in three_batches.flaws if "cannot be read any more" in flaw]) == 3


@pytest.mark.slow
def test_a_reference_that_leads_nowhere_is_found(three_batches) -> None:
    (victim,) = three_batches.ids(2, 1)
    for content in ("nonsense", "1:2:3:4", "x:y", None):
        three_batches.attack(
            f"UPDATE exchange SET answer_content = :content WHERE id = '{victim}'", content=content
        )
        assert any(f"Record {victim}" in flaw for flaw in three_batches.flaws), content


@pytest.mark.slow
@pytest.mark.parametrize("column", ["direction", "began_at"])
def test_a_row_that_makes_no_sense_is_found_and_stops_nothing(three_batches, column) -> None:
    (victim,) = three_batches.ids(0, 1)
    three_batches.attack(f"UPDATE exchange SET {column} = 'nonsense' WHERE id = '{victim}'")
    assert three_batches.flaws == [f"Record {victim} cannot be read any more: it was changed."]


@pytest.mark.slow
def test_a_deleted_record_is_named(three_batches) -> None:
    (victim,) = three_batches.ids(5, 1)
    three_batches.attack(f"DELETE FROM exchange WHERE id = '{victim}'")
    assert three_batches.flaws == [f"Record {victim} is missing."]


@pytest.mark.slow
def test_a_record_deleted_with_its_leaf_is_found(three_batches) -> None:
    (victim,) = three_batches.ids(4, 1)
    three_batches.attack(
        f"DELETE FROM exchange WHERE id = '{victim}'",
        f"DELETE FROM journal_leaf WHERE exchange_id = '{victim}'",
    )
    assert "Batch 2 has 2 records; its head counts 3." in three_batches.flaws


@pytest.mark.slow
def test_another_order_is_found(three_batches) -> None:
    one, two = three_batches.ids(3, 2)
    three_batches.attack(
        f"UPDATE journal_leaf SET place = 99 WHERE exchange_id = '{one}'",
        f"UPDATE journal_leaf SET place = 0 WHERE exchange_id = '{two}'",
        f"UPDATE journal_leaf SET place = 1 WHERE exchange_id = '{one}'",
    )
    assert three_batches.flaws == [
        "The records of batch 2 are not those of its head: one was exchanged, or their order."
    ]


@pytest.mark.slow
def test_a_record_slipped_in_is_named_once_it_is_old_enough(three_batches) -> None:
    (slipped,) = three_batches.record(1)
    assert any(slipped in flaw and "in no batch" in flaw for flaw in three_batches.flaws)


@pytest.mark.slow
def test_a_record_slipped_into_an_old_batch_is_found(three_batches) -> None:
    (slipped,) = three_batches.record(1)
    three_batches.attack(
        "INSERT INTO journal_leaf (exchange_id, batch, place, hash)"
        f" SELECT '{slipped}', 1, 3, hash FROM journal_leaf WHERE batch = 1 AND place = 0"
    )
    assert "Batch 1 has 4 records; its head counts 3." in three_batches.flaws


@pytest.mark.slow
def test_a_changed_leaf_is_found(three_batches) -> None:
    (victim,) = three_batches.ids(1, 1)
    literal = "'\\x00'::bytea" if three_batches.on_server else "x'00'"
    three_batches.attack(f"UPDATE journal_leaf SET hash = {literal} WHERE exchange_id = '{victim}'")
    flaws = three_batches.flaws
    assert any(f"Record {victim}" in flaw for flaw in flaws)
    assert any("batch 1 are not those of its head" in flaw for flaw in flaws)


@pytest.mark.slow
def test_one_byte_of_a_statement_is_found(three_batches) -> None:
    for place in range(0, 300, 23):
        change_byte(three_batches, "journal_head", "statement", "batch = 2", place)
        assert any("head 2" in flaw.lower() for flaw in three_batches.flaws), place
        change_byte(three_batches, "journal_head", "statement", "batch = 2", place)
    assert three_batches.flaws == []


@pytest.mark.slow
def test_one_byte_of_a_signature_is_found(three_batches) -> None:
    for place in (5, 20, 40, -1):
        change_byte(three_batches, "journal_head", "signature", "batch = 2", place)
        assert any("signature of head 2 does not hold" in flaw for flaw in three_batches.flaws)
        change_byte(three_batches, "journal_head", "signature", "batch = 2", place)
    assert three_batches.flaws == []


def change_byte(journal: Sealed, table: str, column: str, where: str, place: int) -> None:
    """Invert a bit; the second time, it is as it was."""
    other = bytearray(journal.one(f"SELECT {column} FROM {table} WHERE {where}"))
    other[place % len(other)] ^= 1
    journal.attack(f"UPDATE {table} SET {column} = :other WHERE {where}", other=bytes(other))


@pytest.mark.slow
@pytest.mark.parametrize(("batch", "said"), [(1, "Head 1 is missing"), (2, "Head 2 is missing")])
def test_a_head_that_was_removed_is_named(three_batches, batch, said) -> None:
    three_batches.attack(f"DELETE FROM journal_head WHERE batch = {batch}")
    flaws = three_batches.flaws
    assert any(said in flaw for flaw in flaws)
    assert f"Batch {batch} has records and no head: its head was removed." in flaws


@pytest.mark.slow
def test_the_newest_head_removed_leaves_its_batch_without_one(three_batches) -> None:
    three_batches.attack("DELETE FROM journal_head WHERE batch = 3")
    assert three_batches.flaws == ["Batch 3 has records and no head: its head was removed."]


@pytest.mark.slow
def test_heads_made_anew_with_a_key_of_ones_own_are_found(three_batches, tmp_path) -> None:
    """A record is changed, and everything sealed again with a certificate of the same name."""
    (victim,) = three_batches.ids(0, 1)
    three_batches.attack(
        f"UPDATE exchange SET outcome = 'AccessDenied' WHERE id = '{victim}'",
        "DELETE FROM journal_leaf",
        "DELETE FROM journal_head",
    )
    forger = Sealed(
        three_batches.store,
        Authority(tmp_path, "ca").issue("seal", country="MZ", since=NOW - timedelta(days=9)),
    )
    assert forger.seal() == 9
    assert forger.flaws == []
    (flaw,) = three_batches.flaws
    assert "none of ours" in flaw


def test_without_a_key_heads_are_stored_and_reported_as_unsigned(store, ours, caplog) -> None:
    journal = Sealed(store, ours, signed=False)
    journal.record(2)
    assert journal.seal() == 2
    checked, flaws = journal.verify()
    assert flaws == []
    assert [each.signer for each in checked] == [None]
    assert "without signature" in caplog.text


@pytest.mark.slow
def test_a_signature_taken_away_is_found(three_batches) -> None:
    literal = "''::bytea" if three_batches.on_server else "x''"
    three_batches.attack(f"UPDATE journal_head SET signature = {literal} WHERE batch = 2")
    assert three_batches.flaws == ["Head 2 is not signed, although one before it is."]


@pytest.mark.slow
def test_all_signatures_taken_away_are_found_where_a_key_is_configured(three_batches) -> None:
    literal = "''::bytea" if three_batches.on_server else "x''"
    three_batches.attack(f"UPDATE journal_head SET signature = {literal}")
    assert three_batches.flaws == [
        "Head 3, the newest, is not signed, although [seal] names a key."
    ]


@pytest.mark.both_databases
def test_two_sealers_make_no_batch_twice(journal) -> None:
    """The other has read the same records and the same last head, and comes second."""
    journal.record(3)
    store = journal.store.sealed_journal
    waiting = store.unsealed(BATCH, NOW)
    assert journal.seal() == 3
    head = store.last()
    assert not store.add(head, [(exchange.id, b"hash") for exchange in waiting])
    assert not store.add(replace(head, batch=2), [(exchange.id, b"hash") for exchange in waiting])
    assert journal.flaws == []


def test_late_records_get_into_a_later_batch(journal) -> None:
    early = an_exchange(id=str(uuid7()))
    journal.record(2)
    assert journal.seal() == 2
    journal.store.journal.record(early)
    assert journal.seal() == 1
    assert journal.flaws == []


def test_the_newest_moments_wait_until_others_have_come_in(journal) -> None:
    journal.now = an_exchange().began_at + timedelta(seconds=1)
    journal.record(1)
    assert journal.seal() == 0
    journal.now += timedelta(seconds=2)
    assert journal.seal() == 1


@pytest.mark.slow
def test_more_heads_than_are_read_at_once_are_all_verified(three_batches, monkeypatch) -> None:
    monkeypatch.setattr("gateway.store.journal.sealed._HEADS_PAGE_SIZE", 2)
    checked, flaws = three_batches.verify()
    assert ([each.statement.batch for each in checked], flaws) == ([1, 2, 3], [])
    assert [head.batch for head in three_batches.store.sealed_journal.heads(2)] == [2, 3]


def test_nothing_new_makes_no_batch(journal) -> None:
    assert journal.seal() == 0
    journal.record(1)
    assert (journal.seal(), journal.seal()) == (1, 0)
    assert len(journal.verify()[0]) == 1


@pytest.mark.slow
def test_a_quiet_journal_says_so_once_an_hour(journal) -> None:
    journal.record(1)
    journal.seal()
    for minutes in (30, 31, 30, 31):
        journal.now += timedelta(minutes=minutes)
        assert journal.seal() == 0
    checked, flaws = journal.verify()
    assert flaws == []
    assert [(each.statement.records, each.statement.total) for each in checked] == [
        (1, 1),
        (0, 1),
        (0, 1),
    ]
    journal.record(1, began_at=journal.now - timedelta(minutes=1))
    assert journal.seal() == 1


@pytest.mark.slow
def test_a_journal_that_never_held_anything_says_so_only_when_asked(journal) -> None:
    journal.now += timedelta(days=1)
    assert (journal.seal(), journal.verify()) == (0, ([], []))
    journal.sealing.seal_up_to(journal.now)
    assert [each.statement.records for each in journal.verify()[0]] == [0]
    journal.sealing.seal_up_to(journal.now)
    assert len(journal.verify()[0]) == 1


@pytest.mark.slow
def test_sealing_up_to_now_seals_at_once_batch_by_batch(journal, monkeypatch) -> None:
    monkeypatch.setattr("gateway.exchange.journal.seal.BATCH", 2)
    journal.record(5, began_at=journal.now - timedelta(milliseconds=1))
    journal.sealing.seal_up_to(journal.now)
    assert [each.statement.records for each in journal.verify()[0]] == [2, 2, 1]
    assert journal.flaws == []


@pytest.mark.slow
def test_a_changed_byte_of_an_idle_head_is_found(three_batches) -> None:
    three_batches.now += timedelta(hours=2)
    three_batches.seal()
    for place in range(0, 300, 41):
        change_byte(three_batches, "journal_head", "statement", "batch = 4", place)
        assert any("head 4" in flaw.lower() for flaw in three_batches.flaws), place
        change_byte(three_batches, "journal_head", "statement", "batch = 4", place)
    assert three_batches.flaws == []


@pytest.mark.slow
def test_a_record_slipped_into_silence_is_found(three_batches) -> None:
    three_batches.now += timedelta(hours=2)
    three_batches.seal()
    (slipped,) = three_batches.record(1)
    three_batches.attack(
        "INSERT INTO journal_leaf (exchange_id, batch, place, hash)"
        f" SELECT '{slipped}', 4, 0, hash FROM journal_leaf WHERE batch = 1 AND place = 0"
    )
    assert "Batch 4 has 1 records; its head counts 0." in three_batches.flaws


@pytest.mark.both_databases
@pytest.mark.slow
def test_reading_the_journal_does_not_block_writers(three_batches) -> None:
    leaves = three_batches.store.sealed_journal.leaves(1)
    next(leaves)
    three_batches.record(1)
    assert len(list(leaves)) == 2


def test_a_clock_that_jumped_back_seals_all_the_same(journal) -> None:
    journal.record(1)
    journal.seal()
    journal.now -= timedelta(minutes=30)
    journal.record(1, began_at=journal.now - timedelta(minutes=1))
    assert journal.seal() == 1
    assert journal.flaws == []
