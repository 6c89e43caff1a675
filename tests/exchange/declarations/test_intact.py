"""Somebody who can write the database frees no quantity: events are those of signed records."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.domain.declarations.use import Act
from gateway.domain.errors import PermitAltered
from gateway.exchange.declarations.record import UseRecords
from gateway.exchange.ports import JournalFilter
from tests.exchange.declarations.office import (
    CROCODILES,
    NOON,
    OFFICER,
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
