"""Certificate look-up: access control, forms, versions, and the work of a refusal."""

import pytest

from gateway.domain.errors import (
    AccessDenied,
    CalleeNotFound,
    CertificateCancelled,
    CertificateNotFinal,
    CertificateNotFound,
    CertificateReplaced,
    InvalidRequest,
    OperationNotAvailable,
)
from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.partner import Access, OperationName, Partner, Visibility
from gateway.domain.permit.status import Status
from gateway.exchange.ports import Attachment
from tests.builders import NOT_IN_V1, a_permit
from tests.exchange.conftest import ANAC, CH, MZ_CUSTOMS, TOKEN, ZA, MemoryGateway


def ask(
    gateway: MemoryGateway,
    operation=OperationName.GET_NON_FINAL,
    number="MZ26EX000001",
    token=TOKEN,
    country="MZ",
    caller=ZA,
    version="v2",
):
    return gateway.answering.answer(operation, number, token, country, caller, version)


@pytest.fixture
def published(gateway: MemoryGateway) -> MemoryGateway:
    gateway.publish()
    return gateway


@pytest.mark.parametrize(("version", "root"), [("v1", b"CBFShip"), ("v2", b"CITESEPermit")])
def test_the_right_token_opens_the_permit_in_either_version(
    published: MemoryGateway, version: str, root: bytes
) -> None:
    assert ask(published, version=version).document.startswith(b"<" + root)


def test_outer_white_space_of_number_and_token_means_nothing(published: MemoryGateway) -> None:
    assert ask(published, number=" MZ26EX000001\n", token=f"\t{TOKEN} ").document


@pytest.mark.parametrize(
    "question",
    [
        pytest.param({"number": "MZ26EX999999"}, id="unknown-number"),
        pytest.param({"number": "mz26ex000001"}, id="number-in-other-case"),
        pytest.param({"token": "WRONG"}, id="wrong-token"),
        pytest.param({"token": TOKEN.lower()}, id="token-in-other-case"),
        pytest.param({"token": None}, id="no-token"),
        pytest.param({"token": ""}, id="empty-token"),
        pytest.param({"caller": CH}, id="foreign-eyes"),
    ],
)
def test_unknown_number_wrong_token_and_foreign_eyes_get_one_answer(
    published: MemoryGateway, question
) -> None:
    with pytest.raises(CertificateNotFound) as refused:
        ask(published, **question)
    assert str(refused.value) == str(CertificateNotFound())


def test_a_permit_without_token_is_not_opened_by_any(gateway: MemoryGateway) -> None:
    gateway.publish(token=None)
    assert ask(gateway, token=None).document
    with pytest.raises(CertificateNotFound):
        ask(gateway, token="ANY")


def test_a_blanket_permission_and_the_own_country_see_every_permit(
    published: MemoryGateway,
) -> None:
    assert ask(
        published, caller=Partner("ch-all", IsoCountryCode("CH"), Access(visibility=Visibility.ALL))
    ).document
    assert ask(published, caller=MZ_CUSTOMS).document


def test_two_authorities_of_a_country_may_use_one_number(both_formats) -> None:
    gateway = MemoryGateway(both_formats, (ANAC, Authority(IsoCountryCode("MZ"), "SEA")))
    gateway.publish(authority_code="ANAC", token="TOKEN-A")
    gateway.publish(
        a_permit(special_conditions=("Of the sea.",)), authority_code="SEA", token="TOKEN-B"
    )
    assert b"Of the sea." not in ask(gateway, token="TOKEN-A").document
    assert b"Of the sea." in ask(gateway, token="TOKEN-B").document


def test_the_country_may_be_left_out_only_where_one_authority_is_served(
    published: MemoryGateway, both_formats
) -> None:
    assert ask(published, country=None).document
    several = MemoryGateway(both_formats, (ANAC, Authority(IsoCountryCode("ZA"), "DFFE")))
    with pytest.raises(CalleeNotFound):
        ask(several, country=None)


@pytest.mark.parametrize("country", ["CH", "mz", "M", "MOZ"])
def test_another_country_is_not_served(published: MemoryGateway, country: str) -> None:
    with pytest.raises(CalleeNotFound):
        ask(published, country=country)


