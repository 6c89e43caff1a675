"""Ledger decisions of persons: events with name and reason, and an audit record."""

import json
from hashlib import sha256

import pytest

from gateway.domain.errors import (
    AlreadyConfirmed,
    CalleeNotFound,
    CertificateCancelled,
    CertificateNotFinal,
    CertificateNotFound,
    InvalidRequest,
    PositionUnknown,
    QuantityExceeded,
    RecordInvalid,
    ServiceUnavailable,
)
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.ledger.endorsement import (
    ConfirmationState,
    EndorsementRule,
    FinalAfter,
    Role,
    SeenQuantity,
)
from gateway.domain.partner import OperationName
from gateway.domain.permit.status import Status
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.permits.ledger import LedgerDecisions
from gateway.exchange.permits.own_permits import OwnPermits, PermitName
from gateway.exchange.service.served_authorities import ServedAuthorities
from tests.builders import a_permit
from tests.exchange.conftest import ANAC, MZ_CUSTOMS, NOON, TOKEN, ZA, ZA_CUSTOMS, MemoryGateway

THIS = PermitName("MZ", "MZ26EX000001")
PARTNERS = {partner.key: partner for partner in (ZA, MZ_CUSTOMS)}
OFFICER = ResponsiblePerson("J. Macuácua", "counted the wrong crate")


@pytest.fixture
def published(gateway: MemoryGateway) -> MemoryGateway:
    gateway.publish()
    return gateway


@pytest.fixture
def ledger(published: MemoryGateway) -> LedgerDecisions:
    return decisions(published)


def decisions(gateway: MemoryGateway) -> LedgerDecisions:
    rules = dict.fromkeys(gateway.authorities, gateway.rule)
    return LedgerDecisions(
        OwnPermits(ServedAuthorities(gateway.authorities), gateway.records),
        gateway.store.begin_work,
        gateway.both_formats,
        rules,
        PARTNERS,
        lambda: NOON,
        lambda: f"event-{next(gateway.ids)}",
        gateway.sealer,
    )


def seen(**lines: str) -> list[SeenQuantity]:
    return [SeenQuantity(letter, amount) for letter, amount in lines.items()]


def final(gateway: MemoryGateway) -> list[str]:
    answer = gateway.answering.answer(
        OperationName.GET_FINAL, "MZ26EX000001", TOKEN, "MZ", ZA, "v2"
    )
    return [
        str(line.examination.quantity)
        for line in gateway.both_formats[1].read(answer.document).positions
    ]


def test_what_was_taken_back_stays_in_the_history_and_counts_no_longer(
    published: MemoryGateway, ledger: LedgerDecisions
) -> None:
    wrong = published.confirm(A="5").confirmation_id
    after = ledger.reverse(THIS, wrong, OFFICER)
    assert [event.id for event in after.confirmations] == [wrong]
    assert after.effective_confirmations == ()
    (gone,) = after.reversals
    assert (gone.confirmation_id, gone.person, gone.reason, gone.at) == (
        wrong,
        OFFICER.person,
        OFFICER.reason,
        NOON,
    )
    assert after.ledger[0].remaining(Role.IMPORT) == 5
    assert ledger.permit(THIS) == after


def test_a_final_permit_is_no_longer_final_and_final_again_with_other_quantities(
    published: MemoryGateway, ledger: LedgerDecisions
) -> None:
    wrong = published.confirm(A="5", B="12.5", C="3").confirmation_id
    assert final(published) == ["5 NAR", "12.5 KGM", "3 NAR"]
    assert ledger.reverse(THIS, wrong, OFFICER).status is Status.ISSUED
    with pytest.raises(CertificateNotFinal):
        final(published)
    published.confirm(A="4", B="12", C="3")
    assert final(published) == ["4 NAR", "12 KGM", "3 NAR"]


def test_a_partner_does_not_book_again_by_itself_what_was_taken_back(
    published: MemoryGateway, ledger: LedgerDecisions
) -> None:
    wrong = published.confirm(A="5").confirmation_id
    ledger.reverse(THIS, wrong, OFFICER)
    with pytest.raises(AlreadyConfirmed, match="taken back"):
        published.confirm(A="5")
    assert published.confirm(ZA_CUSTOMS, A="5").state is ConfirmationState.CONFIRMED


def test_a_correction_takes_back_and_books_at_once_for_the_same_caller_and_role(
    published: MemoryGateway, ledger: LedgerDecisions
) -> None:
    wrong = published.confirm(MZ_CUSTOMS, A="5", B="12.5", C="3").confirmation_id
    after = ledger.correct(THIS, wrong, seen(A="4", B="12.5", C="3"), OFFICER)
    (right,) = after.effective_confirmations
    assert (right.by, right.role) == ("mz-customs", Role.EXPORT)
    assert after.status is Status.FINAL
    assert final(published) == ["4 NAR", "12.5 KGM", "3 NAR"]
    again = published.confirm(MZ_CUSTOMS, A="4", B="12.5", C="3")
    assert (again.state, again.confirmation_id) == (ConfirmationState.ALREADY_CONFIRMED, right.id)


