"""Accounts of people in both databases: what is stored comes back, and what counts once does."""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest

from gateway.domain.people.person import Person
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.roles import Grant, Role
from gateway.exchange.people.acts import OPERATION, Act, PersonAct, act_of
from gateway.exchange.ports import JournalFilter
from gateway.exchange.ports.people.accounts import (
    Account,
    OneTimeCode,
    Passkey,
    PersonLink,
    Session,
)
from gateway.store import Store
from tests.store.journal.sealing_acts import NOW

MINUTE = timedelta(minutes=1)
GRANTS = frozenset({Grant(Role.CUSTOMS, "MZ/MA"), Grant(Role.AUDITOR, "ZA/MA")})
PERSON = Person("01930000-0000-7000-8000-000000000001", "m.tembe", "Marta Tembe", GRANTS, NOW)
ACCOUNT = Account(PERSON, "hash", b"\x00secret", 7, 3, NOW)
SESSION = Session("a" * 64, PERSON.id, False, NOW, NOW, "192.0.2.1", "a browser")
LINK = PersonLink("https://id.example.org", "s-1", PERSON.id, True, NOW)
PASSKEY = Passkey(b"\x01id", PERSON.id, b"key", 4, "a telephone", NOW)


def added(store: Store, *accounts: Account) -> None:
    with store.accounts.begin() as work:
        for account in accounts:
            work.add(account)
        work.commit()


def test_an_account_comes_back_as_it_was_stored_and_changed(store: Store) -> None:
    added(store, ACCOUNT)
    assert store.accounts.named("m.tembe") == ACCOUNT
    assert store.accounts.named("M.Tembe") is None
    closed = replace(PERSON, disabled_at=NOW, grants=frozenset({Grant(Role.OPERATOR, "MZ/MA")}))
    changed = Account(closed)
    with store.accounts.begin() as work:
        work.change(changed)
        work.commit()
    assert store.accounts.get(PERSON.id) == changed
    assert store.accounts.people() == [closed]


def test_a_name_is_of_one_person(store: Store) -> None:
    added(store, ACCOUNT)
    other = Account(replace(PERSON, id="01930000-0000-7000-8000-000000000002"))
    with pytest.raises(PersonInvalid, match="Another person"):
        added(store, other)
    assert len(store.accounts.people()) == 1


def test_what_is_not_committed_leaves_nothing_not_even_a_record(store: Store) -> None:
    act = PersonAct(Act.ADDED, NOW, "T. Sitoe", "m.tembe", "192.0.2.1", {"grants": "x"})
    with store.accounts.begin() as work:
        work.add(ACCOUNT)
        work.record(act.exchange(PERSON.id))
    assert not store.accounts.people()
    wanted = JournalFilter(operation=OPERATION)
    assert not store.journal.search(wanted, 10)
    with store.accounts.begin() as work:
        work.record(act.exchange(PERSON.id))
        work.commit()
    (record,) = store.journal.search(wanted, 10)
    assert act_of(record) == act


def test_sessions_are_ended_one_by_one_all_but_one_and_by_time(store: Store) -> None:
    added(store, ACCOUNT)
    sessions = [
        replace(SESSION, digest=letter * 64, began_at=NOW + number * MINUTE, seen_at=NOW)
        for number, letter in enumerate("abcd")
    ]
    with store.accounts.begin() as work:
        for session in sessions:
            work.begin_session(session)
        work.commit()
    assert store.accounts.session("b" * 64) == sessions[1]
    store.accounts.seen("b" * 64, NOW + MINUTE)
    with store.accounts.begin() as work:
        work.end_session("a" * 64)
        work.end_sessions_before(NOW + MINUTE, NOW + MINUTE)
        work.commit()
    assert [each.digest[0] for each in store.accounts.sessions(PERSON.id)] == ["b"]
    with store.accounts.begin() as work:
        work.begin_session(sessions[2])
        work.end_sessions(PERSON.id, but="c" * 64)
        work.commit()
    assert store.accounts.sessions(PERSON.id) == [sessions[2]]


def test_the_provider_ends_the_session_it_names_and_those_it_may_mean(store: Store) -> None:
    added(store, ACCOUNT)
    here, there, unknown = (
        replace(SESSION, digest=letter * 64, by_sign_on=True, provider_session=provider)
        for letter, provider in (("a", "1" * 64), ("b", "2" * 64), ("c", None))
    )
    local = replace(SESSION, digest="d" * 64, by_sign_on=False)

    def left_after(person_id: str | None, provider_session: str | None) -> str:
        with store.accounts.begin() as work:
            work.end_sessions(PERSON.id)
            for session in (here, there, unknown, local):
                work.begin_session(session)
            ended = work.end_sign_on_sessions(person_id, provider_session)
            work.commit()
        left = store.accounts.sessions(PERSON.id)
        assert ended == [PERSON.id] * (4 - len(left))
        return "".join(sorted(each.digest[0] for each in left))

    assert left_after(PERSON.id, "1" * 64) == "bd"
    assert left_after(None, "1" * 64) == "bcd"
    assert left_after(PERSON.id, None) == "d"
    assert left_after("0192-another", None) == "abcd"
    assert left_after(None, "3" * 64) == "abcd"
    assert here in {store.accounts.session("a" * 64)}


