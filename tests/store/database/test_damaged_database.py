"""Damaged database file: an unreadable row is reported in a sentence, and causes no defect."""

import random
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.domain.delivery_state import DeliveryState
from gateway.domain.errors import DatabaseProblem, ServiceUnavailable
from gateway.exchange.journal.verify import VerifyJournal
from gateway.exchange.ports import DocumentForm
from gateway.store import Store, open_store
from tests.long_haul import repetitions
from tests.store.backup.whole_database import contents, live
from tests.store.store_acts import ANAC, MZ, NUMBER, an_exchange, clock, document, publish

DAMAGES = repetitions(short=16, long=80)


def change(store, *statements: str) -> None:
    """As whoever has the file can, without its triggers."""
    with store._engines.writing.begin() as connection:
        for table in ("exchange", "content"):
            where = f" ON {table}" if connection.dialect.name == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER {table}_no_update{where}"))
        for statement in statements:
            connection.execute(text(statement))


def as_bytes(store, content: bytes) -> str:
    return (
        f"'\\x{content.hex()}'"
        if store._engines.writing.dialect.name == "postgresql"
        else f"x'{content.hex()}'"
    )


def look_everywhere(store: Store, url: str, identity: str) -> None:
    """Every query of a gateway and its operators: each may raise ServiceUnavailable only."""

    def permit() -> None:
        with store.begin_work() as work:
            work.permits.get(ANAC, NUMBER)

    def answer() -> None:
        for header in store.permit_lookup.find(MZ, NUMBER):
            store.permit_lookup.document(header, "v1", DocumentForm.NON_FINAL)
            store.permit_lookup.attachments(header)

    verifying = VerifyJournal(
        store.sealed_journal, store.holds, None, clock, has_key=False, stamps=None
    )
    for act in (
        permit,
        answer,
        store.check,
        store.check_writing,
        store.service_modes.current,
        store.outbox.counts,
        lambda: list(verifying.batches()),
        lambda: store.journal.find(identity),
        lambda: store.journal.latest(50),
        lambda: store.journal.record(an_exchange()),
        lambda: store.sealed_journal.unsealed(10, clock() + timedelta(hours=1)),
        lambda: store.outbox.all(list(DeliveryState)),
        lambda: store.outbox.history("0190"),
        lambda: contents(url),
    ):
        try:
            act()
        except ServiceUnavailable as error:
            assert error.text.endswith(".")


@pytest.mark.long_haul  # the short form changes single rows
@pytest.mark.slow
def test_bytes_changed_anywhere_never_become_a_defect(file: Path) -> None:
    url = f"sqlite:///{file}"
    store = open_store(url, clock)
    live(store)
    identity = store.journal.latest(1)[0].id
    store.close()
    whole = file.read_bytes()
    used = [place for place in range(100, len(whole)) if whole[place]]
    chance = random.Random(20261125)  # a failure is to be repeatable
    opened = 0
    for _ in range(DAMAGES):
        damaged = bytearray(whole)
        for place in chance.sample(used, chance.choice((1, 3, 20))):
            damaged[place] = chance.randrange(256)
        for left in file.parent.glob(f"{file.name}*"):
            left.unlink()
        file.write_bytes(damaged)
        try:
            store = open_store(url, clock)
        except ServiceUnavailable as error:
            assert error.text.endswith(".")
            continue
        opened += 1
        look_everywhere(store, url, identity)
        store.close()
    assert opened > 3


def test_a_permit_of_which_one_digit_changed_is_not_answered_and_others_are(store):
    publish(store)
    assert document(store) == b"<CBFShip/>"
    of_v1 = "(SELECT content_id FROM document WHERE version = 'v1')"
    change(store, f"UPDATE content SET bytes = {as_bytes(store, b'<CBFSh1p/>')} WHERE id = {of_v1}")
    later = FreshPermitLookup(store)
    with pytest.raises(ServiceUnavailable) as refused:
        later.document("v1")
    assert refused.value.problem is DatabaseProblem.DAMAGED
    assert later.document("v2") == b"<CITESEPermit/>"


class FreshPermitLookup:
    """The answers of a process that has not remembered anything yet."""

    def __init__(self, store) -> None:
        dialect = store._engines.writing.dialect
        self.permit_lookup = type(store.permit_lookup)(store._reading, dialect)

    def document(self, version: str) -> bytes:
        (header,) = self.permit_lookup.find(MZ, NUMBER)
        return self.permit_lookup.document(header, version, DocumentForm.NON_FINAL).content


def test_a_damaged_journal_record_is_reported_and_others_are_returned(store):
    damaged, whole = an_exchange(), an_exchange()
    store.journal.record(damaged)
    store.journal.record(whole)
    change(store, f"UPDATE exchange SET direction = 'up' WHERE id = '{damaged.id}'")
    with pytest.raises(ServiceUnavailable, match="cannot be read any more") as refused:
        store.journal.find(damaged.id)
    assert refused.value.problem is DatabaseProblem.DAMAGED
    assert store.journal.find(whole.id) == whole
    assert store.journal.find("nobody") is None


@pytest.mark.parametrize("content", ["{", "{}", '{"number": 7}'])
def test_a_permit_that_cannot_be_read_is_no_defect(store, content):
    publish(store)
    change(store, f"UPDATE permit SET content = '{content}'".replace(":", "\\:"))
    with pytest.raises(ServiceUnavailable) as refused, store.begin_work() as work:
        work.permits.get(ANAC, NUMBER)
    assert refused.value.problem is DatabaseProblem.DAMAGED
