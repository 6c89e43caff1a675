"""A process that reserves one unit for a declaration, with few imports, as it is started anew."""

from datetime import UTC, datetime
from decimal import Decimal

from gateway.domain.declarations import acts
from gateway.domain.declarations.use import PermitUse
from gateway.domain.errors import QuantityExceeded
from gateway.domain.permit.quantity import Quantity
from gateway.exchange.declarations.record import UseRecords
from gateway.store import open_store

NOON = datetime(2026, 4, 2, 12, 0, tzinfo=UTC)
PERMIT = ("MZ", "MZ26EX000001")


def reserve(store, declaration: str, amount: str, identity: str) -> None:
    """Reserve an amount of the five of line A, as the use case does it."""
    five = Quantity(Decimal(5), "NAR")
    entry = acts.Entry(
        identity,
        PERMIT,
        "A",
        declaration,
        "1",
        Quantity(Decimal(amount), "NAR"),
        five,
        "customs",
        "T. Nkosi",
        NOON,
    )
    with store.begin_work() as work:
        work.declared.lock([PERMIT])
        event = acts.reserve(PermitUse.of(work.declared.of_permit(*PERMIT), {}), entry)
        work.declared.add([event], UseRecords(None).record(f"record of {identity}", [event]))
        work.commit()


def race(url: str, declaration: str, barrier, won) -> None:
    """Reserve the last unit at the same moment as another process."""
    store = open_store(url, lambda: NOON)
    store.declared.of_permit(*PERMIT)
    barrier.wait(60)
    try:
        reserve(store, declaration, "1", f"of {declaration}")
        won.put(declaration)
    except QuantityExceeded:
        won.put("")
    finally:
        store.close()
