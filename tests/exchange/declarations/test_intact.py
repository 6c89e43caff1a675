"""Somebody who can write the database frees no quantity: events are those of signed records."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.crypto.journal_seal.heads import JournalVerifier
from gateway.domain.declarations.use import Act
from gateway.domain.errors import PermitAltered
from gateway.exchange.declarations import intact
from gateway.exchange.declarations.intact import UseIntegrity
from gateway.exchange.declarations.record import UseRecords
from gateway.exchange.journal.records.proof import require_signed
from gateway.exchange.ports import Exchange, JournalFilter
from tests.exchange.declarations.office import (
    CROCODILES,
    NOON,
    OFFICER,
    SIGNER,
    VERIFIER,
    Office,
    a_declaration,
    new_id,
)

TABLE = "declaration_use"


def tamper(office: Office, statement: str) -> None:
    """Change rows as somebody can who may drop triggers."""
    with office.store._engines.writing.begin() as connection:
        for action in ("update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {TABLE}_no_{action}")
        assert connection.exec_driver_sql(statement).rowcount == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "statement",
    [
        f"DELETE FROM {TABLE} WHERE declaration = '26ZA1'",
        f"UPDATE {TABLE} SET amount = '1' WHERE declaration = '26ZA1'",
        f"UPDATE {TABLE} SET act = 'released' WHERE declaration = '26ZA1'",
        f"UPDATE {TABLE} SET position = 'C' WHERE declaration = '26ZA1'",
    ],
)
def test_nothing_is_counted_on_events_that_were_altered(office: Office, statement: str) -> None:
    office.reserve(a_declaration("26ZA1", A="5"))
    office.reserve(a_declaration("26ZA2", B="1"))
    tamper(office, statement)
    with pytest.raises(PermitAltered, match="signed records"):
        office.reserve(a_declaration("26ZA3", A="1"))
    with pytest.raises(PermitAltered):
        office.check.check(a_declaration("26ZA3", A="1"))
    with pytest.raises(PermitAltered):
        office.act.release("26ZA2", None, OFFICER)
    office.now = NOON + timedelta(days=31)
    assert office.act.lapse() == 0


def test_an_event_with_a_record_that_is_not_signed_counts_for_nothing(office: Office) -> None:
    office.reserve(a_declaration("26ZA1", A="5"))
    with office.store.begin_work() as work:
        (reserved,) = work.declared.of_permit(*CROCODILES)
        released = replace(reserved, id=new_id(), place=1, act=Act.RELEASED, lapses_at=None)
        work.declared.add([released], UseRecords(None).record(new_id(), [released]))
        work.commit()
    assert len(office.store.journal.search(JournalFilter(operation="DeclaredUse"), 9)) == 2
    with pytest.raises(PermitAltered):
        office.reserve(a_declaration("26ZA2", A="1"))


def test_the_signature_of_a_record_is_verified_once_and_a_changed_record_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []

    def counting(record: Exchange, *rest: Any) -> None:
        verified.append(record.id)
        require_signed(record, *rest)

    monkeypatch.setattr(intact, "require_signed", counting)
    for number in range(5):
        office.reserve(a_declaration(f"26ZA{number}", A="1"))
    assert len(set(verified)) == 4
    assert len(verified) == 1 + 2 * 3  # of each count the new record, and one for its certificate
    permit = [event for event, _ in office.store.declared.record_ids(*CROCODILES)]
    search = office.store.journal.search

    def altered(*wanted: Any) -> list[Exchange]:
        """As if somebody had taken a signature out of the database, or put another in."""
        newest, *others = search(*wanted)
        return [replace(newest, answer=others[0].answer), *others]

    monkeypatch.setattr(office.store.journal, "search", altered)
    with pytest.raises(PermitAltered):
        office.intact.require(CROCODILES, permit)
    monkeypatch.setattr(office.store.journal, "search", search)
    office.intact.require(CROCODILES, permit)
    again = len(verified)
    office.intact.require(CROCODILES, permit)
    assert len(verified) == again + 1


def test_a_key_that_is_revoked_after_its_records_were_verified_vouches_for_none(
    office: Office,
) -> None:
    for number in range(3):
        office.reserve(a_declaration(f"26ZA{number}", A="1"))
    with office.store.begin_work() as work:
        events = work.declared.of_permit(*CROCODILES)
    key = SIGNER.certificate.public_bytes(Encoding.DER)
    current = [VERIFIER]
    intact = UseIntegrity(office.store.journal, lambda: current[0])
    intact.require(CROCODILES, events)
    current[0] = JournalVerifier(frozenset({key}), {key: NOON + timedelta(seconds=1)})
    intact.require(CROCODILES, events)
    for now in (JournalVerifier(frozenset({key}), {key: NOON}), JournalVerifier(frozenset())):
        current[0] = now
        with pytest.raises(PermitAltered):
            intact.require(CROCODILES, events)
