"""Events of permits and messages of webhooks in both databases."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from gateway.domain.api.event import EventKind
from gateway.exchange.api.acts import KeyAct, KeyChange
from gateway.exchange.ports.api.webhooks import MessageState, Webhook, WebhookMessage
from gateway.store import Store
from gateway.store.api import events
from gateway.store.api.events import OVERLAP
from tests.store.api.test_api_store import KEY, added
from tests.store.journal.sealing_acts import NOW
from tests.store.store_acts import ANAC, NUMBER, a_published, clock, confirm, publish

HOOK = Webhook(
    "0190-hook",
    KEY.id,
    str(ANAC),
    "https://single-window.example/epix",
    frozenset(EventKind),
    b"\x00shut",
    clock() - timedelta(days=1),
)
RECORD = KeyChange(KeyAct.WEBHOOK_ADDED, NOW, "T. Sitoe", KEY.id)
YEARS = timedelta(days=3650)


def hooked(store: Store, *hooks: Webhook) -> None:
    added(store)
    for place, hook in enumerate(hooks or (HOOK,)):
        store.api.webhooks.add(hook, RECORD.exchange(f"0190-hook-{place}"))
    store.api.webhooks.collect(clock() - OVERLAP - timedelta(hours=1))


def due(store: Store) -> list[WebhookMessage]:
    return list(store.api.webhooks.due(clock() + YEARS, 100))


def kinds(store: Store) -> list[str]:
    return [each.event.kind.value for each in due(store)]


def test_a_webhook_comes_back_as_it_was_stored_and_goes_with_its_messages(store: Store) -> None:
    hooked(store)
    assert store.api.webhooks.all() == [HOOK]
    publish(store)
    store.api.webhooks.collect(clock())
    assert store.api.webhooks.waiting(HOOK.id) == len(due(store)) > 0
    record = KeyChange(KeyAct.WEBHOOK_REMOVED, NOW, "T. Sitoe", KEY.id).exchange("0190-gone")
    assert store.api.webhooks.remove(HOOK.id, record)
    assert not store.api.webhooks.remove(HOOK.id, record)
    assert not store.api.webhooks.all()
    assert not due(store)


def test_nothing_before_the_first_look_is_an_event(store: Store) -> None:
    publish(store)
    added(store)
    store.api.webhooks.add(HOOK, RECORD.exchange("0190-hook"))
    assert store.api.webhooks.collect(clock() + timedelta(seconds=1)) == 0
    assert store.api.webhooks.collect(clock() + timedelta(hours=1)) == 0
    assert not due(store)


def test_a_permit_is_issued_confirmed_and_expires_once_however_often_one_looks(
    store: Store,
) -> None:
    hooked(store)
    publish(store)
    for _ in range(3):
        store.api.webhooks.collect(clock())
    assert sorted(kinds(store)) == ["expired", "issued"]
    confirm(store, "za", "1")
    for _ in range(3):
        store.api.webhooks.collect(clock())
    assert sorted(kinds(store)) == ["confirmed", "expired", "issued"]
    (event,) = [each.event for each in due(store) if each.event.kind is EventKind.ISSUED]
    assert (event.authority, event.number) == (str(ANAC), NUMBER.text)


def test_each_change_of_status_is_an_event_also_back_and_forth(store: Store) -> None:
    hooked(store)
    publish(store)
    store.api.webhooks.collect(clock())
    for status in ("final", "issued", "final", "lost", "cancelled"):
        with store._engines.writing.begin() as connection:
            connection.execute(text(f"UPDATE permit SET status = '{status}'"))
        store.api.webhooks.collect(clock())
    # It expires no more, as it is cancelled.
    assert sorted(kinds(store)) == ["cancelled", "final", "final", "issued", "issued", "lost"]


def test_of_many_permits_at_once_every_page_is_looked_at(store: Store, monkeypatch) -> None:
    monkeypatch.setattr(events, "_CHANGED", events._CHANGED.limit(2))
    monkeypatch.setattr(events, "_MOST", 2)
    hooked(store)
    for place in range(5):
        publish(store, a_published(f"MZ26EX10000{place}"), token_hash=None)
    store.api.webhooks.collect(clock())
    assert kinds(store).count("issued") == 5
    assert store.api.webhooks.collect(clock()) == 0


def test_a_webhook_gets_the_kinds_and_the_authority_that_it_is_for(store: Store) -> None:
    final = replace(HOOK, id="0190-final", kinds=frozenset({EventKind.FINAL}))
    other = replace(HOOK, id="0190-other", authority="ZA/MA")
    hooked(store, HOOK, final, other)
    publish(store)
    store.api.webhooks.collect(clock())
    assert {each.webhook.id for each in due(store)} == {HOOK.id}


def test_a_message_that_is_settled_is_due_later_or_never(store: Store) -> None:
    hooked(store)
    publish(store)
    store.api.webhooks.collect(clock())
    issued = next(each for each in due(store) if each.event.kind is EventKind.ISSUED)
    store.api.webhooks.settle(replace(issued, attempts=1, due_at=clock() + timedelta(hours=1)))
    assert issued.event.id not in {
        each.event.id for each in store.api.webhooks.due(clock() + timedelta(minutes=59), 9)
    }
    assert next(each for each in due(store) if each.event == issued.event).attempts == 1
    store.api.webhooks.settle(replace(issued, state=MessageState.DELIVERED))
    assert issued.event.id not in {each.event.id for each in due(store)}


def test_a_webhook_is_told_of_nothing_that_was_before_it(store: Store) -> None:
    late = replace(HOOK, id="0190-late", created_at=clock() + timedelta(hours=2))
    hooked(store, HOOK, late)
    publish(store)
    store.api.webhooks.collect(clock())
    told = {(each.webhook.id, each.event.kind.value) for each in due(store)}
    assert told == {(HOOK.id, "issued"), (HOOK.id, "expired"), (late.id, "expired")}


def test_a_webhook_with_many_messages_holds_up_no_other(store: Store) -> None:
    few = replace(HOOK, id="0190-zfew", kinds=frozenset({EventKind.EXPIRED}))
    hooked(store, HOOK, few)
    for place in range(4):
        publish(store, a_published(f"MZ26EX10000{place}"), token_hash=None)
    store.api.webhooks.collect(clock())
    first = store.api.webhooks.due(clock() + YEARS, 2)
    assert [each.webhook.id for each in first].count(few.id) == 2
    assert {each.webhook.id for each in first[:2]} == {HOOK.id, few.id}
    assert len(first) == 4
