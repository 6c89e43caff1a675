"""Permits to inspect: the newest are found by an index, however many rows there are."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.permit.status import Status
from gateway.domain.published import PublishedPermit
from gateway.domain.trace.named import DocumentName
from gateway.store import Store, open_store
from gateway.store.risk import records
from tests.builders import a_permit
from tests.databases import SQLITE, migrated_database
from tests.store.customs.test_look_ups import LOOK_UP
from tests.store.people.test_accounts import ACCOUNT
from tests.store.store_acts import ANAC, clock, publish

OTHER = Authority(IsoCountryCode("MZ"), "MADER")


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Store]:
    with migrated_database(tmp_path, SQLITE) as url:
        store = open_store(url, clock)
        yield store
        store.close()


def test_the_newest_are_found_without_a_scan_of_the_table(on_sqlite: Store) -> None:
    statements: list[tuple[str, object]] = []
    reading = on_sqlite._engines.reading
    event.listen(
        reading,
        "before_cursor_execute",
        lambda *words: statements.append((words[2], words[3])),
    )
    publish(on_sqlite)
    statements.clear()
    on_sqlite.risk_records.newest_open(9)
    on_sqlite.risk_records.looked_up(9)
    steps = []
    with reading.connect() as connection:
        for statement, values in list(statements):
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            steps += [row[3] for row in plan]
    assert any("ix_permit_of_status" in step for step in steps), steps
    assert not [step for step in steps if "TEMP B-TREE" in step], steps
    assert not [step for step in steps if step == "SCAN permit"], steps


def test_the_newest_permits_of_all_authorities_come_first(store: Store) -> None:
    for at, owner in enumerate((ANAC, OTHER, ANAC, OTHER)):
        publish(store, PublishedPermit(owner, a_permit(f"MZ26EX00000{at}")))
    publish(store, PublishedPermit(ANAC, a_permit("MZ26EX000009"), status=Status.FINAL))
    found = [name.number for name in store.risk_records.newest_open(3)]
    assert found == ["MZ26EX000003", "MZ26EX000002", "MZ26EX000001"]


def test_permits_that_were_looked_up_often_stand_once_by_their_newest_look_up(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "_LOOK_UPS_AT_ONCE", 2)
    with store.accounts.begin() as work:
        work.add(ACCOUNT)
        work.commit()
    for at, number in enumerate("3121333"):
        identity = f"01930000-0000-7000-8000-00000000000{at}"
        store.look_ups.add(replace(LOOK_UP, id=identity, country="ZA", number=number))
    assert store.risk_records.looked_up(9) == [DocumentName("ZA", each) for each in "312"]
    assert store.risk_records.looked_up(2) == [DocumentName("ZA", each) for each in "31"]
