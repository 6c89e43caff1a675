"""Quota lines in the database: sums of what was confirmed, permitted and reserved."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import create_engine, text

from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.status import Status
from gateway.domain.published import PublishedPermit
from gateway.domain.quotas.account import Basis, Used, used_of
from gateway.domain.quotas.lines import TradeSum
from gateway.exchange.ports.quotas.trade import TradeFilter
from gateway.store import Store, migrate, migrate_back, open_store
from gateway.store.permits.ledger_lines import LARGEST
from tests.builders import ISSUED, a_permit, a_position
from tests.store.store_acts import ANAC, clock, confirm, publish

OTHER = Authority(IsoCountryCode("MZ"), "MADER")
YEAR = TradeFilter("MZ", date(2026, 1, 1), date(2026, 12, 31), date(2026, 3, 10))
LATE = replace(YEAR, today=date(2027, 12, 1))


def permit(number: str, *amounts: str, **changes: object) -> Permit:
    lines = [
        a_position(chr(65 + at), quantity=Quantity(Decimal(amount), "NAR"), quota=None)
        for at, amount in enumerate(amounts)
    ]
    return a_permit(number, positions=tuple(lines), **changes)


def put(store: Store, of: Permit, owner: Authority = ANAC, **changes: object) -> PublishedPermit:
    return publish(store, PublishedPermit(owner, of, **changes))


def only(store: Store, wanted: TradeFilter = YEAR) -> TradeSum:
    (found,) = store.quota_trade.sums(wanted)
    return found


def test_lines_that_are_alike_are_added_up(store: Store) -> None:
    put(store, permit("MZ26EX000001", "5", "3"))
    put(store, permit("MZ26EX000002", "0.5"))
    found = only(store)
    assert (found.authority, found.name, found.term, found.sources) == (
        "ANAC",
        "crocodylus niloticus",
        "SKI",
        "R",
    )
    assert (found.lines, found.confirmed, found.permitted, found.reserved) == (
        3,
        0,
        0,
        Decimal("8.5"),
    )
    number = CertificateNumber.parse("MZ26EX000002")
    assert only(store, replace(YEAR, without=(ANAC, number))).reserved == 8
    of_another = replace(YEAR, without=(OTHER, number))
    assert only(store, of_another).reserved == Decimal("8.5")
    assert only(store, LATE).permitted == Decimal("8.5")
    put(store, permit("MZ26EX000003", "1"), OTHER)
    assert [each.authority for each in store.quota_trade.sums(YEAR)] == ["ANAC", "MADER"]
    named = permit("MZ26EX000004", "1")
    lion = replace(named.positions[0], scientific_name="Panthera LEO (Linnaeus, 1758)")
    put(store, replace(named, positions=(lion,)))
    assert list(store.quota_trade.names()) == ["crocodylus niloticus", "panthera leo"]
    assert not store.quota_trade.sums(replace(YEAR, names={"felis leo"}))
    assert not store.quota_trade.sums(replace(YEAR, country="ZA"))
    assert not store.quota_trade.sums(replace(YEAR, begins=ISSUED.date() + timedelta(days=1)))


def test_what_customs_counted_goes_before_what_was_permitted(store: Store) -> None:
    publish(store)  # A 5 NAR, B 12.5 KGM, C 3 NAR
    confirm(store, "za", "2", "A")
    assert used_of(store.quota_trade.sums(YEAR), "NAR") == Used(
        Decimal(2), Decimal(0), Decimal(6), 2, 1
    )
    late = used_of(store.quota_trade.sums(LATE), None)
    assert (late.confirmed, late.permitted, late.reserved, late.basis) == (2, 3, 0, Basis.BOTH)
    assert used_of(store.quota_trade.sums(YEAR), "GRM").total == 12500


@pytest.mark.parametrize(
    ("status", "permitted", "reserved"),
    [(Status.FINAL, 5, 0), (Status.ISSUED, 0, 5), (Status.CANCELLED, 0, 0)],
)
def test_the_status_says_what_a_permit_takes(
    store: Store, status: Status, permitted: int, reserved: int
) -> None:
    put(store, permit("MZ26EX000001", "5"), status=status)
    found = only(store)
    assert (found.permitted, found.reserved) == (permitted, reserved)


def test_lines_that_do_not_count_have_no_row(store: Store) -> None:
    seized = a_position(sources=("I", "W"))
    for at, (form, lines) in enumerate(
        [
            ({"type": "REEXPORT"}, (a_position(),)),
            ({}, (seized, a_position("B", quantity=None), a_position("C", scientific_name=None))),
            ({"issued_at": None}, (a_position(),)),
        ]
    ):
        put(store, a_permit(f"MZ26EX00001{at}", positions=lines, **form))
    assert not store.quota_trade.sums(YEAR)


def test_a_changed_permit_has_the_lines_of_its_content(store: Store) -> None:
    put(store, permit("MZ26EX000001", "5", "3"))
    with store.begin_work() as work:
        stored = work.permits.get(ANAC, permit("MZ26EX000001").number)
        assert stored is not None
        later = replace(stored.published, permit=permit("MZ26EX000001", "7"))
        work.permits.change(stored, later, {})
        assert [each.reserved for each in work.quota_trade.sums(YEAR)] == [7]
        work.commit()
    assert only(store).reserved == 7


@pytest.mark.both_databases
def test_the_largest_amounts_are_added_without_overflow(store: Store) -> None:
    for at in range(4):
        put(store, permit(f"MZ26EX00002{at}", str(LARGEST), "0.000001"))
    assert only(store).reserved == 4 * LARGEST + Decimal("0.000004")


@pytest.mark.slow
def test_permits_of_before_are_counted_after_the_migration(url: str) -> None:
    opened = open_store(url, clock)
    put(opened, permit("MZ26EX000001", "5", "3"))
    publish(opened, PublishedPermit(ANAC, a_permit("MZ26EX000002", type="REEXPORT")))
    opened.close()
    rows = "SELECT * FROM quota_line ORDER BY permit_id, position"
    engine = create_engine(url)
    with engine.connect() as connection:
        before = connection.execute(text(rows)).all()
    assert len(before) == 2
    engine.dispose()
    migrate_back(url, "0029")
    migrate(url)
    with engine.connect() as connection:
        assert connection.execute(text(rows)).all() == before
    engine.dispose()


def test_sums_are_found_by_an_index(file: object) -> None:
    engine = create_engine(f"sqlite:///{file}")
    by_day = "SELECT name FROM quota_line WHERE authority_id = 1 AND day BETWEEN '1' AND '2'"
    by_name = "SELECT amount FROM quota_line WHERE name IN ('x', 'y') AND authority_id = 1"
    with engine.connect() as connection:
        for query in (by_day, by_name):
            steps = [row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {query}"))]
            assert all("SEARCH" in step and "INDEX" in step for step in steps), steps
    engine.dispose()
