"""A database with rows in every table, and its whole content."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import count
from pathlib import Path

from sqlalchemy import text

from gateway.domain.delivery_state import DeliveryState
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.exchange.journal.records.hold import record_of_hold, record_of_release
from gateway.exchange.journal.records.timestamp import record_of_timestamp
from gateway.exchange.journal.seal import SealJournal
from gateway.exchange.ports import (
    AnchoredHead,
    DeliveryEvent,
    Direction,
    DocumentForm,
    Exchange,
    HeldHead,
    LegalHold,
    OutgoingConfirmation,
    Release,
    ServiceMode,
    SignedText,
)
from gateway.exchange.ports.console.configurations import ConfigurationChange
from gateway.exchange.ports.console.counts import Counted, CountKey
from gateway.exchange.ports.paper.codes import KeptList
from gateway.exchange.ports.people.accounts import OneTimeCode
from gateway.exchange.ports.report.shared import PartnerSharing, SharedChange
from gateway.exchange.stored_bytes import ComposedBytes, in_base64
from gateway.store import Store, migrate, open_store, restoring, snapshot
from gateway.store.tables import metadata
from tests.builders import (
    a_partner_result,
    a_settlement,
    a_shared_mismatch,
    a_shown_certificate,
    a_window,
)
from tests.databases import SQLITE, copy_of, make_template, migrated_file
from tests.reference_data import put
from tests.store.api.test_api_store import ADDED, KEY, REQUEST
from tests.store.api.test_webhook_store import HOOK, RECORD
from tests.store.customs.test_look_ups import LOOK_UP
from tests.store.declarations.last_unit import reserve
from tests.store.mail_questions.test_questions import QUESTION
from tests.store.people.test_accounts import ACCOUNT, LINK, NOW, PASSKEY, PERSON, SESSION
from tests.store.permits.supporting_acts import support
from tests.store.store_acts import (
    MZ,
    NUMBER,
    PICTURE,
    a_published,
    an_exchange,
    clock,
    confirm,
    declare,
    publish,
)

_HOUR = timedelta(hours=1)
CLOSED = ServiceMode(True, clock(), "tests", "restored")
Contents = dict[str, list[tuple[object, ...]]]


def live(store: Store) -> None:
    """Do everything that a gateway does, so that there is a row in every table."""
    publish(store, attachments=[PICTURE])
    publish(store, a_published("MZ26EX000002"), token_hash=None)
    confirm(store, "za", "1")
    with store._engines.writing.begin() as connection:
        reversal = (
            "INSERT INTO reversal SELECT 'r', id, '2026-03-05', 'T. Sitoe', 'a slip: \"é\\' FROM"
            " confirmation"
        )
        connection.execute(text(reversal))
    declare(store, used_up=True)
    declare(store, used_up=False)
    (header,) = store.permit_lookup.find(MZ, NUMBER)
    document = store.permit_lookup.document(header, "v1", DocumentForm.NON_FINAL)
    store.journal.record(
        an_exchange(
            answer=ComposedBytes((b"<a>", document.content, in_base64(document.seal), b"</a>"))
        )
    )
    store.journal.record(an_exchange(operation=None, caller=None, request=bytes(range(256))))
    store.replay_cache.register("za", "ab" * 32, clock() + timedelta(minutes=5), clock())
    seen = (SeenQuantity("A", "5"), SeenQuantity("B", "12.5"))
    outgoing = OutgoingConfirmation(
        "0190",
        "ZA",
        "ZA26EX000001",
        b"\x00shut\xff",
        seen,
        "T. Nkosi",
        clock(),
        DeliveryState.WAITING,
        0,
        clock(),
        None,
        "booked",
    )
    store.outbox.add(outgoing, DeliveryEvent(clock(), DeliveryState.WAITING, "booked", "T. Nkosi"))
    store.service_modes.declare(ServiceMode(True, clock(), "T. Sitoe", "new disks"))
    store.service_modes.declare(ServiceMode(False, clock(), "T. Sitoe", "done"))
    store.shared_keys.is_ours("token key", b"\x01\x02")
    store.shown_certificates.keep(a_shown_certificate(), clock())
    store.availability.windows.add(a_window(clock(), clock() + _HOUR))
    store.availability.windows.withdraw("w1", clock(), "T. Sitoe")
    store.availability.results.add(a_partner_result())
    store.availability.probes.claim("za", clock(), first=clock(), following=clock(), latest=clock())
    ids = count()
    sealing = SealJournal(
        store.sealed_journal, None, lambda: clock() + _HOUR, lambda: f"j{next(ids)}", _HOUR
    )
    assert sealing.seal() == 4
    signed = SignedText(b"statement", b"signature", b"certificates")
    store.head_archive.hold(HeldHead("za", "journal", 1, "0" * 64, signed, clock(), "exchange"))
    store.head_archive.add_anchored(AnchoredHead("file", 1, clock(), clock()), an_exchange())
    store.sealed_journal.add_timestamp(
        1, b"\x30\x00", record_of_timestamp("s", 1, b"\x30\x00", clock())
    )
    hold, release = (
        LegalHold("h", NUMBER.text, clock(), "T. Sitoe", "a case"),
        Release(clock(), "T. Sitoe", "it is closed"),
    )
    store.holds.add([hold], [record_of_hold(hold)])
    store.holds.release("h", release, record_of_release("r", hold, release))
    with store.accounts.begin() as work:
        work.add(ACCOUNT)
        work.begin_session(SESSION)
        work.add_passkey(PASSKEY)
        work.link(LINK)
        work.unlink(LINK.person_id)
        work.link(replace(LINK, subject="another"))
        work.take_answer("c" * 64, NOW, NOW)
        work.put_code(OneTimeCode("c" * 64, PERSON.id, NOW))
        work.count_failure("192.0.2.1", NOW, NOW)
        work.commit()
    store.api.keys.add(KEY, ADDED.exchange("0190-key"))
    store.api.keys.count_call(KEY.id, NOW, NOW)
    store.api.requests.begin(REQUEST)
    store.api.webhooks.add(HOOK, RECORD.exchange("0190-hook"))
    store.api.webhooks.collect(clock() - _HOUR)
    store.api.webhooks.collect(clock())
    reserve(store, "26ZA0000000001", "4", "018f-reserved")
    store.look_ups.add(LOOK_UP)
    support(store)
    store.report.settlements.add(a_settlement(), an_exchange())
    shared = a_shared_mismatch()
    store.report.shared.update(shared.partner, shared.line, lambda _: SharedChange(shared))
    store.report.shared.note(shared.partner, PartnerSharing("ok", clock()))
    console = store.console
    key = CountKey(clock().date(), Direction.IN, "za", "ok", 7)
    console.counts.add({key: Counted(3, "0190")}, None, "0190")
    console.configurations.add(
        ConfigurationChange("c", clock(), "node", "ab" * 32),
        Exchange.own("c", "ConfigurationLoaded", clock(), b"text"),
    )
    store.mail_questions.add(QUESTION, an_exchange())
    store.training.pass_(PERSON.id, "common-record", NOW)
    store.key_lists.keep(KeptList("mz", b"a list", clock()), None)
    put(store.reference_data, "0191", "taxa", "synonyms", "listings")
    with store._engines.writing.begin() as connection:
        for row in (
            f"journal_pruned VALUES ('{'ab' * 32}', 'a pruning')",
            "former_seal SELECT permit_id, version, form, content_id, seal_id, 'signer',"
            " '2026-03-05', 'a record' FROM document WHERE seal_id IS NOT NULL",
            "former_document SELECT permit_id, version, form, 'a record', content_id, seal_id,"
            " '2026-03-05' FROM document WHERE seal_id IS NOT NULL",
            "loss_note SELECT id, 'v1', 'final', 0, '10', 'A', 'annotation', '#4', '' FROM permit",
            "permit_record SELECT id, revision, 'record ' || id FROM permit",
            "permit_suspension VALUES ('MZ ANAC 1', NULL, '2026-03-05', 'box 11')",
            "national_source VALUES ('own', 'ab', '{\"number\": 7}', '2026-03-05', '2026-03-05',"
            " NULL, '', 1, 0, 0, 0, 0, 1)",
            "national_record SELECT 'own', 'MZ1', '', 'refused', bytes, '2026-03-05', '[]'"
            " FROM content WHERE id = (SELECT min(id) FROM content)",
            "reexport_line SELECT id, 'A', '2026-03-02', 'ZW', 'ZW25EX0907' FROM permit",
            "foreign_reexport VALUES ('MZ26EX000001', 'MZ', 'ZA', 'ZA26RX1', '2026-03-05')",
            "integrity_walk VALUES ('permits', '7', '2026-03-05')",
        ):
            connection.execute(text(f"INSERT INTO {row}"))


def contents(url: str) -> Contents:
    """Every row of every table, as a backup would see it."""
    with snapshot(url) as taken:
        return {table.name: [tuple(row) for row in taken.rows(table)] for table in taken.tables}


def without_mode(whole: Contents) -> Contents:
    """All but the service modes, as a restoration adds one."""
    return {name: rows for name, rows in whole.items() if name != "service_mode"}


def copy(source: str, target: str) -> None:
    """As backup and restore do."""
    with snapshot(source) as taken, restoring(target, taken.revision, CLOSED, None) as empty:
        for table in taken.tables:
            empty.fill(table, taken.rows(table))


def lived_in(url: str) -> None:
    """Fill each table of a migrated database."""
    store = open_store(url, clock)
    live(store)
    store.close()
    whole = contents(url)
    assert set(whole) == set(metadata.tables)
    assert all(whole.values()), "a table of the test is empty"


@contextmanager
def lived_in_database(folder: Path, kind: str) -> Iterator[str]:
    """Address of a database with rows in each table: a copy of one that is filled once."""
    if kind == SQLITE:
        yield f"sqlite:///{shutil.copy(_filled_file(), folder / 'gateway.db')}"
        return
    with copy_of(_filled_template()) as url:
        yield url


@cache
def _filled_file() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="epix-lived-in-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = Path(shutil.copy(migrated_file(), folder))
    lived_in(f"sqlite:///{file}")
    return file


@cache
def _filled_template() -> str:
    def fill(url: str) -> None:
        migrate(url)
        lived_in(url)

    return make_template(fill)