@pytest.mark.both_databases
def test_a_logout_and_an_administrator_at_the_same_moment_do_not_wait_for_each_other(
    store: Store,
) -> None:
    added(store, ACCOUNT)
    session = replace(SESSION, by_sign_on=True)
    with store.accounts.begin() as work:
        work.begin_session(session)
        work.commit()
    begun = Event()

    def logout() -> list[str]:
        begun.set()
        with store.accounts.begin() as other:
            ended = other.end_sign_on_sessions(PERSON.id, None)
            assert other.account(PERSON.id)
            other.commit()
        return list(ended)

    with ThreadPoolExecutor(1) as pool:
        with store.accounts.begin() as work:
            assert work.account(PERSON.id)
            told = pool.submit(logout)
            begun.wait()
            with suppress(FutureTimeout):  # it waits for this transaction, and holds no session
                told.result(0.5)
            work.end_sessions(PERSON.id)
            work.commit()
        assert told.result(10) == []


@pytest.mark.both_databases
def test_a_code_is_taken_once_also_by_two_at_the_same_moment(store: Store) -> None:
    added(store, ACCOUNT)
    for digest in ("1" * 64, "2" * 64):
        with store.accounts.begin() as work:
            work.put_code(OneTimeCode(digest, PERSON.id, NOW))
            work.commit()

    def take(digest: str) -> bool:
        with store.accounts.begin() as work:
            found = work.take_code(digest)
            work.commit()
        return found is not None

    assert not take("1" * 64)  # the newer one is in its place
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(take, ["2" * 64] * 4)) == [False, False, False, True]


def test_passkeys_are_stored_counted_and_removed(store: Store) -> None:
    added(store, ACCOUNT)
    with store.accounts.begin() as work:
        work.add_passkey(PASSKEY)
        work.commit()
    with pytest.raises(PersonInvalid, match="known already"), store.accounts.begin() as work:
        work.add_passkey(PASSKEY)
    with store.accounts.begin() as work:
        work.used_passkey(PASSKEY.credential, 5)
        work.commit()
    assert store.accounts.passkey(PASSKEY.credential) == replace(PASSKEY, sign_count=5)
    with store.accounts.begin() as work:
        work.remove_passkeys(PERSON.id, b"another")
        work.commit()
    assert len(store.accounts.passkeys(PERSON.id)) == 1
    with store.accounts.begin() as work:
        work.remove_passkeys(PERSON.id)
        work.commit()
    assert not store.accounts.passkeys(PERSON.id)


def test_wrong_passwords_are_counted_by_address_within_the_window(store: Store) -> None:
    def failed(address: str, at: int) -> None:
        with store.accounts.begin() as work:
            moment = NOW + at * MINUTE
            work.count_failure(address, moment, moment - 15 * MINUTE)
            work.commit()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: failed("192.0.2.1", 0), range(8)))
    assert store.accounts.failures("192.0.2.1", NOW - 15 * MINUTE) == 8
    assert store.accounts.failures("192.0.2.2", NOW - 15 * MINUTE) == 0
    assert store.accounts.failures("192.0.2.1", NOW + MINUTE) == 0
    failed("192.0.2.1", 16)
    assert store.accounts.failures("192.0.2.1", NOW) == 1


@pytest.mark.both_databases
def test_two_transactions_on_one_account_follow_each_other(store: Store) -> None:
    added(store, replace(ACCOUNT, failures=0))

    def count(_: int) -> None:
        with store.accounts.begin() as work:
            account = work.account(PERSON.id)
            assert account is not None
            work.change(replace(account, failures=account.failures + 1))
            work.commit()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(count, range(12)))
    account = store.accounts.get(PERSON.id)
    assert account is not None
    assert account.failures == 12


def test_a_link_is_of_one_person_and_one_subject_and_is_found_by_both(store: Store) -> None:
    other = Account(replace(PERSON, id="01930000-0000-7000-8000-000000000002", name="other"))
    added(store, ACCOUNT, other)
    with store.accounts.begin() as work:
        work.link(LINK)
        for taken in (replace(LINK, person_id=other.person.id), replace(LINK, subject="s-2")):
            with pytest.raises(PersonInvalid, match="linked already"):
                work.link(taken)
        work.commit()
    assert store.accounts.linked(LINK.issuer, "s-1") == store.accounts.link_of(PERSON.id) == LINK
    assert store.accounts.linked(LINK.issuer, "S-1") is None
    assert store.accounts.linked("https://id.example.org/", "s-1") is None
    with store.accounts.begin() as work:
        assert [work.unlink(PERSON.id), work.unlink(PERSON.id)] == [True, False]
        work.commit()
    assert store.accounts.link_of(PERSON.id) is None


def test_an_answer_of_a_sign_on_counts_once_until_its_time_is_over(store: Store) -> None:
    def taken(at: timedelta) -> bool:
        with store.accounts.begin() as work:
            is_first = work.take_answer("d" * 64, NOW + 10 * MINUTE, NOW + at)
            work.commit()
        return is_first

    assert [taken(0 * MINUTE), taken(9 * MINUTE), taken(11 * MINUTE)] == [True, False, True]


@pytest.mark.both_databases
def test_of_the_same_answer_at_the_same_moment_one_counts(store: Store) -> None:
    def take(_: int) -> bool:
        with store.accounts.begin() as work:
            is_first = work.take_answer("e" * 64, NOW + MINUTE, NOW)
            work.commit()
        return is_first

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(take, range(8))) == 1
