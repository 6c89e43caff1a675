"""Rows with data of persons in both databases: old ones go in batches, a name is erased."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from gateway.domain.people.person import Person
from gateway.domain.people.pseudonym import name_digest, pseudonym_of, sign_on_name
from gateway.exchange.people.acts import OPERATION, Act, PersonAct
from gateway.exchange.people.erase import ErasePerson
from gateway.exchange.people.retention import RemoveOld
from gateway.exchange.ports import JournalFilter, ServiceMode
from gateway.exchange.ports.api.webhooks import MessageState
from gateway.exchange.ports.people.accounts import OneTimeCode, PersonLink
from gateway.exchange.ports.people.personal_data import RowKind
from gateway.store import Store
from tests.store.api.test_api_store import added as key_added
from tests.store.api.test_webhook_store import HOOK, RECORD
from tests.store.customs.test_look_ups import LOOK_UP
from tests.store.journal.sealing_acts import NOW
from tests.store.mail_questions.test_questions import QUESTION
from tests.store.people.test_accounts import ACCOUNT, MINUTE, PASSKEY, PERSON, SESSION, added
from tests.store.store_acts import a_published, an_exchange, clock, publish

ISSUER = "https://id.example.org"
CLOSED = replace(PERSON, disabled_at=NOW)
OTHER = Person("01930000-0000-7000-8000-00000000000f", "a.cossa", "Ana Cossa", PERSON.grants, NOW)


def filled(store: Store) -> None:
    """An account with a row in each table that names the person, and another person beside it."""
    added(store, replace(ACCOUNT, person=CLOSED), replace(ACCOUNT, person=OTHER))
    with store.accounts.begin() as work:
        for place, person in enumerate((PERSON, OTHER)):
            work.begin_session(replace(SESSION, digest=str(place) * 64, person_id=person.id))
            work.put_code(OneTimeCode(f"{place}" * 64, person.id, NOW))
            work.add_passkey(replace(PASSKEY, credential=bytes([place]), person_id=person.id))
        work.count_failure("192.0.2.1", NOW, NOW - timedelta(hours=1))
        work.commit()
    store.look_ups.add(replace(LOOK_UP, person_id=PERSON.id))
    for place, person in enumerate((PERSON, OTHER)):
        asked = replace(
            QUESTION,
            id=f"{QUESTION.id[:-1]}{place}",
            asked_by=person.in_full,
            token_sha256=str(place) * 64,
        )
        store.mail_questions.add(asked, an_exchange())


def act(pseudonym: str) -> PersonAct:
    return PersonAct(Act.ERASED, NOW, "T. Sitoe", pseudonym)


@pytest.mark.both_databases
def test_the_name_of_a_person_who_has_left_is_in_no_row(store: Store) -> None:
    filled(store)
    rows, pseudonym = store.personal_rows, pseudonym_of(CLOSED)
    assert rows.held(CLOSED)["mail_question"] == rows.held(CLOSED)["customs_look_up"] == 1
    assert rows.erase(CLOSED, pseudonym, act(pseudonym).exchange("0190-erased"))
    account = store.accounts.get(PERSON.id)
    assert account
    assert (account.person.name, account.person.full_name) == (pseudonym, pseudonym)
    assert (account.person.grants, account.password_hash, account.totp_secret) == (
        frozenset(), None, None,
    )  # fmt: skip
    assert {each.asked_by for each in store.mail_questions.newest(None, 9)} == {
        pseudonym, OTHER.in_full,
    }  # fmt: skip
    assert set(rows.held(account.person).values()) == {0}
    assert store.accounts.named(PERSON.name) is None
    assert store.accounts.named(OTHER.name)
    assert set(rows.held(OTHER).values()) >= {1}
    assert not rows.erase(CLOSED, pseudonym, act(pseudonym).exchange("0190-again"))
    assert len(store.journal.search(JournalFilter(operation=OPERATION), 9)) == 1


def linked(store: Store, person: Person, subject: str = "190284-5511") -> None:
    with store.accounts.begin() as work:
        work.link(PersonLink(ISSUER, subject, person.id, True, NOW))
        work.commit()


def erased(store: Store, person: Person) -> None:
    pseudonym = pseudonym_of(person)
    record = act(pseudonym).exchange(f"0190-{person.id[-4:]}")
    assert store.personal_rows.erase(person, pseudonym, record)


def test_the_subject_at_a_sign_on_goes_and_keeps_the_person_out(store: Store) -> None:
    filled(store)
    linked(store, CLOSED)
    linked(store, OTHER, "another")
    assert store.personal_rows.held(CLOSED)["person_link"] == 1
    erased(store, CLOSED)
    link = store.accounts.link_of(CLOSED.id)
    assert link
    assert "190284" not in repr(link)
    kept_out = store.accounts.linked(ISSUER, "190284-5511")
    assert kept_out
    assert (kept_out.person_id, kept_out.roles_by_claims) == (CLOSED.id, False)
    found = store.accounts.linked(ISSUER, "another")
    assert found
    assert found.person_id == OTHER.id
    assert store.accounts.linked(ISSUER, "a third") is None


def test_a_person_of_a_sign_on_stays_out_though_the_link_was_removed(store: Store) -> None:
    made = replace(CLOSED, name=sign_on_name(ISSUER, "190284-5511"))
    again = replace(OTHER, disabled_at=NOW)
    added(store, replace(ACCOUNT, person=made), replace(ACCOUNT, person=again))
    erased(store, made)
    assert store.accounts.linked(ISSUER, "190284-5511")
    linked(store, again)  # an administrator decides so
    found = store.accounts.linked(ISSUER, "190284-5511")
    assert found
    assert found.person_id == again.id
    erased(store, again)
    assert store.accounts.linked(ISSUER, "190284-5511")


def test_decisions_are_counted_by_both_spellings_of_a_name(store: Store) -> None:
    filled(store)
    for person in (PERSON.full_name, PERSON.in_full, OTHER.in_full):
        store.service_modes.declare(ServiceMode(True, NOW, person, "moving"))
    assert store.personal_rows.held(CLOSED)["service_mode"] == 2


def test_an_account_whose_name_begins_like_a_pseudonym_is_erased_by_the_rule(store: Store) -> None:
    added(store, replace(ACCOUNT, person=replace(CLOSED, name="left-bank")))
    assert remover(store, NOW + timedelta(days=731)).round()["person"] == 1
    assert remover(store, NOW + timedelta(days=731)).round()["person"] == 0


def test_an_open_account_keeps_its_name(store: Store) -> None:
    added(store, ACCOUNT)
    assert not store.personal_rows.erase(PERSON, "left-x", act("left-x").exchange("0190-erased"))
    assert store.accounts.named(PERSON.name) == ACCOUNT


@pytest.mark.parametrize(
    ("kind", "moment"),
    [
        (RowKind.MAIL_QUESTION, QUESTION.expires_at),
        (RowKind.SESSION, NOW),
        (RowKind.ONE_TIME_CODE, NOW),
        (RowKind.FAILED_SIGN_IN, NOW),
        (RowKind.LOOK_UP, LOOK_UP.asked_at),
    ],
)
def test_what_is_old_goes_batch_by_batch_and_nothing_younger(
    store: Store, kind: RowKind, moment: object
) -> None:
    filled(store)
    rows = store.personal_rows
    count = 1 if kind in (RowKind.FAILED_SIGN_IN, RowKind.LOOK_UP) else 2
    assert rows.remove(kind, moment, 9) == 0  # type: ignore[arg-type]
    found = [rows.remove(kind, moment + MINUTE, 1) for _ in range(count + 1)]  # type: ignore[operator]
    assert found == [1] * count + [0]


def test_a_message_that_waits_is_not_old(store: Store) -> None:
    key_added(store)
    publish(store, a_published())
    store.api.webhooks.add(HOOK, RECORD.exchange("0190-hook"))
    hooks, rows = store.api.webhooks, store.personal_rows
    hooks.collect(clock() - timedelta(hours=1))
    publish(store, a_published("MZ26EX000002"))
    hooks.collect(clock())
    far = clock() + timedelta(days=4000)
    assert rows.remove(RowKind.WEBHOOK_MESSAGE, far, 99) == 0
    waiting = hooks.due(far, 99)
    assert waiting
    hooks.settle(replace(waiting[0], state=MessageState.DELIVERED))
    assert rows.remove(RowKind.WEBHOOK_MESSAGE, clock(), 99) == 0
    assert rows.remove(RowKind.WEBHOOK_MESSAGE, far, 99) == 1
    assert len(hooks.due(far, 99)) == len(waiting) - 1


def remover(store: Store, at: datetime) -> RemoveOld:
    rows = store.personal_rows
    erase = ErasePerson(None, rows, lambda: at, lambda: "0190-erased")  # type: ignore[arg-type]
    kept = {RowKind.SESSION: timedelta(hours=12), RowKind.ONE_TIME_CODE: timedelta(0)}
    return RemoveOld(rows, erase, kept, timedelta(days=730), lambda: at)


def test_the_rule_erases_closed_accounts_and_stops_when_it_is_told(store: Store) -> None:
    filled(store)
    early = NOW + timedelta(days=730)
    assert remover(store, early).round(lambda: True) == {}
    assert dict(remover(store, early).round()) == {"session": 2, "one-time-code": 2}
    assert remover(store, early + MINUTE).round()["person"] == 1
    assert remover(store, early + MINUTE).round()["person"] == 0
    assert store.accounts.named(OTHER.name)


def test_a_digest_needs_the_account_and_the_pseudonym_no_name() -> None:
    renamed = replace(PERSON, full_name="Somebody Else")
    assert pseudonym_of(renamed) == pseudonym_of(PERSON)
    assert name_digest(renamed) != name_digest(PERSON)
    assert name_digest(replace(PERSON, id=OTHER.id)) != name_digest(PERSON)
