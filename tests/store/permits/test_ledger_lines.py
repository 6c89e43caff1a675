"""Ledger lines: CHECK constraints keep confirmed totals within box 11, without the domain too."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import create_engine, text

from gateway.domain.errors import QuantityExceeded
from gateway.domain.ledger.endorsement import Confirmation, Reversal, Role
from gateway.domain.permit.quantity import Quantity
from gateway.store import migrate, migrate_back, open_store
from gateway.store.database import engines
from gateway.store.permits.ledger_lines import LARGEST
from tests.builders import a_permit, a_position
from tests.store.store_acts import ANAC, NUMBER, a_published, clock, confirm, publish

LINES = (
    "SELECT position, authorised, confirmed_at_export, confirmed_at_import FROM ledger_line ORDER"
    " BY position"
)


def kept_lines(store) -> list[tuple[object, ...]]:
    with store._engines.writing.connect() as connection:
        return [tuple(row) for row in connection.execute(text(LINES))]


def of(*quantities: Quantity, **changes):
    positions = tuple(
        a_position(letter, quantity=each) for letter, each in zip("ABC", quantities, strict=False)
    )
    return replace(a_published(), permit=a_permit(NUMBER.text, positions=positions, **changes))


def book_unjudged(store, identity: str, amount: str, position: str = "A") -> None:
    """As a gateway would that had forgotten to look at the ledger."""
    with store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
        event = Confirmation(
            identity,
            identity,
            Role.IMPORT,
            clock(),
            ((position, Quantity(Decimal(amount), "NAR")),),
            "ab" * 32,
        )
        later = replace(stored.published, confirmations=(*stored.published.confirmations, event))
        work.permits.change(stored, later, {})
        work.commit()


def reverse(store, confirmation_id: str) -> None:
    with store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
        gone = Reversal(
            f"no-{confirmation_id}", confirmation_id, clock(), "A. Officer", "counted twice"
        )
        work.permits.change(stored, stored.published.reverse(gone), {})
        work.commit()


def test_lines_are_kept_in_millionths(store):
    publish(store, of(Quantity(Decimal("5"), "NAR"), Quantity(Decimal("12.500001"), "KGM")))
    confirm(store, "za", "0.000001", "B")
    assert kept_lines(store) == [("A", 5_000_000, 0, 0), ("B", 12_500_001, 0, 1)]


@pytest.mark.both_databases
def test_the_constraint_refuses_what_the_domain_did_not_judge(store):
    publish(store, of(Quantity(Decimal("5"), "NAR")))
    book_unjudged(store, "first", "5")
    with pytest.raises(QuantityExceeded) as refused:
        book_unjudged(store, "second", "0.000001")
    assert (refused.value.position, refused.value.box) == ("A", "14")
    assert kept_lines(store) == [("A", 5_000_000, 0, 5_000_000)]
    with store.begin_work() as work:
        assert [event.id for event in work.permits.get(ANAC, NUMBER).published.confirmations] == [
            "first"
        ]


def test_a_reversed_quantity_may_be_confirmed_again(store):
    publish(store, of(Quantity(Decimal("5"), "NAR")))
    book_unjudged(store, "first", "5")
    reverse(store, "first")
    assert kept_lines(store) == [("A", 5_000_000, 0, 0)]
    book_unjudged(store, "second", "4")
    with store.begin_work() as work:
        published = work.permits.get(ANAC, NUMBER).published
    assert [event.id for event in published.effective_confirmations] == ["second"]
    assert [event.person for event in published.reversals] == ["A. Officer"]


def test_a_multi_use_document_has_no_second_lock(store):
    publish(store, of(Quantity(Decimal("1"), "NAR"), type="MUSICAL"))
    book_unjudged(store, "first", "1")
    book_unjudged(store, "second", "1")
    assert kept_lines(store) == []


def test_more_than_the_database_can_count_is_left_to_the_domain(store):
    publish(store, of(Quantity(Decimal(LARGEST), "NAR"), Quantity(Decimal(LARGEST + 1), "NAR")))
    book_unjudged(store, "first", str(LARGEST))
    book_unjudged(store, "second", str(LARGEST + 1), "B")
    assert [position for position, *_ in kept_lines(store)] == ["A"]


def test_a_corrected_permit_has_the_lines_of_the_new_one(store):
    publish(store, of(Quantity(Decimal("5"), "NAR"), Quantity(Decimal("5"), "NAR")))
    with store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
        work.permits.change(
            stored, replace(stored.published, permit=of(Quantity(Decimal("7"), "NAR")).permit), {}
        )
        work.commit()
    assert kept_lines(store) == [("A", 7_000_000, 0, 0)]


@pytest.mark.both_databases
@pytest.mark.slow
def test_the_migration_adds_up_what_was_there(url):
    store = open_store(url, clock)
    publish(store, of(Quantity(Decimal("5"), "NAR"), Quantity(Decimal("12.5"), "KGM")))
    confirm(store, "za", "2")
    confirm(store, "ch", "3")
    before = kept_lines(store)
    store.close()
    migrate_back(url, "0005")
    migrate(url)
    engine = create_engine(engines.parse_address(url))
    with engine.connect() as connection:
        assert [tuple(row) for row in connection.execute(text(LINES))] == before
    engine.dispose()
    assert before == [("A", 5_000_000, 0, 5_000_000), ("B", 12_500_000, 0, 0)]
