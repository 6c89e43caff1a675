"""Search of permits and their trail, on both databases, and by the indexes that are for them."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.permit.status import Status
from gateway.exchange.ports import Direction, Exchange
from gateway.store import Store
from tests.store.store_acts import ANAC, MZ, a_published, clock, publish

OTHER = Authority(IsoCountryCode("MZ"), "FOREST")
NUMBERS = ["A-1", "A/1 z", "AB", "Aa", "B.1", "a", "zz"]


def numbers(found) -> list[str]:
    return [each.permit.number.text for each in found]


def place(store: Store, number: str) -> int:
    found = store.permit_search.place(ANAC, CertificateNumber(number))
    assert found is not None
    return found


@pytest.mark.both_databases
def test_permits_are_found_by_the_beginning_of_their_number_page_by_page(store: Store) -> None:
    for number in NUMBERS:
        publish(store, a_published(number))
    publish(store, a_published("AB", OTHER))
    search, found, after = store.permit_search, [], ""
    while page := numbers(search.numbered(ANAC, "A", after, 2)):
        found += page
        after = page[-1]
    assert sorted(found) == ["A-1", "A/1 z", "AB", "Aa"]
    assert numbers(search.numbered(ANAC, "A/1", "", 9)) == ["A/1 z"]
    assert numbers(search.numbered(ANAC, "%", "", 9)) == []
    assert numbers(search.numbered(ANAC, "zz", "", 9)) == ["zz"]
    assert search.numbered(Authority(MZ, "NONE"), "A", "", 9) == []


@pytest.mark.slow
def test_the_newest_permits_of_some_statuses_come_page_by_page(store: Store) -> None:
    for at, number in enumerate(NUMBERS):
        status = Status.LOST if at % 3 == 0 else Status.ISSUED
        publish(store, a_published(number, status=status))
    publish(store, a_published("X", OTHER))
    search, every = store.permit_search, list(Status)
    assert numbers(search.newest(ANAC, every, None, 9)) == NUMBERS[::-1]
    assert numbers(search.newest(ANAC, [Status.LOST], None, 9)) == ["zz", "Aa", "A-1"]
    first = search.newest(ANAC, every, None, 3)
    assert numbers(search.newest(ANAC, every, first[-1].place, 9)) == NUMBERS[-4::-1]
    found = place(store, "Aa")
    assert search.named(found) == (ANAC, CertificateNumber("Aa"))
    assert search.named(999_999) is None
    assert search.place(OTHER, CertificateNumber("Aa")) is None


def exchange(
    place: int, caller: str | None, *, direction=Direction.IN, outcome="ok", number="N", **changes
) -> Exchange:
    at = clock() + timedelta(minutes=place)
    operation = changes.pop("operation", "GetFinalCertificate")
    return Exchange(
        f"019a0000-0000-7000-8000-0000000000{place:02d}", direction, at, at, operation, caller,
        changes.pop("callee", "MZ"), None, number, outcome, b'{"person":"P"}', b"<answer/>",
    )  # fmt: skip


def test_the_trail_has_partners_and_acts_of_a_permit_and_nothing_of_others(store: Store) -> None:
    for each in (
        exchange(1, "za"),
        exchange(2, "bw", outcome="CertificateNotFound"),
        exchange(3, "za", number="M"),
        exchange(4, None, direction=Direction.OUT, callee="za"),
        exchange(5, "za", callee="BW"),
        exchange(6, None, direction=Direction.OWN, callee=None, operation="PermitLost"),
        exchange(7, None, direction=Direction.OWN, callee=None, operation="PermitRecorded"),
        exchange(8, "MZ/ANAC", operation="ledger close"),
        exchange(9, "na", operation="ConfirmQuantities"),
        exchange(10, "na", operation="ServiceState"),
    ):
        store.journal.record(each)
    trail = store.permit_trail
    found = trail.newest(MZ, "N", None, 9)
    assert [each.id[-2:] for each in found] == ["10", "09", "08", "06", "02", "01"]
    assert [each.message for each in found if each.caller is None] == [b'{"person":"P"}'] * 2
    assert {each.message for each in found if each.caller} == {b""}
    assert [each.id[-2:] for each in trail.newest(MZ, "N", found[1].id, 2)] == ["08", "06"]
    asked = trail.inquirers(MZ, "N")
    assert [each.partner for each in asked] == ["na", "za"]
    assert asked[1].last_at == clock() + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (
            "SELECT id FROM permit WHERE authority_id = 1 AND status = 'lost' AND id < 9"
            " ORDER BY id DESC LIMIT 9",
            "ix_permit_of_status",
        ),
        (
            "SELECT id FROM exchange WHERE permit_number = 'N' AND direction <> 'out' AND id < 'x'"
            " ORDER BY id DESC LIMIT 9",
            "ix_exchange_of_permit",
        ),
    ],
)
def test_a_page_walks_an_index_and_sorts_nothing(file, query: str, index: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        plan = " ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}"))
    assert index in plan and "TEMP B-TREE" not in plan
