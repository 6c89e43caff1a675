"""Access rights of a partner, by authority."""

import pytest

from gateway.domain.errors import AccessDenied
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.partner import Access, OperationName, Partner, Visibility

ZA, CH = IsoCountryCode("ZA"), IsoCountryCode("CH")
ANAC, SEA = Authority(IsoCountryCode("MZ"), "ANAC"), Authority(IsoCountryCode("MZ"), "SEA")
STATE_ONLY = Access(frozenset({OperationName.SERVICE_STATE}))


def test_a_partner_sees_permits_that_name_its_country() -> None:
    partner = Partner("za", ZA)
    assert partner.may_see(ANAC, frozenset({"MZ", "ZA"}))
    assert not partner.may_see(ANAC, frozenset({"MZ", "FR"}))


def test_customs_of_the_issuing_country_see_every_permit_of_it() -> None:
    assert Partner("mz-customs", IsoCountryCode("MZ")).may_see(ANAC, frozenset({"FR"}))


def test_a_blanket_permission_shows_everything() -> None:
    assert Partner("secretariat", CH, Access(visibility=Visibility.ALL)).may_see(
        ANAC, frozenset({"FR"})
    )


def test_a_blanket_permission_of_one_authority_is_none_of_its_neighbour() -> None:
    partner = Partner("ch", CH, access_at={ANAC: Access(visibility=Visibility.ALL), SEA: Access()})
    assert partner.may_see(ANAC, frozenset({"FR"}))
    assert not partner.may_see(SEA, frozenset({"FR"}))


def test_an_authority_off_the_list_of_a_partner_is_closed_to_it() -> None:
    partner = Partner("za", ZA, access_at={ANAC: Access()})
    assert partner.may_call(OperationName.GET_FINAL, ANAC)
    assert not partner.may_call(OperationName.GET_FINAL, SEA)
    assert not partner.may_see(SEA, frozenset({"ZA"}))


def test_an_operation_that_is_not_open_is_denied_by_name() -> None:
    partner = Partner("za", ZA, STATE_ONLY)
    partner.require(OperationName.SERVICE_STATE, [ANAC])
    with pytest.raises(AccessDenied, match="ConfirmQuantities"):
        partner.require(OperationName.CONFIRM_QUANTITIES, [ANAC])


def test_an_operation_is_denied_where_none_of_the_authorities_asked_opens_it() -> None:
    partner = Partner("za", ZA, access_at={ANAC: Access(), SEA: STATE_ONLY})
    partner.require(OperationName.CONFIRM_QUANTITIES, [SEA, ANAC])
    with pytest.raises(AccessDenied):
        partner.require(OperationName.CONFIRM_QUANTITIES, [SEA])
