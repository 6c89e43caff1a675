"""Hostile rows in the journal: `verify` reports each one, and never fails."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path

import pytest

from gateway.domain.errors import DatabaseProblem, ServiceUnavailable
from gateway.exchange.canonical_json import canonical
from gateway.exchange.journal.heads import Statement
from gateway.exchange.journal.records.hold import HELD, RELEASED
from gateway.exchange.journal.records.pruning import OPERATION as PRUNED
from gateway.exchange.journal.records.timestamp import STAMPED
from gateway.exchange.ports import Direction
from gateway.store import open_store
from tests.long_haul import repetitions
from tests.pki import Identity
from tests.store.journal.sealing_acts import NOW, OFFICER, Sealed, holding, seal_later
from tests.store.store_acts import NUMBER, an_exchange, clock

pytestmark = pytest.mark.slow

DEEP = "[" * 100_000 + "]" * 100_000
DEEP_BUT_READABLE = "[" * 900 + "]" * 900
ODD = [
    None,
    "",
    "x",
    0,
    -1,
    1.5,
    True,
    [],
    {},
    [[]],
    {"a": {}},
    10**400,
    float("inf"),
    float("nan"),
    "\ud800",
    "9" * 5000,
    "2026-03-05",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    json.loads(DEEP_BUT_READABLE),
]


BYTES = ("request", "answer")


@pytest.fixture
def sealed(journal: Sealed) -> Sealed:
    return with_two_heads(journal)


@pytest.fixture
def sealed_in_file(file: Path, ours: Identity) -> Iterator[Sealed]:
    """The same in SQLite, for statements: bytes that neither kind of database looks into."""
    with closing(open_store(f"sqlite:///{file}", clock)) as store:
        yield with_two_heads(Sealed(store, ours))


def with_two_heads(journal: Sealed) -> Sealed:
    for _ in range(2):
        journal.record(1)
        journal.seal()
    return journal


def put(journal: Sealed, statement: bytes) -> None:
    """In place of the first head's."""
    journal.attack(
        "UPDATE journal_head SET statement = :statement WHERE batch = 1", statement=statement
    )


@pytest.mark.long_haul  # the short form has odd records
@pytest.mark.parametrize("field", [field.name for field in fields(Statement)])
def test_no_value_of_a_head_is_too_odd_to_be_named(sealed_in_file: Sealed, field: str) -> None:
    sealed = sealed_in_file
    head, *_ = sealed.store.sealed_journal.heads()
    said = json.loads(head.statement)
    for odd in ODD[:: repetitions(short=2, long=1)]:  # some of each type in the short form
        if odd == said[field]:
            continue
        put(sealed, canonical({**said, field: odd}))
        assert any("head 1" in flaw.lower() for flaw in sealed.flaws), odd


def test_no_text_in_place_of_a_head_is_too_odd_to_be_named(sealed_in_file: Sealed) -> None:
    texts = ("[]", "1", '"x"', "null", "{", "\x00", '{"v":1}', '{"v":[]}', "NaN", "1" * 5000)
    for statement in (DEEP, *texts):
        put(sealed_in_file, statement.encode())
        flaws = sealed_in_file.flaws
        assert any("statement of head 1 cannot be read" in flaw for flaw in flaws), statement


@pytest.mark.parametrize("column", ["statement", "signature", "certificates", "hash"])
def test_no_kind_of_value_is_too_odd_to_be_named(sealed: Sealed, column: str) -> None:
    """SQLite keeps whatever it is given, whatever the column was made for."""
    table = "journal_leaf" if column == "hash" else "journal_head"
    for value in ("''", "'[]'", "5", "-1.5", "'é'", "x'ff'"):
        bytes_of_it = value if value.startswith("'") else "''"
        kept = f"convert_to({bytes_of_it}, 'UTF8')" if sealed.on_server else value
        sealed.attack(f"UPDATE {table} SET {column} = {kept} WHERE batch = 2")
        assert sealed.flaws != [], value


@pytest.mark.parametrize(
    "column", ["began_at", "ended_at", "operation", "caller", "outcome", "request", "answer"]
)
def test_a_record_of_any_kind_is_named_and_keeps_none_after_it_from_being_sealed(
    sealed: Sealed, column: str
) -> None:
    ours, others = sealed.ids(0, 1)[0], sealed.record(2)
    texts = ["'0001-01-01T00:00:00+14:00'", "'2026-03-05'", "'x'", "''"]
    numbers_and_bytes = [] if sealed.on_server else ["x'ff'", "99999999999999", "-1.5"]
    values = (
        [f"convert_to({value}, 'UTF8')" for value in texts]
        if sealed.on_server and column in BYTES
        else texts
    )
    for value in values + numbers_and_bytes:
        sealed.attack(
            *(
                f"UPDATE exchange SET {column} = {value} WHERE id = '{victim}'"
                for victim in (ours, others[0])
            )
        )
        assert any(ours in flaw for flaw in sealed.flaws), value
    assert seal_later(sealed) in (1, 2)
    assert not any(others[1] in flaw for flaw in sealed.flaws)


def test_nothing_is_sealed_after_an_unreadable_head_and_sealing_raises(
    sealed: Sealed,
) -> None:
    sealed.attack("UPDATE journal_head SET statement = '' WHERE batch = 2")
    sealed.record(1)
    with pytest.raises(
        ServiceUnavailable, match="newest head of the journal cannot be read"
    ) as told:
        seal_later(sealed)
    assert told.value.problem is DatabaseProblem.DAMAGED
    assert len(list(sealed.store.sealed_journal.heads())) == 2


@pytest.mark.parametrize("operation", [HELD, RELEASED, STAMPED, PRUNED])
def test_no_record_that_our_people_never_made_is_too_odd_to_be_looked_at(
    sealed: Sealed, operation: str
) -> None:
    """The gateway seals every row of its journal: a forged record is reported, or has no effect."""
    (hold,), _ = holding(sealed).hold([NUMBER.text], [], OFFICER)
    names = ("v", "hold", "batch", "stamp", "at", "records", "years", "signature")
    texts = [DEEP, "[]", "null", "x", "", *(json.dumps(dict.fromkeys(names, odd)) for odd in ODD)]
    texts += [json.dumps({"v": 1, "hold": hold.id, "batch": odd, "stamp": odd}) for odd in ODD]
    for said in texts:
        made = said.encode("utf-8", "surrogatepass")
        sealed.store.journal.record(
            an_exchange(
                direction=Direction.OWN,
                operation=operation,
                began_at=NOW,
                request=made,
                answer=made,
            )
        )
    assert seal_later(sealed) == len(texts) + 1
    assert all(
        operation == PRUNED or "hold" in flaw or "time-stamp" in flaw for flaw in sealed.flaws
    )


def test_a_time_stamp_is_told_of_once(sealed: Sealed) -> None:
    """An exchanged one is not made up for by a later record."""
    stamped = replace(an_exchange(), direction=Direction.OWN, operation=STAMPED, began_at=NOW)
    for stamp in ("11", "22"):
        message = canonical({"v": 1, "batch": 1, "stamp": stamp})
        sealed.store.journal.record(replace(stamped, id=an_exchange().id, request=message))
    seal_later(sealed)
    assert sealed.flaws == ["The time-stamp of head 1 is missing: it was removed."]
