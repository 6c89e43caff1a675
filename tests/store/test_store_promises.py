"""Promises of the ports, kept by the database and by the fakes in memory alike."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.ledger.endorsement import Confirmation, Role, SeenQuantity
from gateway.domain.permit.loss import LossNote
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.status import Status
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.ports import (
    Attachment,
    ConcurrentChange,
    Direction,
    Document,
    DocumentForm,
    NewPermit,
    StatedPermit,
)
from tests.builders import a_permit, a_position
from tests.store.store_acts import (
    ANAC,
    CUSTOMS,
    DOCUMENTS,
    MZ,
    NUMBER,
    PICTURE,
    a_published,
    an_exchange,
    clock,
    confirm,
    declare,
    document,
    publish,
)

pytestmark = pytest.mark.both_databases

EXPRESS = Authority(MZ, "AQUA")


def read(store, authority=ANAC, number=NUMBER):
    with store.begin_work() as work:
        return work.permits.get(authority, number)


def test_a_published_permit_is_answered_with_its_document(any_store):
    publish(any_store, attachments=(PICTURE, Attachment("", b"")))
    (found,) = any_store.permit_lookup.find(MZ, NUMBER)
    assert document(any_store, "v2") == b"<CITESEPermit/>"
    assert (found.authority, found.status, found.successor) == (ANAC, Status.ISSUED, None)
    assert found.token_hash == b"\x00\xff" * 16
    assert found.countries == {"MZ", "ZA"}
    assert found.attachments == 2
    assert any_store.permit_lookup.attachments(found) == (PICTURE, Attachment("", b""))


def test_countries_of_transit_are_kept_beside_those_of_the_form(any_store):
    published = publish(any_store, a_published(transit=frozenset({"BW", "NA"})))
    (found,) = any_store.permit_lookup.find(MZ, NUMBER)
    assert found.countries == {"BW", "MZ", "NA", "ZA"}
    assert read(any_store).published == published


def test_a_permit_stands_in_for_a_number_that_is_not_there(any_store):
    unknown = CertificateNumber("MZ26EX999999")
    assert list(any_store.permit_lookup.decoy(unknown, there=True)) == []
    publish(any_store)
    (header,) = any_store.permit_lookup.find(MZ, NUMBER)
    assert list(any_store.permit_lookup.decoy(unknown, there=True)) == [header]
    assert list(any_store.permit_lookup.decoy(unknown, there=False)) == []


def test_a_permit_is_compared_with_what_a_record_states(any_store):
    token = b"\x00\xff" * 16
    published = publish(any_store, a_published(transit=frozenset({"BW"})))
    unknown = replace(
        published, permit=replace(published.permit, number=CertificateNumber("MZ26EX999999"))
    )

    def compared(stated, token_hash=token, authority=ANAC):
        permits = [StatedPermit(unknown, token), StatedPermit(stated, token_hash)]
        return any_store.permit_lookup.compare(authority, permits)

    assert compared(published) == {NUMBER: True}
    assert compared(published, authority=EXPRESS) == {}
    assert compared(published, None) == compared(published, b"\xff" * 32) == {NUMBER: False}
    for other in (
        replace(published, status=Status.CANCELLED),
        replace(published, transit=frozenset()),
        replace(published, permit=replace(published.permit, special_conditions=("Other.",))),
    ):
        assert compared(other) == {NUMBER: False}
    confirm(any_store, "ZA", "1")
    final = read(any_store).published.status is Status.FINAL
    assert compared(published) == {NUMBER: not final}


def test_a_permit_with_attachments_is_never_what_a_record_without_them_states(any_store):
    published = publish(any_store, attachments=(PICTURE,))
    stated = [StatedPermit(published, b"\x00\xff" * 16)]
    assert any_store.permit_lookup.compare(ANAC, stated) == {NUMBER: False}


def test_any_number_of_permits_is_compared_at_once(any_store):
    permits = [a_published(number=f"MZ26EX1{place:05}") for place in range(70)]
    for each in permits[::2]:
        publish(any_store, each)
    stated = [StatedPermit(each, b"\x00\xff" * 16) for each in permits]
    found = any_store.permit_lookup.compare(ANAC, stated)
    assert found == {each.permit.number: True for each in permits[::2]}
    assert any_store.permit_lookup.compare(ANAC, []) == {}


@pytest.mark.parametrize(
    ("version", "form"), [("v3", DocumentForm.NON_FINAL), ("v1", DocumentForm.FINAL)]
)
def test_a_permit_without_such_a_document_is_found_without_one(any_store, version, form):
    publish(any_store)
    assert any_store.permit_lookup.find(MZ, NUMBER)
    assert document(any_store, version, form) is None


@pytest.mark.parametrize(
    "number", ["mz26ex000001", "MZ26EX00000", "MZ26EX0000011", "MZ26EX_00001", "%"]
)
def test_a_number_is_compared_exactly(any_store, number):
    publish(any_store)
    assert list(any_store.permit_lookup.find(MZ, CertificateNumber(number))) == []


def test_the_neighbour_country_does_not_have_our_permit(any_store):
    publish(any_store)
    assert list(any_store.permit_lookup.find(IsoCountryCode("ZA"), NUMBER)) == []
    with any_store.begin_work() as work:
        assert work.permits.get(Authority(MZ, "anac"), NUMBER) is None


def test_two_authorities_of_a_country_may_use_the_same_number(any_store):
    publish(any_store, a_published(authority=EXPRESS), token_hash=None)
    publish(any_store)
    found = any_store.permit_lookup.find(MZ, NUMBER)
    assert [(each.authority, each.token_hash is None) for each in found] == [
        (ANAC, False),
        (EXPRESS, True),
    ]
    assert [read(any_store, each.authority).published.authority for each in found] == [
        ANAC,
        EXPRESS,
    ]


def test_a_permit_comes_back_as_it_was_stored(any_store):
    published = publish(any_store, attachments=(PICTURE,))
    stored = read(any_store)
    assert stored.published == published
    assert (stored.token_hash, stored.attachments, stored.revision) == (
        b"\x00\xff" * 16,
        (PICTURE,),
        1,
    )


def test_a_number_is_published_once(any_store):
    publish(any_store)
    with pytest.raises(ConcurrentChange), any_store.begin_work() as work:
        work.permits.add([NewPermit(a_published(), None, (), {})])
    assert read(any_store).token_hash is not None


def test_permits_are_stored_together(any_store):
    both = [a_published(), a_published("MZ26EX000002", EXPRESS)]
    shared = Document(b"<CITESEPermit/>", b"<Signature/>", (LossNote("5", "carnet", "1", "/"),))
    documents = {("v2", DocumentForm.NON_FINAL): shared}
    unknown = (ANAC, CertificateNumber("MZ26EX000002"))
    with any_store.begin_work() as work:
        work.permits.add([NewPermit(each, None, (PICTURE,), documents) for each in both])
        work.commit()
    keys = [(each.authority, each.permit.number) for each in both]
    with any_store.begin_work() as work:
        assert set(work.permits.known([*keys, unknown])) == set(keys)
        for published, key in zip(both, keys, strict=True):
            stored = work.permits.get(*key)
            assert stored.published == published
            assert stored.attachments == (PICTURE,)
            assert work.permits.documents(stored) == documents
    confirm(any_store, "za", "5")


def test_of_permits_that_are_stored_together_none_is_where_one_is_there(any_store):
    publish(any_store)
    other = a_published("MZ26EX000002")
    with pytest.raises(ConcurrentChange), any_store.begin_work() as work:
        work.permits.add([NewPermit(each, None, (), DOCUMENTS) for each in (other, a_published())])
    assert read(any_store, number=other.permit.number) is None


def test_uncommitted_work_is_rolled_back(any_store):
    with any_store.begin_work() as work:
        work.permits.add([NewPermit(a_published(), None, (), DOCUMENTS)])
    assert read(any_store) is None


def test_an_error_rolls_back(any_store):
    with pytest.raises(KeyError), any_store.begin_work() as work:
        work.permits.add([NewPermit(a_published(), None, (), DOCUMENTS)])
        raise KeyError
    assert list(any_store.permit_lookup.find(MZ, NUMBER)) == []


def test_a_confirmation_comes_back_with_its_offset_and_exact_amounts(any_store):
    line = a_position("B", quantity=Quantity(Decimal("999999999.999999"), None))
    published = replace(a_published(), permit=a_permit(positions=(a_position("A"), line)))
    event = Confirmation(
        "0195a3c0-0000-7000-8000-000000000001",
        "za",
        Role.IMPORT,
        datetime(2026, 3, 5, 10, 0, 0, 7, timezone(timedelta(hours=2))),
        (("B", Quantity(Decimal("0.100000"), None)), ("A", Quantity(Decimal(5), "NAR"))),
        "ab" * 32,
    )
    publish(any_store, replace(published, confirmations=(event,)))
    assert repr(read(any_store).published.confirmations) == repr((event,))


def test_confirmations_come_back_in_the_order_they_came(any_store):
    publish(any_store)
    for caller in ("za", "bw", "aa"):
        confirm(any_store, caller, "1")
    assert [event.by for event in read(any_store).published.confirmations] == ["za", "bw", "aa"]
    assert read(any_store).revision == 4


def test_a_change_replaces_all_documents_of_the_forms_it_brings_and_no_other(any_store):
    final = {
        ("v1", DocumentForm.FINAL): Document(b"one"),
        ("v2", DocumentForm.FINAL): Document(b"two"),
    }
    publish(any_store, documents={**DOCUMENTS, **final})
    with any_store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
        final = replace(stored.published, status=Status.FINAL)
        work.permits.change(
            stored, final, {("v1", DocumentForm.FINAL): Document(b"later", b"<seal/>")}
        )
        work.commit()

    assert document(any_store, "v1", DocumentForm.FINAL) == b"later"
    assert document(any_store, "v2", DocumentForm.FINAL) is None
    assert document(any_store, "v2", DocumentForm.NON_FINAL) == b"<CITESEPermit/>"


def test_a_seal_stays_with_its_document_and_goes_with_it(any_store):
    def seal(version, form=DocumentForm.NON_FINAL):
        (header,) = any_store.permit_lookup.find(MZ, NUMBER)
        return any_store.permit_lookup.document(header, version, form).seal

    publish(any_store)
    assert seal("v1") == b"<seal of='v1'/>"
    assert seal("v2") is None
    with any_store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
        work.permits.change(
            stored,
            stored.published,
            {("v1", DocumentForm.NON_FINAL): Document(b"later", b"<new/>")},
        )
        work.commit()
    assert seal("v1") == b"<new/>"


def test_a_change_of_status_is_seen_at_once(any_store):
    publish(any_store)
    assert any_store.permit_lookup.find(MZ, NUMBER)[0].status is Status.ISSUED
    with any_store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
        later = replace(
            stored.published, status=Status.REPLACED, successor=CertificateNumber("MZ26EX000009")
        )
        work.permits.change(stored, later, {})
        assert any_store.permit_lookup.find(MZ, NUMBER)[0].status is Status.ISSUED
        work.commit()
    (found,) = any_store.permit_lookup.find(MZ, NUMBER)
    assert (found.status, found.successor) == (Status.REPLACED, "MZ26EX000009")
    assert read(any_store).published == later


def test_a_change_of_something_that_has_changed_meanwhile_is_refused(any_store):
    publish(any_store)
    seen_before = read(any_store)
    confirm(any_store, "bw", "1")
    later, _, _ = seen_before.published.confirm(
        [SeenQuantity("A", "5")],
        CUSTOMS,
        clock(),
        "cd" * 32,
        "0195a3c0-0000-7000-8000-000000000002",
    )
    with pytest.raises(ConcurrentChange), any_store.begin_work() as work:
        work.permits.change(seen_before, later, {})
    assert [event.by for event in read(any_store).published.confirmations] == ["bw"]


def test_confirmations_are_never_removed(any_store):
    publish(any_store)
    confirm(any_store, "za", "1")
    with pytest.raises(ValueError, match="never changed"), any_store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
        work.permits.change(stored, replace(stored.published, confirmations=()), {})


def test_a_booking_by_a_person_comes_back_with_name_and_reason(any_store):
    publish(any_store)
    with any_store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
        officer = ResponsiblePerson("J. Macuácua", "on paper")
        later = stored.published.record(
            [SeenQuantity("A", "1")], CUSTOMS, clock(), "cd" * 32, "event", officer
        )
        work.permits.change(stored, later, {})
        work.commit()
    (event,) = read(any_store).published.confirmations
    assert (event.person, event.reason) == ("J. Macuácua", "on paper")


def test_declarations_come_back_in_order_and_are_never_removed(any_store):
    publish(any_store)
    for used_up in (True, False, True):
        declare(any_store, used_up=used_up)
    stored = read(any_store)
    assert [event.used_up for event in stored.published.declarations] == [True, False, True]
    assert (stored.published.status, stored.published.declarations[0].at) == (Status.FINAL, clock())
    with pytest.raises(ValueError, match="never changed"), any_store.begin_work() as work:
        work.permits.change(stored, replace(stored.published, declarations=()), {})


def test_a_journal_record_commits_with_its_unit_of_work_or_not_at_all(any_store):
    publish(any_store)
    with any_store.begin_work() as work:
        work.record(an_exchange())
    assert list(any_store.journal.latest(5)) == []
    declare(any_store, used_up=True, recorded=(record := an_exchange()))
    assert list(any_store.journal.latest(5)) == [record]


def test_every_exchange_is_kept_with_its_raw_bytes(any_store):
    answered = an_exchange(began_at=datetime(2026, 3, 5, 8, 0, 0, 1, UTC))
    refused = an_exchange(
        direction=Direction.OUT,
        operation=None,
        caller=None,
        callee=None,
        fingerprint=None,
        permit_number=None,
        outcome="InvalidRequest",
        answer=b"",
    )
    any_store.journal.record(answered)
    any_store.journal.record(refused)
    assert list(any_store.journal.latest(5)) == [refused, answered]
    assert list(any_store.journal.latest(1)) == [refused]
