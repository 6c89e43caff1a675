"""What has had its time leaves the journal, a signed record says so, and everything else is still found missing."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sealing_acts import NOW, Sealed
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from store_acts import ANAC, MZ, NUMBER, PICTURE, a_published, an_exchange, publish
from uuid_utils import uuid7

from gateway.domain.answerable import Answerable
from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import Authority as ManagementAuthority
from gateway.domain.retention import Retention
from gateway.exchange.hold_records import HoldRecords
from gateway.exchange.ports import Direction, Exchange, Form
from gateway.exchange.prune_journal import Kept, PruneJournal
from gateway.exchange.pruning import PURPOSE, Pruning, Prunings
from gateway.exchange.spliced import Spliced
from gateway.signatures.head_signing import JournalSigner
from tests.pki import Authority

OFFICER = Answerable("A. Cossa", "five years after expiry")
ENDS = datetime(2020, 3, 31, 23, 59, tzinfo=UTC)


def long_ago(year: int, **changes) -> Exchange:
    """An exchange of that June."""
    at = datetime(year, 6, 1, 12, tzinfo=UTC)
    digits = f"{int(at.timestamp() * 1000):012x}"
    identity = f"{digits[:8]}-{digits[8:]}-7{str(uuid4())[15:]}"
    return an_exchange(id=identity, began_at=at, ended_at=at + timedelta(seconds=1), **changes)


def issue(
    journal: Sealed, number: str = NUMBER.text, ends: datetime | None = ENDS, authority=ANAC, attachments=()
) -> None:
    """A permit of ours that was valid until then."""
    published = a_published(number, authority)
    published = replace(published, permit=replace(published.permit, valid_until=ends))
    publish(journal.store, published, attachments=attachments)


def keep(journal: Sealed, *exchanges: Exchange) -> list[str]:
    """Into the journal and under one seal."""
    for exchange in exchanges:
        journal.store.journal.record(exchange)
    journal.store.sealed_journal._sealed_to = ""  # as after a start: they are older than what is sealed already
    assert journal.seal() == len(exchanges)
    return [exchange.id for exchange in exchanges]


def pruning_of(journal: Sealed, years: int = 5, signer: JournalSigner | None = None) -> PruneJournal:
    store = journal.store
    return PruneJournal(
        store.retained_journal, store.sealed_journal, store.holds, signer or journal.signer, Retention(years),
        lambda: journal.now, lambda: str(uuid7()),
    )  # fmt: skip


def prune(journal: Sealed, by: Answerable = OFFICER) -> tuple[set[str], Counter[Kept]]:
    """Everything that is due. Ids that went, and why the others stayed."""
    gone, kept = set[str](), Counter[Kept]()
    for page in pruning_of(journal).remove(by):
        gone |= page.due.keys()
        kept += page.kept
    return gone, kept


def seal_later(journal: Sealed) -> int:
    """When what was recorded a moment ago has settled."""
    journal.now += timedelta(seconds=5)
    return journal.seal()


def holding(journal: Sealed) -> HoldRecords:
    return HoldRecords(journal.store.holds, lambda: journal.now, lambda: str(uuid7()))


def there(journal: Sealed) -> set[str]:
    with journal.store._writing.connect() as connection:
        return set(connection.execute(text("SELECT id FROM exchange WHERE direction <> 'own'")).scalars())


@pytest.fixture
def house(journal: Sealed) -> Sealed:
    """Three old records of a permit that expired in 2020, sealed."""
    issue(journal)
    keep(journal, long_ago(2019), long_ago(2019, outcome="AccessDenied"), long_ago(2019, operation="ConfirmQuantities"))
    return journal


def test_five_years_after_the_permit_has_expired_its_records_go(journal) -> None:
    issue(journal)
    issue(journal, "MZ26EX000002", ends=datetime(2022, 1, 1, tzinfo=UTC))
    issue(journal, "MZ26EX000003", ends=None)
    out = {"direction": Direction.OUT, "callee": "za", "permit_number": "ZA1"}
    due = keep(
        journal,
        long_ago(2019),
        long_ago(2020, permit_number=None),
        long_ago(2017, **out),  # a permit that was new on that day was valid for three years at most
    )
    kept = keep(
        journal,
        long_ago(2022),  # asked for when it had long expired
        long_ago(2019, permit_number="MZ26EX000002"),
        long_ago(2019, permit_number="MZ26EX000003"),  # says no last day
        long_ago(2015, permit_number="MZ26EX000009"),  # nobody knows that permit
        long_ago(2018, **out),
        long_ago(2022, permit_number=None),
    )
    gone, why = prune(journal)
    assert gone == set(due)
    assert there(journal) == set(kept)
    assert why == {Kept.PERMIT: 2, Kept.UNKNOWN: 2}  # the others are not even old enough to be looked at
    assert prune(journal)[0] == set()


def test_of_two_authorities_with_one_number_the_later_expiry_counts(house) -> None:
    issue(house, authority=ManagementAuthority(MZ, "DNFFB"), ends=datetime(2024, 1, 1, tzinfo=UTC))
    assert prune(house) == (set(), {Kept.PERMIT: 3})


def test_a_dry_run_says_the_same_and_removes_nothing(house) -> None:
    before = there(house)
    (page,) = pruning_of(house).due()
    assert page.due.keys() == before == there(house)
    assert house.flaws == []


def test_after_pruning_the_journal_verifies_and_says_how_many_are_gone(house) -> None:
    keep(house, long_ago(2025))
    gone, _ = prune(house)
    assert house.flaws == []  # although the record of it is not sealed yet: it is signed
    assert seal_later(house) == 1
    checked, flaws = house.verify()
    assert flaws == []
    assert [each.removed for each in checked] == [3, 0, 0]
    assert len(gone) == 3


def test_who_verifies_while_somebody_prunes_sees_both_sides(house) -> None:
    leaves = house.store.sealed_journal.leaves(1)
    first = next(leaves)
    prune(house)
    prunings = Prunings(house.store.sealed_journal, house.verifier)
    assert (first.is_gone, [prunings.of(leaf) is not None for leaf in leaves]) == (False, [True, True])


def test_the_record_of_a_deletion_names_what_went_who_and_why(house) -> None:
    leaves = {leaf.exchange_id: leaf.hash.hex() for leaf in house.store.sealed_journal.leaves(1)}
    prune(house)
    (record,) = house.store.journal.latest(1)
    assert (record.direction, record.operation, record.outcome) == (Direction.OWN, "JournalPruned", "ok")
    said = json.loads(record.request)
    assert said["records"] == leaves
    assert (said["person"], said["reason"], said["years"]) == ("A. Cossa", "five years after expiry", 5)
    assert datetime.fromisoformat(said["at"]) == NOW


def test_the_record_of_a_deletion_is_never_removed(house) -> None:
    prune(house)
    seal_later(house)
    house.now += timedelta(days=50 * 365)
    assert prune(house) == (set(), {Kept.OWN: 1})


@pytest.mark.parametrize("by", [Answerable(" ", "why"), Answerable("A. Cossa", "")])
def test_somebody_answers_for_what_is_removed(house, by) -> None:
    with pytest.raises(InvalidRequest):
        prune(house, by)
    assert len(there(house)) == 3


def test_without_a_key_nothing_is_removed(store, ours) -> None:
    unsigned = Sealed(store, ours, signed=False)
    issue(unsigned)
    keep(unsigned, long_ago(2019))
    with pytest.raises(InvalidRequest, match="needs a key"):
        prune(unsigned)


def test_what_is_not_sealed_stays(house) -> None:
    house.store.journal.record(long_ago(2019))
    prune(house)
    assert len(there(house)) == 1


def test_a_record_that_was_changed_stays_so_that_pruning_hides_nothing(house) -> None:
    changed, nonsense = house.ids(0, 2)
    house.attack(
        f"UPDATE exchange SET outcome = 'InvalidRequest' WHERE id = '{changed}'",
        f"UPDATE exchange SET ended_at = 'nonsense' WHERE id = '{nonsense}'",
    )
    gone, kept = prune(house)
    assert gone == set(house.ids(2, 1))
    assert kept == {Kept.CHANGED: 2}
    assert len(house.flaws) == 2


def test_many_records_go_page_by_page(house, monkeypatch) -> None:
    monkeypatch.setattr("gateway.exchange.prune_journal.AT_ONCE", 2)
    assert [len(page.due) for page in pruning_of(house).remove(OFFICER)] == [2, 1]
    assert seal_later(house) == 2
    assert house.verify()[0][0].removed == 3
    assert house.flaws == []


def test_whoever_stops_halfway_leaves_whole_pages(house, monkeypatch) -> None:
    monkeypatch.setattr("gateway.exchange.prune_journal.AT_ONCE", 2)
    next(pruning_of(house).remove(OFFICER))
    assert len(there(house)) == 1
    assert house.flaws == []


def test_a_page_that_fails_leaves_nothing_half_done(house) -> None:
    """The last of its records cannot be deleted: neither are the others, and nothing says that they were."""
    first, *_, last = house.ids(0, 3)
    pruning = Pruning(NOW.isoformat(), "A", "B", 5, {}, []).exchange(str(uuid7()), house.signer)
    holding(house).hold([], [last], OFFICER)
    assert not house.store.retained_journal.remove(pruning, [first, last], [])
    assert not house.store.retained_journal.remove(pruning, [first, str(uuid4())], [])
    assert len(there(house)) == 3
    assert not any(leaf.removed_by for leaf in house.store.sealed_journal.leaves(1))
    assert house.store.journal.latest(1)[0].direction is Direction.IN


# --- Legal hold -------------------------------------------------------------------------------------------------------


def test_what_is_held_stays_until_it_is_released(house) -> None:
    one = house.ids(0, 1)[0]
    (hold,), records = holding(house).hold([], [one.upper()], OFFICER)
    assert records == 1
    assert prune(house)[1] == {Kept.HELD: 1}
    assert there(house) == {one}
    holding(house).release(hold.id, Answerable("J. Macuácua", "case closed"))
    assert prune(house)[0] == {one}
    (kept,) = house.store.holds.all()
    assert (kept.person, kept.release.person, kept.release.reason) == ("A. Cossa", "J. Macuácua", "case closed")


def test_a_permit_is_held_with_all_that_names_it_in_either_direction(house) -> None:
    keep(house, long_ago(2015, direction=Direction.OUT, callee="za"), long_ago(2015, permit_number=None))
    _, records = holding(house).hold([NUMBER.text], [], OFFICER)
    assert records == 4
    gone, kept = prune(house)
    assert (len(gone), kept) == (1, {Kept.HELD: 4})


def test_two_holds_are_two(house) -> None:
    (first, _), _ = holding(house).hold([NUMBER.text, NUMBER.text], [], OFFICER)
    holding(house).release(first.id, OFFICER)
    assert prune(house)[1] == {Kept.HELD: 3}


def test_a_hold_that_comes_while_somebody_prunes_is_obeyed_by_the_database_itself(house) -> None:
    held = house.ids(1, 1)[0]
    pruning = pruning_of(house)

    class Late:
        """Gives what was held a moment ago, the first time."""

        asked = 0

        def held(self) -> frozenset[str]:
            self.asked += 1
            before = house.store.holds.held()
            if self.asked == 1:
                holding(house).hold([], [held], OFFICER)
            return before

    (page,) = replace(pruning, holds=Late()).remove(OFFICER)
    assert (len(page.due), page.kept) == (2, {Kept.HELD: 1})
    assert there(house) == {held}


@pytest.mark.parametrize("names", [([], []), ([], [str(uuid4())]), (["no such, number"], [])])
def test_a_hold_of_nothing_is_refused(house, names) -> None:
    with pytest.raises(InvalidRequest):
        holding(house).hold(*names, OFFICER)
    assert house.store.holds.all() == []


def test_a_hold_is_released_once_by_somebody_who_answers_for_it(house) -> None:
    (hold,), _ = holding(house).hold([NUMBER.text], [], OFFICER)
    for identity, by in ((str(uuid4()), OFFICER), (hold.id, Answerable("", "why"))):
        with pytest.raises(InvalidRequest):
            holding(house).release(identity, by)
    holding(house).release(hold.id, OFFICER)
    with pytest.raises(InvalidRequest):
        holding(house).release(hold.id, OFFICER)


# --- What the database lets through ----------------------------------------------------------------------------------


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


# --- Who tries to hide behind it -------------------------------------------------------------------------------------


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


def test_more_records_of_deletions_than_are_kept_in_memory(house, monkeypatch) -> None:
    monkeypatch.setattr("gateway.exchange.prune_journal.AT_ONCE", 1)
    monkeypatch.setattr("gateway.exchange.pruning._READ_AT_ONCE", 1)
    prune(house)
    prunings = Prunings(house.store.sealed_journal, house.verifier)
    leaves = list(house.store.sealed_journal.leaves(1))
    assert len({prunings.of(leaf)[0] for leaf in (*leaves, *leaves)}) == 3


# --- Contents --------------------------------------------------------------------------------------------------------


def contents(journal: Sealed) -> set[bytes]:
    with journal.store._writing.connect() as connection:
        return {bytes(found) for found in connection.execute(text("SELECT bytes FROM content")).scalars()}


def with_document(journal: Sealed) -> Spliced:
    """An answer that is put together from the document and the picture of the permit."""
    (kept,) = journal.store.answers.find(MZ, NUMBER)
    document = journal.store.answers.document(kept, "v1", Form.NON_FINAL)
    (picture,) = journal.store.answers.attachments(kept)
    return Spliced((b"<a>", document.content, b"</a>", picture.content))


@pytest.fixture
def replaced(journal: Sealed) -> tuple[Sealed, Spliced]:
    """A permit whose document was replaced, and the answer that was given before."""
    published = a_published()
    publish(
        journal.store, replace(published, permit=replace(published.permit, valid_until=ENDS)), attachments=(PICTURE,)
    )
    answer = with_document(journal)
    with journal.store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
        document = replace(journal.store.answers.document(*find(journal)), content=b"<CBFShip>later</CBFShip>")
        work.permits.change(stored, stored.published, {("v1", Form.NON_FINAL): document})
        work.commit()
    assert b"<CBFShip/>" in contents(journal)
    return journal, answer


def find(journal: Sealed):
    (kept,) = journal.store.answers.find(MZ, NUMBER)
    return kept, "v1", Form.NON_FINAL


def test_contents_go_with_the_last_record_that_names_them_but_never_those_of_a_permit(replaced) -> None:
    journal, answer = replaced
    keep(journal, long_ago(2019, answer=answer))
    prune(journal)
    assert b"<CBFShip/>" not in contents(journal)
    assert {b"<CBFShip>later</CBFShip>", PICTURE.content} <= contents(journal)
    assert journal.flaws == []


@pytest.mark.parametrize("sealed", [True, False])
def test_contents_that_another_record_names_stay(replaced, sealed) -> None:
    journal, answer = replaced
    keep(journal, long_ago(2019, answer=answer))
    journal.store.journal.record(long_ago(2025, answer=answer))
    if sealed:
        journal.seal()
    prune(journal)
    assert b"<CBFShip/>" in contents(journal)
    assert seal_later(journal) == (1 if sealed else 2)
    assert journal.flaws == []


def test_contents_whose_turn_was_missed_go_the_next_time(replaced, monkeypatch) -> None:
    """The gateway was killed between the records and their contents."""
    journal, answer = replaced
    keep(journal, long_ago(2019, answer=answer))
    next(pruning_of(journal).remove(OFFICER))
    assert b"<CBFShip/>" in contents(journal)
    keep(journal, long_ago(2019))
    prune(journal)
    assert b"<CBFShip/>" not in contents(journal)
