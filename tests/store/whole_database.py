"""A database with something in every table, and all that stands in one."""

from datetime import timedelta
from itertools import count

from sqlalchemy import text
from store_acts import MZ, NUMBER, PICTURE, a_published, an_exchange, clock, confirm, declare, publish

from gateway.domain.delivery import DeliveryState
from gateway.domain.endorsement import SeenQuantity
from gateway.exchange.hold_deeds import record_of_hold, record_of_release
from gateway.exchange.ports import Form, Hold, Outgoing, OutgoingEvent, Release, ServiceMode
from gateway.exchange.seal_journal import SealJournal
from gateway.exchange.spliced import Spliced, in_base64
from gateway.exchange.stamp_deeds import record_of_stamp
from gateway.store import Store, open_store, restoring, snapshot
from gateway.store.tables import metadata

_HOUR = timedelta(hours=1)
CLOSED = ServiceMode(True, clock(), "tests", "restored")
Contents = dict[str, list[tuple[object, ...]]]


def live(store: Store) -> None:
    """Do what a gateway does, so that there is a row in every table."""
    publish(store, attachments=[PICTURE])
    publish(store, a_published("MZ26EX000002"), token_hash=None)
    confirm(store, "za", "1")
    with store._writing.begin() as connection:
        reversal = "INSERT INTO reversal SELECT 'r', id, '2026-03-05', 'T. Sitoe', 'a slip: \"é\\' FROM confirmation"
        connection.execute(text(reversal))
    declare(store, used_up=True)
    declare(store, used_up=False)
    (kept,) = store.answers.find(MZ, NUMBER)
    document = store.answers.document(kept, "v1", Form.NON_FINAL)
    store.journal.record(an_exchange(answer=Spliced((b"<a>", document.content, in_base64(document.seal), b"</a>"))))
    store.journal.record(an_exchange(operation=None, caller=None, request=bytes(range(256))))
    store.taken_messages.take("za", "ab" * 32, clock() + timedelta(minutes=5), clock())
    seen = (SeenQuantity("A", "5"), SeenQuantity("B", "12.5"))
    outgoing = Outgoing(
        "0190", "ZA", "ZA26EX000001", b"\x00shut\xff", seen, "T. Nkosi", clock(), DeliveryState.WAITING, 0, clock(),
        None, "booked",
    )  # fmt: skip
    store.outbox.add(outgoing, OutgoingEvent(clock(), DeliveryState.WAITING, "booked", "T. Nkosi"))
    store.service_modes.declare(ServiceMode(True, clock(), "T. Sitoe", "new disks"))
    store.service_modes.declare(ServiceMode(False, clock(), "T. Sitoe", "done"))
    store.shared_keys.is_ours("token key", b"\x01\x02")
    ids = count()
    sealing = SealJournal(store.sealed_journal, None, lambda: clock() + _HOUR, lambda: f"j{next(ids)}", _HOUR)
    assert sealing.seal() == 4
    store.sealed_journal.keep_stamp(1, b"\x30\x00", record_of_stamp("s", 1, b"\x30\x00", clock()))
    hold, release = Hold("h", NUMBER.text, clock(), "T. Sitoe", "a case"), Release(clock(), "T. Sitoe", "it is closed")
    store.holds.add([hold], [record_of_hold(hold)])
    store.holds.release("h", release, record_of_release("r", hold, release))
    with store._writing.begin() as connection:
        connection.execute(text(f"INSERT INTO journal_pruned VALUES ('{'ab' * 32}', 'a pruning')"))


def contents(url: str) -> Contents:
    """Every row of every table, as a backup would see it."""
    with snapshot(url) as taken:
        return {table.name: [tuple(row) for row in taken.rows(table)] for table in taken.tables}


def without_mode(whole: Contents) -> Contents:
    """All but who has closed the service, which a restored one adds to."""
    return {name: rows for name, rows in whole.items() if name != "service_mode"}


def copy(source: str, target: str) -> None:
    """As backup and restore do."""
    with snapshot(source) as taken, restoring(target, taken.revision, CLOSED) as empty:
        for table in taken.tables:
            empty.fill(table, taken.rows(table))


def lived_in(url: str) -> None:
    store = open_store(url, clock)
    live(store)
    store.close()
    assert set(contents(url)) == set(metadata.tables)
    assert all(contents(url).values()), "a table of the test is empty"
