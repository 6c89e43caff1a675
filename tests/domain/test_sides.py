"""Sides of the journey: which country's customs count at export, by the kind of document."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from gateway.domain.codes import document_types
from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.ledger.endorsement import EndorsementRule, FinalAfter, Role, SeenQuantity
from gateway.domain.partner import Partner
from gateway.domain.permit.status import Status
from gateway.domain.published import PublishedPermit
from gateway.domain.responsible_person import ResponsiblePerson
from tests.builders import a_permit

ANAC = Authority(IsoCountryCode("MZ"), "ANAC")
OURS = Partner("mz-customs", IsoCountryCode("MZ"))
THEIRS = Partner("za", IsoCountryCode("ZA"))
AT = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
ANY_SIDE = EndorsementRule()
STRICT = EndorsementRule(FinalAfter.EXPORT)
OFFICER = ResponsiblePerson("A. Cossa", "endorsed on paper")
ENTERING = {"IMPORT", "IFS"}


def of_kind(kind: str) -> PublishedPermit:
    return PublishedPermit(ANAC, replace(a_permit(), type=kind))


def count(
    permit: PublishedPermit, by: Partner, amount: str, rule: EndorsementRule = ANY_SIDE
) -> PublishedPermit:
    seen = [SeenQuantity(line.id, amount) for line in permit.permit.positions]
    return permit.confirm(seen, by, AT, "0" * 64, f"{by.key}-{amount}", rule)[0]


@pytest.mark.parametrize("kind", document_types())
def test_the_kind_says_on_which_side_the_issuing_country_counts(kind: str) -> None:
    own, other = count(of_kind(kind), OURS, "2"), count(of_kind(kind), THEIRS, "2")
    expected = (Role.IMPORT, Role.EXPORT) if kind in ENTERING else (Role.EXPORT, Role.IMPORT)
    assert (own.confirmations[0].role, other.confirmations[0].role) == expected


def test_a_count_of_our_customs_on_our_import_permit_is_one_at_import() -> None:
    for line in count(of_kind("IMPORT"), OURS, "2").ledger:
        assert (line.confirmed_at_export, line.confirmed_at_import) == (Decimal(0), Decimal(2))


@pytest.mark.parametrize("kind", ["EXPORT", "REEXPORT", "ORIGIN", "PRECONV", *sorted(ENTERING)])
def test_box_14_is_that_of_the_issuing_country_whoever_comes_first(kind: str) -> None:
    first = count(of_kind(kind), THEIRS, "3")
    both = count(first, OURS, "2")
    for permit, amount in ((first, "3"), (both, "2")):
        assert permit.status is Status.FINAL
        for line in permit.final_permit(ANY_SIDE).positions:
            assert line.examination is not None
            assert line.examination.quantity is not None
            assert line.examination.quantity.amount == Decimal(amount)


@pytest.mark.parametrize("kind", ["EXPORT", "IMPORT", "IFS"])
def test_final_after_the_issuing_side_alone(kind: str) -> None:
    theirs = count(of_kind(kind), THEIRS, "3", STRICT)
    assert theirs.status is Status.ISSUED
    assert count(theirs, OURS, "3", STRICT).status is Status.FINAL


@pytest.mark.parametrize("side", Role)
@pytest.mark.parametrize("by", [OURS, THEIRS], ids=lambda by: by.key)
def test_on_a_multi_use_document_the_endorsement_says_the_side(side: Role, by: Partner) -> None:
    permit = of_kind("MUSICAL")
    seen = [SeenQuantity(line.id, "1") for line in permit.permit.positions]
    booked = permit.record(seen, by, AT, "0" * 64, "event", OFFICER, side=side)
    assert booked.confirmations[0].role is side


def test_on_any_other_document_no_side_can_be_stated() -> None:
    permit = of_kind("IMPORT")
    seen = [SeenQuantity(line.id, "1") for line in permit.permit.positions]
    with pytest.raises(InvalidRequest, match="multi-use"):
        permit.record(seen, OURS, AT, "0" * 64, "event", OFFICER, side=Role.EXPORT)