@pytest.mark.parametrize(
    ("lines", "error"),
    [({"A": "6"}, QuantityExceeded), ({"X": "1"}, PositionUnknown), ({}, InvalidRequest)],
)
def test_a_correction_that_cannot_be_booked_takes_nothing_back(
    published: MemoryGateway, ledger: LedgerDecisions, lines: dict[str, str], error: type[Exception]
) -> None:
    kept = published.confirm(A="5").confirmation_id
    with pytest.raises(error):
        ledger.correct(THIS, kept, seen(**lines), OFFICER)
    assert [event.id for event in ledger.permit(THIS).effective_confirmations] == [kept]


def test_a_correction_leaves_room_for_what_others_confirmed(
    published: MemoryGateway, ledger: LedgerDecisions
) -> None:
    mine = published.confirm(A="2").confirmation_id
    published.confirm(ZA_CUSTOMS, A="3")
    with pytest.raises(QuantityExceeded):
        ledger.correct(THIS, mine, seen(A="3"), OFFICER)
    assert ledger.correct(THIS, mine, seen(A="1"), OFFICER).ledger[0].confirmed_at_import == 4


@pytest.mark.parametrize(
    "by", [ResponsiblePerson("", "why"), ResponsiblePerson("J. Macuácua", " ")]
)
def test_nobody_takes_back_without_name_and_reason(
    published: MemoryGateway, ledger: LedgerDecisions, by: ResponsiblePerson
) -> None:
    kept = published.confirm(A="5").confirmation_id
    with pytest.raises(InvalidRequest, match="named person answers"):
        ledger.reverse(THIS, kept, by)
    assert ledger.permit(THIS).reversals == ()


def test_a_confirmation_is_taken_back_once(
    published: MemoryGateway, ledger: LedgerDecisions
) -> None:
    wrong = published.confirm(A="5").confirmation_id
    ledger.reverse(THIS, wrong, OFFICER)
    for unknown in (wrong, "never"):
        with pytest.raises(InvalidRequest, match="No confirmation of that id"):
            ledger.reverse(THIS, unknown, OFFICER)


def test_a_cancelled_permit_is_not_corrected(
    published: MemoryGateway, ledger: LedgerDecisions
) -> None:
    kept = published.confirm(A="5").confirmation_id
    published.publish(status=Status.CANCELLED)
    with pytest.raises(CertificateCancelled):
        ledger.correct(THIS, kept, seen(A="4"), OFFICER)
    assert ledger.reverse(THIS, kept, OFFICER).status is Status.CANCELLED


def test_publishing_again_forgets_no_reversal(
    published: MemoryGateway, ledger: LedgerDecisions
) -> None:
    wrong = published.confirm(A="5").confirmation_id
    ledger.reverse(THIS, wrong, OFFICER)
    published.publish(status=Status.CANCELLED)
    assert len(ledger.permit(THIS).reversals) == 1


def test_export_customs_alone_make_it_final_where_the_authority_says_so(both_formats) -> None:
    gateway = MemoryGateway(both_formats, rule=EndorsementRule(FinalAfter.EXPORT))
    gateway.publish()
    gateway.confirm(A="5", B="12.5", C="3")
    exported = gateway.confirm(MZ_CUSTOMS, A="5", B="12.5", C="3").confirmation_id
    assert decisions(gateway).reverse(THIS, exported, OFFICER).status is Status.ISSUED


def test_a_permit_that_is_not_ours_has_no_ledger(ledger: LedgerDecisions) -> None:
    with pytest.raises(CertificateNotFound):
        ledger.permit(PermitName("MZ", "MZ26EX999999"))
    with pytest.raises(CalleeNotFound):
        ledger.permit(PermitName("ZA", "MZ26EX000001"))


def test_an_authority_is_named_where_two_have_the_number(both_formats) -> None:
    marine = Authority(IsoCountryCode("MZ"), "MARINE")
    gateway = MemoryGateway(both_formats, authorities=(ANAC, marine))
    for authority in gateway.authorities:
        gateway.publish(a_permit(), authority_code=authority.code)
    with pytest.raises(InvalidRequest, match="ANAC or MARINE"):
        decisions(gateway).permit(THIS)
    assert decisions(gateway).permit(PermitName("MZ", "MZ26EX000001", "MARINE")).authority == marine


# Shipments, and the end of a permit


@pytest.fixture
def in_parts(both_formats) -> MemoryGateway:
    gateway = MemoryGateway(
        both_formats, rule=EndorsementRule(partial_shipments=frozenset({"EXPORT"}))
    )
    gateway.publish()
    return gateway


