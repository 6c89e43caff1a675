"""Look-ups in both databases: an officer's own alone, one attempt at a time, removed in the end."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.exchange.ports import SEAL_NAME, Attachment, PartnerReply
from gateway.exchange.ports.customs.look_ups import LookUp, LookUpState, Refusal
from gateway.exchange.ports.people.personal_data import RowKind
from gateway.store import Store
from tests.store.journal.sealing_acts import NOW
from tests.store.people.test_accounts import ACCOUNT, PERSON, added

MINUTE = timedelta(minutes=1)
LOOK_UP = LookUp(
    "01930000-0000-7000-8000-00000000000a",
    PERSON.id,
    "MZ",
    "MZ26EX000001",
    b"\x00token",
    False,
    NOW,
    NOW + MINUTE,
    attempts=1,
)
REPLY = PartnerReply(b"<permit/>", "v2", (Attachment(SEAL_NAME, b"\x00seal"),), None)


def asked(store: Store) -> None:
    added(store, ACCOUNT)
    store.look_ups.add(LOOK_UP)


def test_a_look_up_comes_back_to_its_officer_alone(store: Store) -> None:
    asked(store)
    assert store.look_ups.find(LOOK_UP.id, PERSON.id) == LOOK_UP
    assert store.look_ups.find(LOOK_UP.id, "another") is None
    assert store.look_ups.of_person("another", 10) == []
    answered = replace(
        LOOK_UP, state=LookUpState.ANSWERED, reply=REPLY, answered_at=NOW, fetched_at=NOW
    )
    store.look_ups.settle(answered)
    assert store.look_ups.find(LOOK_UP.id, PERSON.id) == answered
    assert store.look_ups.of_person(PERSON.id, 10) == [replace(answered, reply=None)]
    store.look_ups.note_seen(answered)
    assert store.look_ups.of_person(PERSON.id, 1)[0].seen


def test_a_refusal_takes_the_place_of_the_document_and_other_files_are_not_kept(
    store: Store,
) -> None:
    asked(store)
    large = replace(REPLY, attachments=(*REPLY.attachments, Attachment("photo.jpg", b"x")))
    store.look_ups.settle(replace(LOOK_UP, reply=large))
    found = store.look_ups.find(LOOK_UP.id, PERSON.id)
    assert found is not None
    assert found.reply == REPLY
    refused = replace(LOOK_UP, reply=None, refusal=Refusal("PartnerFault", "No.", "NotFound"))
    store.look_ups.settle(refused)
    assert store.look_ups.find(LOOK_UP.id, PERSON.id) == refused


@pytest.mark.both_databases
def test_one_process_alone_begins_an_attempt_and_a_late_one_stores_nothing(store: Store) -> None:
    asked(store)
    assert store.look_ups.due(NOW, 10) == []
    later = NOW + 2 * MINUTE
    (due,) = store.look_ups.due(later, 10)
    assert store.look_ups.claim(due, later + MINUTE)
    assert not store.look_ups.claim(due, later + MINUTE)
    assert store.look_ups.due(later, 10) == []
    store.look_ups.settle(replace(due, state=LookUpState.GIVEN_UP))  # of the first attempt
    (again,) = store.look_ups.due(later + 2 * MINUTE, 10)
    assert (again.state, again.attempts) == (LookUpState.WAITING, 2)


def test_an_answered_look_up_is_not_due_and_an_old_one_is_removed(store: Store) -> None:
    asked(store)
    store.look_ups.settle(replace(LOOK_UP, state=LookUpState.ANSWERED, answered_at=NOW))
    assert store.look_ups.due(NOW + timedelta(days=1), 10) == []
    assert store.personal_rows.remove(RowKind.LOOK_UP, NOW, 9) == 0
    assert store.personal_rows.remove(RowKind.LOOK_UP, NOW + MINUTE, 9) == 1
    assert store.look_ups.find(LOOK_UP.id, PERSON.id) is None
