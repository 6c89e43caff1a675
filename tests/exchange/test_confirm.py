"""ConfirmQuantities: idempotent, and booked wholly or not at all."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.domain.errors import (
    AccessDenied,
    AlreadyConfirmed,
    CertificateCancelled,
    CertificateNotFinal,
    CertificateNotFound,
    InvalidRequest,
    PositionUnknown,
    QuantityExceeded,
    QuantityInvalid,
    ServiceUnavailable,
)
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.ledger.endorsement import ConfirmationState, EndorsementRule, FinalAfter
from gateway.domain.partner import Access, OperationName, Partner
from gateway.domain.permit.status import Status
from gateway.exchange.ports import ConcurrentChange
from tests.builders import a_permit
from tests.exchange.conftest import ANAC, CH, MZ_CUSTOMS, TOKEN, ZA, ZA_CUSTOMS, MemoryGateway


@pytest.fixture
def published(gateway: MemoryGateway) -> MemoryGateway:
    gateway.publish()
    return gateway


def booked(gateway: MemoryGateway) -> int:
    return len(gateway.store.stored[ANAC, a_permit().number][0].published.confirmations)


def final(gateway: MemoryGateway, version: str = "v2") -> bytes:
    return gateway.answering.answer(
        OperationName.GET_FINAL, "MZ26EX000001", TOKEN, "MZ", ZA, version
    ).document


def test_quantities_of_every_line_make_the_permit_final_in_both_versions(
    published: MemoryGateway, both_formats
) -> None:
    answer = published.confirm(A="4", B="12.25", C="0")
    assert answer.state is ConfirmationState.CONFIRMED
    for permit_format in both_formats:
        read = permit_format.read(final(published, permit_format.version))
        assert [str(line.examination.quantity) for line in read.positions] == [
            "4 NAR",
            "12.25 KGM",
            "0 NAR",
        ]


def test_the_same_confirmation_again_is_answered_with_the_first_one(
    published: MemoryGateway,
) -> None:
    first = published.confirm(A="5", B="12.5", C="3")
    again = published.confirm(B="12.50", C="+3", A="05")
    assert (again.state, again.confirmation_id) == (
        ConfirmationState.ALREADY_CONFIRMED,
        first.confirmation_id,
    )
    assert booked(published) == 1


def test_another_quantity_from_the_same_caller_is_refused_and_nothing_is_booked(
    published: MemoryGateway,
) -> None:
    published.confirm(A="5")
    with pytest.raises(AlreadyConfirmed) as refused:
        published.confirm(A="4", B="1")
    assert refused.value.position == "A"
    assert booked(published) == 1


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ({"A": "5", "Z": "1"}, PositionUnknown),
        ({"A": "5", "B": "12.6"}, QuantityExceeded),
        ({"A": "5", "C": "1e1"}, QuantityInvalid),
        ({"A": "1.5"}, QuantityInvalid),
        ({}, InvalidRequest),
    ],
    ids=str,
)
def test_one_bad_line_refuses_the_whole_message(published: MemoryGateway, lines, error) -> None:
    with pytest.raises(error):
        published.confirm(**lines)
    assert booked(published) == 0


def test_two_callers_together_cannot_confirm_more_than_box_11_on_one_side(
    published: MemoryGateway,
) -> None:
    published.confirm(ZA, A="3")
    with pytest.raises(QuantityExceeded, match="Only 2 of the 5 NAR"):
        published.confirm(ZA_CUSTOMS, A="3")
    published.confirm(ZA_CUSTOMS, A="2")


def test_what_export_customs_wrote_in_box_14_stands_whatever_import_counts(
    published: MemoryGateway,
) -> None:
    published.confirm(MZ_CUSTOMS, A="5", B="12", C="3")
    written = final(published)
    published.confirm(ZA, A="4", B="11", C="2")
    assert final(published) == written


def test_with_the_rule_export_an_import_confirmation_alone_does_not_finish_the_permit(
    both_formats,
) -> None:
    gateway = MemoryGateway(both_formats, rule=EndorsementRule(FinalAfter.EXPORT))
    gateway.publish()
    gateway.confirm(ZA, A="5", B="12.5", C="3")
    with pytest.raises(CertificateNotFinal):
        final(gateway)
    gateway.confirm(MZ_CUSTOMS, A="5", B="12.5", C="3")
    assert final(gateway)


def test_a_multi_use_document_collects_endorsements_and_is_not_finished_by_one(
    gateway: MemoryGateway,
) -> None:
    gateway.publish(a_permit(type="MUSICAL", purpose="Q"))
    gateway.confirm(ZA, A="5", B="12.5", C="3")
    gateway.confirm(ZA, A="5", B="12.5", C="2")
    assert booked(gateway) == 2
    with pytest.raises(CertificateNotFinal):
        final(gateway)


def test_nobody_confirms_on_a_cancelled_permit(gateway: MemoryGateway) -> None:
    gateway.publish(status=Status.CANCELLED)
    with pytest.raises(CertificateCancelled):
        gateway.confirm(A="5")


def test_a_repeat_is_answered_with_the_first_event_also_after_the_permit_was_cancelled(
    published: MemoryGateway,
) -> None:
    first = published.confirm(A="5")
    published.publish(status=Status.CANCELLED)
    assert published.confirm(A="5").confirmation_id == first.confirmation_id
    with pytest.raises(CertificateCancelled):
        published.confirm(B="1")


@pytest.mark.parametrize(
    "who",
    [{"token": "WRONG"}, {"number": "MZ26EX999999"}, {"caller": CH}],
    ids=["wrong-token", "unknown-number", "foreign-eyes"],
)
def test_who_may_not_see_the_permit_may_not_confirm_on_it(published: MemoryGateway, who) -> None:
    with pytest.raises(CertificateNotFound):
        published.confirm(**who, A="5")


def test_confirming_must_be_open_to_the_partner(published: MemoryGateway) -> None:
    reader = Partner(
        "za-reader", IsoCountryCode("ZA"), Access(frozenset({OperationName.GET_NON_FINAL}))
    )
    with pytest.raises(AccessDenied):
        published.confirm(reader, A="5")


def test_somebody_faster_makes_it_try_again(
    published: MemoryGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, failures = published.store.begin_work, iter([ConcurrentChange, ConcurrentChange])

    def contended():
        for failure in failures:
            raise failure
        return begin()

    monkeypatch.setattr(published.store, "begin_work", contended)
    gateway = MemoryGateway(published.both_formats, store=published.store)
    assert gateway.confirm(A="5").state is ConfirmationState.CONFIRMED


def test_contention_without_end_is_service_unavailable(
    published: MemoryGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def contended():
        raise ConcurrentChange

    monkeypatch.setattr(published.store, "begin_work", contended)
    with pytest.raises(ServiceUnavailable):
        MemoryGateway(published.both_formats, store=published.store).confirm(A="5")


def test_fifty_at_once_book_one_event_each_and_never_more_than_box_11(
    published: MemoryGateway,
) -> None:
    callers = [Partner(f"za-{number}", IsoCountryCode("ZA")) for number in range(50)]

    def confirm(caller: Partner) -> bool:
        try:
            published.confirm(caller, A="1")
        except QuantityExceeded:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(confirm, callers)) == 5