def test_the_final_certificate_waits_for_every_line(published: MemoryGateway) -> None:
    published.confirm(A="5", B="12.5")
    with pytest.raises(CertificateNotFinal):
        ask(published, OperationName.GET_FINAL)
    published.confirm(C="3")
    assert (
        ask(published, OperationName.GET_FINAL).document
        == ask(published, OperationName.GET_FINAL_AS_THE_HUB).document
    )


def test_the_permit_as_issued_is_given_also_after_it_became_final(published: MemoryGateway) -> None:
    before = ask(published)
    published.confirm(A="5", B="12.5", C="3")
    assert ask(published) == before


@pytest.mark.parametrize("operation", [OperationName.GET_NON_FINAL, OperationName.GET_FINAL])
def test_a_cancelled_or_replaced_permit_is_never_shown_as_if_it_stood(
    gateway: MemoryGateway, operation
) -> None:
    gateway.publish(status=Status.CANCELLED)
    gateway.publish(
        a_permit("MZ26EX000002"),
        status=Status.REPLACED,
        successor=CertificateNumber("MZ26EX000001"),
    )
    with pytest.raises(CertificateCancelled):
        ask(gateway, operation)
    with pytest.raises(CertificateReplaced, match="MZ26EX000001"):
        ask(gateway, operation, number="MZ26EX000002")


def test_a_stranger_does_not_learn_that_a_permit_was_cancelled(gateway: MemoryGateway) -> None:
    gateway.publish(status=Status.CANCELLED)
    with pytest.raises(CertificateNotFound):
        ask(gateway, token="WRONG")


def test_a_version_that_cannot_hold_the_permit_says_so(gateway: MemoryGateway) -> None:
    gateway.publish(NOT_IN_V1)
    with pytest.raises(OperationNotAvailable):
        ask(gateway, version="v1")
    assert ask(gateway, version="v2").document


def test_attachments_go_with_the_permit(gateway: MemoryGateway) -> None:
    files = (Attachment("annex.pdf", b"%PDF-1.7"),)
    gateway.publish(attachments=files)
    assert ask(gateway).attachments == files


def test_an_operation_that_is_not_open_to_the_partner_is_denied_before_anything_is_looked_up(
    published: MemoryGateway,
) -> None:
    state_only = Partner(
        "za-state", IsoCountryCode("ZA"), Access(frozenset({OperationName.SERVICE_STATE}))
    )
    published.store.out_of_order = True
    with pytest.raises(AccessDenied):
        ask(published, caller=state_only)


@pytest.mark.parametrize(
    "number", ["", " ", "a" * 71, "MZ*", "MZ  1", "MZ\u00a01", "МZ26EX000001", "%", "a\nb"]
)
def test_a_number_of_another_shape_is_refused_by_name(
    published: MemoryGateway, number: str
) -> None:
    with pytest.raises(InvalidRequest, match="CertificateNumber") as refused:
        ask(published, number=number)
    assert refused.value.box == "1"


def test_customs_of_a_transit_country_see_the_permit(gateway: MemoryGateway) -> None:
    gateway.publish(transit_countries=("CH", "NA"))
    assert ask(gateway, caller=CH).document
    assert gateway.confirm(CH, A="5").confirmation_id


def test_a_country_of_transit_stands_in_no_document(gateway: MemoryGateway) -> None:
    gateway.publish(transit_countries=("CH",))
    assert b">CH<" not in ask(gateway).document + ask(gateway, version="v1").document


def test_a_partner_may_use_an_operation_at_one_authority_and_not_at_its_neighbour(
    both_formats,
) -> None:
    sea = Authority(IsoCountryCode("MZ"), "SEA")
    gateway = MemoryGateway(both_formats, (ANAC, sea))
    gateway.publish(authority_code="ANAC")
    gateway.publish(a_permit("MZ26EX000002"), authority_code="SEA")
    state_only = Access(frozenset({OperationName.SERVICE_STATE}))
    partner = Partner("za", IsoCountryCode("ZA"), access_at={ANAC: Access(), sea: state_only})
    assert ask(gateway, caller=partner).document
    with pytest.raises(CertificateNotFound):
        ask(gateway, number="MZ26EX000002", caller=partner)
    closed = Partner("za", IsoCountryCode("ZA"), access_at={sea: state_only})
    with pytest.raises(AccessDenied):
        ask(gateway, caller=closed)
