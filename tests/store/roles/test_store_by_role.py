"""The store by role: whatever a process does is possible with its role alone."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from uuid_utils import uuid7

from gateway.domain.availability.results import Result
from gateway.domain.delivery_state import DeliveryState
from gateway.domain.errors import DatabaseProblem, ServiceUnavailable
from gateway.domain.identifiers import CertificateNumber
from gateway.domain.people.pseudonym import pseudonym_of
from gateway.domain.permit.loss import LossNote
from gateway.domain.permit.status import Status
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.ports import (
    DeliveryEvent,
    Direction,
    Document,
    DocumentForm,
    JournalFilter,
    ServiceMode,
)
from gateway.exchange.ports.people.personal_data import RowKind
from gateway.exchange.stored_bytes import ComposedBytes, StoredBytes
from gateway.store import Store, open_store, snapshot
from tests.builders import a_partner_result, a_shown_certificate, a_window
from tests.database_roles import (
    BACKUP,
    MIGRATE,
    PRUNE,
    PUBLISH,
    READ,
    SERVE,
    as_role,
    copied_database_with_roles,
    give_roles,
)
from tests.databases import POSTGRESQL, SQLITE, empty_database
from tests.pki import Identity
from tests.store.backup.whole_database import copy, lived_in_database
from tests.store.journal.sealing_acts import (
    NOW,
    OFFICER,
    Sealed,
    holding,
    issue,
    keep,
    long_ago,
    prune,
    seal_later,
    there,
)
from tests.store.national.test_sync_states import STATE, refused
from tests.store.people.test_personal_data import CLOSED, act, filled, linked
from tests.store.store_acts import (
    ANAC,
    MZ,
    NUMBER,
    PICTURE,
    a_published,
    an_exchange,
    book,
    clock,
    confirm,
    declare,
    publish,
)

pytestmark = pytest.mark.slow

NOTES = (LossNote("10", "annotation", "#4", "HeaderExchangedDocument/Information", "A"),)
FINAL = {("v1", DocumentForm.FINAL): Document(b"<CBFShip final=''/>", b"<seal of='final'/>", NOTES)}
Open = Callable[[str], Store]


@pytest.fixture
def superuser() -> Iterator[str]:
    with copied_database_with_roles() as url:
        yield url


@pytest.fixture
def by(superuser: str) -> Iterator[Open]:
    """Opens the store of a role; who serves prunes with the role for it."""
    opened = []

    def open_as(role: str) -> Store:
        pruning = as_role(superuser, PRUNE) if role == SERVE else None
        opened.append(open_store(as_role(superuser, role), clock, prune_url=pruning))
        return opened[-1]

    yield open_as
    for store in opened:
        store.close()


def change(store: Store, documents=FINAL, **changes) -> None:
    with store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
        work.permits.change(stored, replace(stored.published, **changes), documents)
        work.commit()


def test_who_serves_answers_and_records(by: Open) -> None:
    publish(by(PUBLISH), attachments=[PICTURE])
    serving = by(SERVE)
    (header,) = serving.permit_lookup.find(MZ, NUMBER)
    assert serving.permit_lookup.document(header, "v1", DocumentForm.NON_FINAL).seal
    assert [file.name for file in serving.permit_lookup.attachments(header)] == [PICTURE.name]
    assert serving.permit_lookup.decoy(CertificateNumber("MZ26EX000009"), there=True)
    stored = StoredBytes(b"<CBFShip/>", "ab" * 32)
    answer = ComposedBytes((b"<answer>", stored, b"</answer>"))
    serving.journal.record(an_exchange())
    serving.journal.record(an_exchange(operation="ConfirmQuantities", answer=answer))
    assert len(serving.journal.search(JournalFilter(caller="za"), 5)) >= 1
    serving.check()
    serving.check_writing()
    assert serving.service_modes.current() is None
    assert serving.shared_keys.is_ours("token key", b"a" * 32)
    serving.shown_certificates.keep(a_shown_certificate(), clock())
    with serving.locks.try_acquire("sealing") as acquired:
        assert acquired


@pytest.mark.long_haul  # test_privileges.py has each privilege
def test_who_serves_keeps_the_availability_of_partners_and_the_office_their_windows(
    by: Open,
) -> None:
    serving, office = by(SERVE), by(PUBLISH)
    office.availability.windows.add(a_window(NOW, NOW + timedelta(hours=1)))
    for result in (Result.ANSWERED, Result.UNREACHABLE):
        serving.availability.results.add(a_partner_result(result, NOW))
    serving.availability.results.condense(NOW + timedelta(days=1), NOW - timedelta(days=9))
    assert [
        slot.planned for slot in by(READ).availability.results.slots(NOW - timedelta(days=1))
    ] == [True]
    for _ in range(2):
        serving.availability.probes.claim("za", NOW, first=NOW, following=NOW, latest=NOW)
    assert office.availability.windows.withdraw("w1", NOW, "T. Sitoe")
    with pytest.raises(ServiceUnavailable):
        serving.availability.windows.add(a_window(NOW, NOW + timedelta(hours=1), id="w2"))


def test_who_serves_confirms_to_the_end_and_over_the_final_document(by: Open) -> None:
    publish(by(PUBLISH))
    serving = by(SERVE)
    confirm(serving, "za", "2")
    change(serving, status=Status.FINAL)
    change(serving, status=Status.FINAL)  # replaces the final document
    with serving.begin_work() as work:
        work.record(an_exchange())
        work.commit()
    (header,) = serving.permit_lookup.find(MZ, NUMBER)
    assert header.status is Status.FINAL
    assert serving.permit_lookup.document(header, "v1", DocumentForm.FINAL)
    assert serving.permit_lookup.document(header, "v1", DocumentForm.NON_FINAL)


@pytest.mark.long_haul  # test_privileges.py has each privilege
@pytest.mark.parametrize(
    ("documents", "changes"),
    [
        ({("v1", DocumentForm.NON_FINAL): Document(b"<forged/>")}, {}),
        ({}, {"permit": replace(a_published().permit, purpose="Z")}),
    ],
    ids=["document as issued", "boxes"],
)
def test_who_serves_changes_nothing_that_was_issued(by: Open, documents, changes) -> None:
    publish(by(PUBLISH))
    with pytest.raises(ServiceUnavailable) as refused:
        change(by(SERVE), documents, **changes)
    assert refused.value.problem is DatabaseProblem.NOT_GRANTED
    change(by(PUBLISH), documents, **changes)


def test_officers_of_the_pages_end_and_close_permits_as_who_serves(by: Open) -> None:
    publish(by(PUBLISH))
    serving = by(SERVE)
    confirm(serving, "za", "1")
    declare(serving, used_up=True)
    ends = {"status": Status.REPLACED, "successor": CertificateNumber("MZ26EX000002")}
    change(serving, {}, **ends)
    (header,) = serving.permit_lookup.find(MZ, NUMBER)
    assert (header.status, header.successor) == (Status.REPLACED, "MZ26EX000002")


@pytest.mark.long_haul  # test_privileges.py has each privilege
def test_who_serves_keeps_the_replay_cache_and_the_outbox(by: Open) -> None:
    serving, now = by(SERVE), clock()
    for minutes in (0, 1, 60, 120):  # what is old is deleted, and the mark raised
        moment = now + timedelta(minutes=minutes)
        assert serving.replay_cache.register(
            "za", f"{minutes:064}"[::-1].replace("0", "a"), moment + timedelta(minutes=7), moment
        )
    booked = serving.outbox.find(book(serving, 1))
    assert booked in serving.outbox.due(now)
    assert serving.outbox.claim(booked, now + timedelta(minutes=1))
    claimed = serving.outbox.find(booked.id)
    serving.outbox.postpone(claimed, now)
    again = serving.outbox.find(booked.id)
    assert serving.outbox.claim(again, now + timedelta(minutes=1))
    event = DeliveryEvent(now, DeliveryState.DELIVERED, "ok", None, None)
    assert serving.outbox.settle(serving.outbox.find(booked.id), event, now, "their-id")
    assert len(serving.outbox.history(booked.id)) == 2
    assert by(READ).outbox.counts() == {}


@pytest.mark.long_haul  # test_privileges.py has each privilege
def test_who_serves_removes_old_rows_and_erases_names(by: Open) -> None:
    serving = by(SERVE)
    filled(serving)
    linked(serving, CLOSED)
    rows, pseudonym = serving.personal_rows, pseudonym_of(CLOSED)
    assert rows.erase(CLOSED, pseudonym, act(pseudonym).exchange(str(uuid7())))
    assert rows.held(CLOSED)["customs_look_up"] == 0
    later = clock() + timedelta(days=4000)
    removed = {kind.value: rows.remove(kind, later, 9) for kind in RowKind}
    assert (removed["mail-question"], removed["session"]) == (2, 1)  # one went with the name
    assert rows.closed_before(later, 9) == []


def test_who_serves_seals_and_prunes_with_the_other_connection(by: Open, ours: Identity) -> None:
    issue(Sealed(by(PUBLISH), ours), attachments=[PICTURE])
    journal = Sealed(by(SERVE), ours)
    old = keep(journal, long_ago(2019), long_ago(2019, outcome="AccessDenied"), long_ago(2025))
    journal.store.sealed_journal.add_timestamp(1, b"stamp", an_exchange(direction=Direction.OWN))
    removed, _ = prune(journal)
    assert removed == set(old[:2])
    seal_later(journal)
    for role in (SERVE, BACKUP):
        assert Sealed(by(role), ours).verify()[0]


@pytest.mark.long_haul  # test_privileges.py has each privilege
def test_pruning_is_not_possible_with_the_connection_that_serves(
    superuser: str, by: Open, ours: Identity
) -> None:
    issue(Sealed(by(PUBLISH), ours))
    alone = Sealed(open_store(as_role(superuser, SERVE), clock), ours)
    keep(alone, long_ago(2019))
    with pytest.raises(ServiceUnavailable) as refused:
        prune(alone)
    assert refused.value.problem is DatabaseProblem.NOT_GRANTED
    assert len(there(alone)) == 1
    alone.store.close()


@pytest.mark.long_haul  # test_privileges.py has each privilege
def test_a_pruning_of_its_own_needs_no_other_role_and_obeys_holds(by: Open, ours: Identity) -> None:
    office = Sealed(by(PUBLISH), ours)
    issue(office)
    serving = Sealed(by(SERVE), ours)
    one, two = keep(serving, long_ago(2019), long_ago(2019))
    (hold,), records = holding(office).hold([], [one], OFFICER)
    assert records == 1
    alone = Sealed(by(PRUNE), ours)
    assert prune(alone)[0] == {two}
    holding(office).release(hold.id, ResponsiblePerson("J. Macuácua", "case closed"))
    assert prune(alone)[0] == {one}
    assert by(READ).holds.all()[0].release


def test_the_office_publishes_seals_corrects_and_closes(by: Open) -> None:
    office = by(PUBLISH)
    publish(office, attachments=[PICTURE])
    change(office, {("v2", DocumentForm.NON_FINAL): Document(b"<CITESEPermit changed=''/>")})
    assert office.unsealed_permits.count() == 1
    (unsealed,) = office.unsealed_permits.after(0, 5)
    with office.begin_work() as work:
        assert work.integrity.add_seals(unsealed, dict.fromkeys(unsealed.documents, b"<seal/>"))
        work.commit()
    with office.begin_work() as work:  # before a permit is marked as returned unused
        assert not work.declared.of_permit("MZ", "MZ26EX000001")
    confirm(office, "za", "1")
    declare(office, used_up=True)
    declare(office, used_up=False)
    office.service_modes.declare(ServiceMode(True, NOW, "T. Sitoe", "new disks"))
    assert by(SERVE).service_modes.current()


def test_backups_read_everything_and_reports_everything_but_secrets(
    superuser: str, by: Open
) -> None:
    publish(by(PUBLISH))
    by(SERVE).journal.record(an_exchange())
    with snapshot(as_role(superuser, BACKUP)) as taken:
        rows = {table.name: len(list(taken.rows(table))) for table in taken.tables}
    assert rows["permit"] == rows["exchange"] == 1
    reader = by(READ)
    assert reader.unsealed_permits.count() == 1
    assert reader.sealed_journal.last() is None
    assert reader.holds.all() == []
    assert reader.service_modes.current() is None
    with pytest.raises(ServiceUnavailable) as refused:
        reader.journal.latest(1)  # whole messages, with tokens in them
    assert refused.value.problem is DatabaseProblem.NOT_GRANTED
    with pytest.raises(ServiceUnavailable):
        reader.journal.find(str(uuid7()))


@pytest.mark.long_haul  # test_privileges.py has each privilege
def test_the_office_writes_a_permit_anew_and_who_serves_cannot(by: Open) -> None:
    office = by(PUBLISH)
    publish(office)
    name = ("v1", DocumentForm.NON_FINAL)
    for store, is_allowed in ((by(SERVE), False), (office, True)):
        try:
            with store.begin_work() as work:
                stored = work.permits.get(ANAC, NUMBER)
                work.permits.keep_former(stored, [name], "a record")
                work.permits.change(
                    stored, stored.published, {name: Document(b"<later/>", None, NOTES)}
                )
                work.commit()
        except ServiceUnavailable:
            assert not is_allowed
        else:
            assert is_allowed
    (header,) = office.permit_lookup.find(MZ, NUMBER)
    found = office.permit_lookup.document(header, *name)
    assert found and found.content == b"<later/>"


@pytest.mark.long_haul  # test_privileges.py has each privilege
def test_the_office_synchronises_and_who_serves_watches(by: Open) -> None:
    office, serving = by(PUBLISH), by(SERVE)
    for _ in range(2):
        office.sync_states.save(STATE, [refused("MZ/1")], an_exchange())
    assert [(state.source, count) for state, count in serving.sync_states.all()] == [("own", 1)]
    assert len(office.sync_states.refused("own", None, 9)) == 1
    for forbidden in (
        lambda: serving.sync_states.save(STATE),
        lambda: serving.sync_states.refused("own", None, 9),
        lambda: by(READ).sync_states.records("own", [("", "MZ/1")]),
    ):
        with pytest.raises(ServiceUnavailable) as error:
            forbidden()
        assert error.value.problem is DatabaseProblem.NOT_GRANTED


@pytest.mark.long_haul  # the short form has each role alone
def test_the_owner_restores_a_backup_and_the_others_go_on(tmp_path: Path) -> None:
    with (
        lived_in_database(tmp_path, SQLITE) as source,
        empty_database(tmp_path, POSTGRESQL) as url,
    ):
        give_roles(url)
        copy(source, as_role(url, MIGRATE))
        give_roles(as_role(url, MIGRATE))
        with (
            closing(open_store(as_role(url, PUBLISH), clock)) as office,
            closing(open_store(as_role(url, SERVE), clock)) as serving,
        ):
            number = CertificateNumber("MZ26EX000077")
            publish(office, a_published(number.text))
            confirm(serving, "za", "1", number=number)
            assert len(serving.permit_lookup.find(MZ, NUMBER)) == 1
