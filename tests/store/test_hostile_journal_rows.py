"""Whoever can write the database writes what he likes into the journal: `verify` names it, and never falls over it."""

import json
from dataclasses import fields, replace

import pytest
from sealing_acts import NOW, OFFICER, Sealed, holding, seal_later
from sqlalchemy import text
from store_acts import NUMBER, an_exchange

from gateway.domain.errors import ServiceUnavailable, Trouble
from gateway.exchange.hold_deeds import HELD, RELEASED
from gateway.exchange.journal_heads import Statement, canonical
from gateway.exchange.ports import Direction
from gateway.exchange.pruning import OPERATION as PRUNED
from gateway.exchange.stamp_deeds import STAMPED

DEEP = "[" * 100_000 + "]" * 100_000
DEEP_BUT_READABLE = "[" * 900 + "]" * 900
ODD = [
    None, "", "x", 0, -1, 1.5, True, [], {}, [[]], {"a": {}}, 10**400, float("inf"), float("nan"), "\ud800", "9" * 5000,
    "2026-03-05", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", json.loads(DEEP_BUT_READABLE),
]  # fmt: skip


BYTES = ("request", "answer")


@pytest.fixture
def sealed(journal: Sealed) -> Sealed:
    for _ in range(2):
        journal.record(1)
        journal.seal()
    return journal


def put(journal: Sealed, statement: bytes) -> None:
    """In place of the first head's."""
    with journal.store._writing.begin() as connection:
        connection.execute(
            text("UPDATE journal_head SET statement = :statement WHERE batch = 1"), {"statement": statement}
        )


@pytest.mark.parametrize("field", [field.name for field in fields(Statement)])
def test_no_value_of_a_head_is_too_odd_to_be_named(sealed: Sealed, field: str) -> None:
    sealed.attack()
    (head, *_) = sealed.store.sealed_journal.heads()
    said = json.loads(head.statement)
    for odd in ODD:
        if odd == said[field]:
            continue
        put(sealed, canonical({**said, field: odd}))
        assert any("head 1" in flaw.lower() for flaw in sealed.flaws), odd


@pytest.mark.parametrize(
    "statement", [DEEP, "[]", "1", '"x"', "null", "{", "\x00", '{"v":1}', '{"v":[]}', "NaN", "1" * 5000]
)
def test_no_text_in_place_of_a_head_is_too_odd_to_be_named(sealed: Sealed, statement: str) -> None:
    sealed.attack()
    put(sealed, statement.encode())
    assert any("statement of head 1 cannot be read" in flaw for flaw in sealed.flaws)


@pytest.mark.parametrize("column", ["statement", "signature", "certificates", "hash"])
@pytest.mark.parametrize("value", ["''", "'[]'", "5", "-1.5", "'é'", "x'ff'"])
def test_no_kind_of_value_is_too_odd_to_be_named(sealed: Sealed, column: str, value: str) -> None:
    """SQLite keeps whatever it is given, whatever the column was made for."""
    if sealed.on_server:
        value = f"convert_to({value if value.startswith(chr(39)) else chr(39) * 2}, 'UTF8')"
    table = "journal_leaf" if column == "hash" else "journal_head"
    sealed.attack(f"UPDATE {table} SET {column} = {value} WHERE batch = 2")
    assert sealed.flaws != []


@pytest.mark.parametrize("column", ["began_at", "ended_at", "operation", "caller", "outcome", "request", "answer"])
def test_a_record_of_any_kind_is_named_and_keeps_none_after_it_from_being_sealed(sealed: Sealed, column: str) -> None:
    ours, others = sealed.ids(0, 1)[0], sealed.record(2)
    texts = ["'0001-01-01T00:00:00+14:00'", "'2026-03-05'", "'x'", "''"]
    numbers_and_bytes = [] if sealed.on_server else ["x'ff'", "99999999999999", "-1.5"]
    values = [f"convert_to({value}, 'UTF8')" for value in texts] if sealed.on_server and column in BYTES else texts
    for value in values + numbers_and_bytes:
        sealed.attack(
            *(f"UPDATE exchange SET {column} = {value} WHERE id = '{victim}'" for victim in (ours, others[0]))
        )
        assert any(ours in flaw for flaw in sealed.flaws), value
    assert seal_later(sealed) in (1, 2)
    assert not any(others[1] in flaw for flaw in sealed.flaws)


def test_nothing_is_sealed_after_a_head_that_cannot_be_read_and_whoever_seals_is_told(sealed: Sealed) -> None:
    sealed.attack("UPDATE journal_head SET statement = '' WHERE batch = 2")
    sealed.record(1)
    with pytest.raises(ServiceUnavailable, match="newest head of the journal cannot be read") as told:
        seal_later(sealed)
    assert told.value.trouble is Trouble.DAMAGED
    assert len(list(sealed.store.sealed_journal.heads())) == 2


@pytest.mark.parametrize("operation", [HELD, RELEASED, STAMPED, PRUNED])
def test_no_record_that_our_people_never_made_is_too_odd_to_be_looked_at(sealed: Sealed, operation: str) -> None:
    """The gateway seals whatever stands in its journal: what it cannot tell from its own is named, or means nothing."""
    (hold,), _ = holding(sealed).hold([NUMBER.text], [], OFFICER)
    names = ("v", "hold", "batch", "stamp", "at", "records", "years", "signature")
    texts = [DEEP, "[]", "null", "x", "", *(json.dumps(dict.fromkeys(names, odd)) for odd in ODD)]
    texts += [json.dumps({"v": 1, "hold": hold.id, "batch": odd, "stamp": odd}) for odd in ODD]
    for said in texts:
        made = said.encode("utf-8", "surrogatepass")
        sealed.store.journal.record(
            an_exchange(direction=Direction.OWN, operation=operation, began_at=NOW, request=made, answer=made)
        )
    assert seal_later(sealed) == len(texts) + 1
    assert all(operation == PRUNED or "hold" in flaw or "time-stamp" in flaw for flaw in sealed.flaws)


def test_a_time_stamp_is_told_of_once(sealed: Sealed) -> None:
    """Who exchanges one cannot make up for it with a later record."""
    stamped = replace(an_exchange(), direction=Direction.OWN, operation=STAMPED, began_at=NOW)
    for stamp in ("11", "22"):
        message = canonical({"v": 1, "batch": 1, "stamp": stamp})
        sealed.store.journal.record(replace(stamped, id=an_exchange().id, request=message))
    seal_later(sealed)
    assert sealed.flaws == ["The time-stamp of head 1 is missing: it was removed."]
