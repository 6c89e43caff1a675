"""What may a partner see and do?"""

import pytest

from gateway.domain.errors import AccessDenied
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.partner import OperationName, Partner, Sees

MZ, ZA = IsoCountryCode("MZ"), IsoCountryCode("ZA")


def test_a_partner_sees_permits_that_name_its_country() -> None:
    partner = Partner("za", ZA)
    assert partner.may_see(MZ, frozenset({"MZ", "ZA"}))
    assert not partner.may_see(MZ, frozenset({"MZ", "FR"}))


def test_a_partner_of_the_issuing_country_sees_every_permit_of_it() -> None:
    assert Partner("mz-customs", MZ).may_see(MZ, frozenset({"FR"}))


def test_a_blanket_permission_shows_everything() -> None:
    assert Partner("secretariat", IsoCountryCode("CH"), sees=Sees.ALL).may_see(MZ, frozenset({"FR"}))


def test_an_operation_that_is_not_open_is_denied_by_name() -> None:
    partner = Partner("za", ZA, operations=frozenset({OperationName.SERVICE_STATE}))
    partner.require(OperationName.SERVICE_STATE)
    with pytest.raises(AccessDenied, match="ConfirmQuantities"):
        partner.require(OperationName.CONFIRM_QUANTITIES)
