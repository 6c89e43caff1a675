"""Foreign permits: the newest answer to a question, and the first confirmation of our customs."""

from dataclasses import replace
from datetime import timedelta

from gateway.domain.delivery_state import DeliveryState
from gateway.exchange.ports import DeliveryEvent, Direction, OutgoingConfirmation
from gateway.store import Store
from tests.builders import ISSUED
from tests.store.store_acts import an_exchange


def ask(store: Store, identity: str, outcome: str, **changes: object) -> None:
    exchange = replace(
        an_exchange(),
        id=identity,
        direction=Direction.OUT,
        operation="GetNonFinalCitesCertificate",
        caller=None,
        callee="za",
        permit_number="ZA26EX000001",
        outcome=outcome,
    )
    store.journal.record(replace(exchange, **changes))


def test_the_newest_answer_of_the_partner_counts(store: Store) -> None:
    assert store.foreign_permits.last_outcome("za", "ZA26EX000001") is None
    ask(store, "01", "ok")
    ask(store, "02", "CertificateNotFound")
    ask(store, "03", "ok", permit_number="ZA26EX000002")
    ask(store, "04", "ok", callee="bw")
    ask(store, "05", "ok", operation="ConfirmQuantities")
    ask(store, "06", "ok", direction=Direction.IN)
    assert store.foreign_permits.last_outcome("za", "ZA26EX000001") == "CertificateNotFound"


def book(store: Store, identity: str, person: str, state: DeliveryState, days: int) -> None:
    at = ISSUED + timedelta(days=days)
    outgoing = OutgoingConfirmation(
        id=identity,
        country="ZA",
        permit_number="ZA26EX000001",
        token=None,
        seen=(),
        person=person,
        created_at=at,
        state=state,
        attempts=0,
        due_at=at,
        confirmation_id=None,
        outcome="booked",
    )
    store.outbox.add(outgoing, DeliveryEvent(at, state, "booked", person))


def test_the_first_confirmation_that_was_not_given_up_is_the_use(store: Store) -> None:
    assert store.foreign_permits.first_use("ZA", "ZA26EX000001") is None
    book(store, "01", "Bento", DeliveryState.DROPPED, 0)
    book(store, "02", "Ana", DeliveryState.DELIVERED, 1)
    book(store, "03", "Carla", DeliveryState.WAITING, 2)
    use = store.foreign_permits.first_use("ZA", "ZA26EX000001")
    assert use is not None
    assert (use.by, use.at) == ("Ana", ISSUED + timedelta(days=1))
    assert store.foreign_permits.first_use("BW", "ZA26EX000001") is None
