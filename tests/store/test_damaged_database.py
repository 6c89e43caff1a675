"""Bytes of the file change under the gateway: what cannot be read any more is said in a sentence, never a defect."""

import random
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from store_acts import ANAC, MZ, NUMBER, an_exchange, clock, document, publish
from whole_database import contents, live

from gateway.domain.delivery import DeliveryState
from gateway.domain.errors import ServiceUnavailable, Trouble
from gateway.exchange.ports import Form
from gateway.exchange.verify_journal import VerifyJournal
from gateway.store import Store, open_store

DAMAGES = 60


def change(store, *statements: str) -> None:
    """As whoever has the file can, without its triggers."""
    with store._writing.begin() as connection:
        for table in ("exchange", "content"):
            where = f" ON {table}" if connection.dialect.name == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER {table}_no_update{where}"))
        for statement in statements:
            connection.execute(text(statement))


def as_bytes(store, content: bytes) -> str:
    return f"'\\x{content.hex()}'" if store._writing.dialect.name == "postgresql" else f"x'{content.hex()}'"


def look_everywhere(store: Store, url: str, identity: str) -> None:
    """Whatever a gateway and its operators ask for; each may be refused in a sentence, and nothing else may happen."""

    def permit() -> None:
        with store.begin_work() as work:
            work.permits.get(ANAC, NUMBER)

    def answer() -> None:
        for kept in store.answers.find(MZ, NUMBER):
            store.answers.document(kept, "v1", Form.NON_FINAL)
            store.answers.attachments(kept)

    verifying = VerifyJournal(store.sealed_journal, store.holds, None, clock, has_key=False, stamps=None)
    for act in (
        permit, answer, store.check, store.check_writing, store.service_modes.current, store.outbox.counts,
        lambda: list(verifying.batches()),
        lambda: store.journal.find(identity), lambda: store.journal.latest(50),
        lambda: store.journal.record(an_exchange()),
        lambda: store.sealed_journal.unsealed(10, clock() + timedelta(hours=1)),
        lambda: store.outbox.all(list(DeliveryState)), lambda: store.outbox.history("0190"),
        lambda: contents(url),
    ):  # fmt: skip
        try:
            act()
        except ServiceUnavailable as error:
            assert error.text.endswith(".")


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
    later = SqlAnswersAnew(store)
    with pytest.raises(ServiceUnavailable) as refused:
        later.document("v1")
    assert refused.value.trouble is Trouble.DAMAGED
    assert later.document("v2") == b"<CITESEPermit/>"


class SqlAnswersAnew:
    """The answers of a process that has not remembered anything yet."""

    def __init__(self, store) -> None:
        self.answers = type(store.answers)(store._reading, store._writing.dialect)

    def document(self, version: str) -> bytes:
        (kept,) = self.answers.find(MZ, NUMBER)
        return self.answers.document(kept, version, Form.NON_FINAL).content


def test_a_record_of_the_journal_that_cannot_be_read_is_said_to_be_so_and_others_are_shown(store):
    damaged, whole = an_exchange(), an_exchange()
    store.journal.record(damaged)
    store.journal.record(whole)
    change(store, f"UPDATE exchange SET direction = 'up' WHERE id = '{damaged.id}'")
    with pytest.raises(ServiceUnavailable, match="cannot be read any more") as refused:
        store.journal.find(damaged.id)
    assert refused.value.trouble is Trouble.DAMAGED
    assert store.journal.find(whole.id) == whole
    assert store.journal.find("nobody") is None


@pytest.mark.parametrize("content", ["{", "{}", '{"number": 7}'])
def test_a_permit_that_cannot_be_read_is_no_defect(store, content):
    publish(store)
    change(store, f"UPDATE permit SET content = '{content}'".replace(":", "\\:"))
    with pytest.raises(ServiceUnavailable) as refused, store.begin_work() as work:
        work.permits.get(ANAC, NUMBER)
    assert refused.value.trouble is Trouble.DAMAGED
