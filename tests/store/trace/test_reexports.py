"""Re-exports in the database: by what they came with, by days, and issuers of a number."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from gateway.domain.permit.permit import Permit
from gateway.domain.permit.status import Status
from gateway.domain.published import PublishedPermit
from gateway.domain.trace.named import DocumentName
from gateway.store import Store, migrate, migrate_back, open_store
from tests.builders import ISSUED, a_permit, a_reexport
from tests.store.customs.test_look_ups import LOOK_UP
from tests.store.people.test_accounts import ACCOUNT
from tests.store.store_acts import ANAC, clock, publish

CAME = DocumentName("MZ", "MZ25RX0012")
ORIGIN = DocumentName("ZW", "ZW25EX0907")
OURS = DocumentName("MZ", "MZ26RX000001")
THEIRS = DocumentName("ZA", "ZA26RX000001")
YEAR = date(2026, 1, 1), date(2026, 12, 31)


def put(store: Store, of: Permit, **changes: object) -> PublishedPermit:
    return publish(store, PublishedPermit(ANAC, of, **changes))


def test_a_reexport_is_found_by_the_document_that_its_goods_came_with(store: Store) -> None:
    put(store, a_reexport(OURS.number))
    publish(store)  # an export
    assert store.reexports.naming(CAME, 9) == [OURS]
    assert not store.reexports.naming(ORIGIN, 9)  # box 12a goes before box 12
    assert not store.reexports.naming(replace(CAME, country="ZA"), 9)
    assert not store.reexports.naming(replace(CAME, number="mz25rx0012"), 9)


def test_what_partners_answered_with_is_noted_once(store: Store) -> None:
    put(store, a_reexport(OURS.number))
    for _ in range(2):
        store.reexports.note(THEIRS, [CAME, ORIGIN], clock())
    assert store.reexports.naming(CAME, 9) == [OURS, THEIRS]
    assert store.reexports.naming(ORIGIN, 9) == [THEIRS]
    assert store.reexports.naming(CAME, 1) == [OURS]
    store.reexports.note(THEIRS, [], clock())


def test_a_changed_permit_names_what_it_names_now(store: Store) -> None:
    published = put(store, a_reexport(OURS.number))
    (line,) = published.permit.positions
    changed = replace(published.permit, positions=(replace(line, last_reexport=None),))
    with store.begin_work() as work:
        stored = work.permits.get(ANAC, published.permit.number)
        assert stored is not None
        work.permits.change(stored, replace(published, permit=changed), {})
        work.commit()
    assert not store.reexports.naming(CAME, 9)
    assert store.reexports.naming(ORIGIN, 9) == [OURS]


def test_the_reexports_of_a_year_come_page_by_page(store: Store) -> None:
    for at in range(3):
        put(store, a_reexport(f"MZ26RX00000{at}"))
    put(store, a_reexport("MZ26RX000004", issued_at=ISSUED - timedelta(days=1)))
    nameless = replace(a_reexport().positions[0], origin=None, last_reexport=None)
    put(store, a_reexport("MZ26RX000009", positions=(nameless,)))
    put(store, a_reexport("MZ25RX000009", issued_at=ISSUED - timedelta(days=365)))
    publish(store, PublishedPermit(replace(ANAC, code="OTHER"), a_reexport("MZ26RX000005")))
    found, place = [], None
    while page := store.reexports.of_days([ANAC], *YEAR, place, 2):
        assert len(page) <= 2
        place = page[-1][0]
        found += [name.number for _, name in page]
    assert found == [*(f"MZ26RX00000{at}" for at in (4, 0, 1, 2)), "MZ26RX000009"]


@pytest.mark.slow
def test_permits_that_were_there_before_are_found_after_the_migration(url: str) -> None:
    store = open_store(url, clock)
    put(store, a_reexport(OURS.number))
    nameless = replace(a_reexport().positions[0], origin=None, last_reexport=None)
    put(store, a_reexport("MZ26RX000002", positions=(nameless,)))
    publish(store, PublishedPermit(ANAC, a_permit()))
    lines = "SELECT * FROM reexport_line ORDER BY permit_id"
    with store._engines.reading.connect() as connection:
        before = connection.execute(text(lines)).all()
    store.close()
    migrate_back(url, "0030")
    migrate(url)
    store = open_store(url, clock)
    with store._engines.reading.connect() as connection:
        assert connection.execute(text(lines)).all() == before
    assert len(before) == 2
    assert store.reexports.naming(CAME, 9) == [OURS]
    store.close()


def test_issuers_of_a_number_and_permits_to_inspect(store: Store) -> None:
    put(store, a_permit(LOOK_UP.number))
    put(store, a_permit("MZ26EX000002"), status=Status.FINAL)
    with store.accounts.begin() as work:
        work.add(ACCOUNT)
        work.commit()
    store.look_ups.add(replace(LOOK_UP, country="ZA"))
    records = store.risk_records
    assert records.issuers_of(LOOK_UP.number) == ["MZ/ANAC", "ZA"]
    assert not records.issuers_of("another")
    assert [name.number for name in records.newest_open(9)] == [LOOK_UP.number]
    assert not records.newest_open(9, {"MZ"})
    assert records.looked_up(9) == [DocumentName("ZA", LOOK_UP.number)]