def test_a_shipment_of_the_same_quantities_is_recorded_for_the_caller_and_the_permit_becomes_final(
    in_parts: MemoryGateway,
) -> None:
    ledger = decisions(in_parts)
    first = in_parts.confirm(MZ_CUSTOMS, A="2", B="6.25", C="1")
    assert (
        in_parts.confirm(MZ_CUSTOMS, A="2", B="6.25", C="1").confirmation_id
        == first.confirmation_id
    )
    after = ledger.record(THIS, "mz-customs", seen(A="2", B="6.25", C="1"), OFFICER)
    assert (after.status, after.confirmations[1].role) == (Status.ISSUED, Role.EXPORT)
    with pytest.raises(CertificateNotFinal):
        final(in_parts)
    in_parts.confirm(MZ_CUSTOMS, A="1", C="1")
    assert final(in_parts) == ["5 NAR", "12.5 KGM", "3 NAR"]


def test_nothing_is_recorded_for_a_stranger(in_parts: MemoryGateway) -> None:
    with pytest.raises(InvalidRequest, match="No partner is registered here as za-nobody"):
        decisions(in_parts).record(THIS, "za-nobody", seen(A="1"), OFFICER)


def test_a_closed_permit_is_final_until_it_is_opened_again(in_parts: MemoryGateway) -> None:
    ledger = decisions(in_parts)
    in_parts.confirm(MZ_CUSTOMS, A="2")
    ledger.close(THIS, OFFICER)
    assert final(in_parts) == ["2 NAR", "0 KGM", "0 NAR"]
    assert ledger.reopen(THIS, OFFICER).status is Status.ISSUED
    with pytest.raises(CertificateNotFinal):
        final(in_parts)
    in_parts.confirm(MZ_CUSTOMS, A="3")
    ledger.close(THIS, OFFICER)
    assert final(in_parts) == ["5 NAR", "0 KGM", "0 NAR"]


def test_publishing_again_forgets_no_declaration_and_alters_no_closed_permit(
    in_parts: MemoryGateway,
) -> None:
    decisions(in_parts).close(THIS, OFFICER)
    in_parts.publish()
    assert decisions(in_parts).permit(THIS).status is Status.FINAL
    with pytest.raises(RecordInvalid, match="closed"):
        in_parts.publish(a_permit(special_conditions=("Altered.",)))


# The journal


def test_whatever_a_person_decides_is_a_record_of_the_journal(in_parts: MemoryGateway) -> None:
    ledger, journal = decisions(in_parts), in_parts.store.journal
    wrong = in_parts.confirm(MZ_CUSTOMS, A="2").confirmation_id
    recorded = ledger.record(THIS, "mz-customs", seen(A="2"), OFFICER).confirmations[1]
    corrected = ledger.correct(THIS, wrong, seen(A="1"), OFFICER)
    reversed_ = ledger.reverse(THIS, recorded.id, OFFICER)
    closed = ledger.close(THIS, OFFICER)
    opened = ledger.reopen(THIS, OFFICER)
    assert [(exchange.operation, exchange.id) for exchange in journal.exchanges] == [
        ("ledger record", recorded.id),
        ("ledger correct", corrected.reversals[0].id),
        ("ledger reverse", reversed_.reversals[1].id),
        ("ledger close", closed.declarations[0].id),
        ("ledger reopen", opened.declarations[1].id),
    ]
    assert {(each.caller, each.permit_number, each.outcome) for each in journal.exchanges} == {
        ("MZ/ANAC", "MZ26EX000001", "ok")
    }
    record, correct, reverse, *_ = (json.loads(each.request) for each in journal.exchanges)
    assert (record["caller"], record["acting_for"], record["quantities"]) == (
        "mz-customs",
        "MZ",
        {"A": "2"},
    )
    assert (correct["confirmation"], correct["booked"]) == (wrong, corrected.confirmations[2].id)
    assert (reverse["confirmation"], reverse["person"], reverse["reason"]) == (
        recorded.id,
        OFFICER.person,
        OFFICER.reason,
    )
    booked = (recorded, corrected.confirmations[2])
    assert [event.message_sha256 for event in booked] == [
        sha256(each.request).hexdigest() for each in journal.exchanges[:2]
    ]


def test_nothing_is_booked_that_the_journal_cannot_keep(in_parts: MemoryGateway) -> None:
    kept = in_parts.confirm(A="2").confirmation_id
    in_parts.store.journal.out_of_order = True
    ledger = decisions(in_parts)
    for decide in (
        lambda: ledger.reverse(THIS, kept, OFFICER),
        lambda: ledger.close(THIS, OFFICER),
    ):
        with pytest.raises(ServiceUnavailable):
            decide()
    assert (ledger.permit(THIS).reversals, ledger.permit(THIS).declarations) == ((), ())


def test_what_is_refused_leaves_no_record(in_parts: MemoryGateway) -> None:
    with pytest.raises(InvalidRequest):
        decisions(in_parts).reverse(THIS, "never", OFFICER)
    assert in_parts.store.journal.exchanges == []
