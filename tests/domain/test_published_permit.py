"""Published permit: issued, confirmed line by line, final; cancelled or replaced; multi-use."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from gateway.domain.errors import (
    AlreadyConfirmed,
    CertificateCancelled,
    CertificateReplaced,
    InvalidRequest,
    PositionRepeated,
    PositionUnknown,
    QuantityExceeded,
    QuantityInvalid,
)
from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.ledger.endorsement import (
    ConfirmationState,
    EndorsementRule,
    FinalAfter,
    Role,
    SeenQuantity,
)
from gateway.domain.partner import Partner
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.status import Status
from gateway.domain.published import PublishedPermit
from tests.builders import a_permit, a_position, an_examination

ANAC = Authority(IsoCountryCode("MZ"), "ANAC")
SOUTH_AFRICA = Partner("za-dffe", IsoCountryCode("ZA"))
MAPUTO_CUSTOMS = Partner("mz-customs", IsoCountryCode("MZ"))
NOON = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
ALL = {"A": "5", "B": "12.5", "C": "3"}
ANY, BY_EXPORT = EndorsementRule(), EndorsementRule(FinalAfter.EXPORT)


def published(permit: Permit | None = None, **changes: object) -> PublishedPermit:
    return replace(PublishedPermit(ANAC, permit or a_permit()), **changes)


def seen(quantities: dict[str, str]) -> list[SeenQuantity]:
    return [SeenQuantity(position, amount) for position, amount in quantities.items()]


def confirm(
    permit: PublishedPermit,
    quantities: dict[str, str],
    by: Partner = SOUTH_AFRICA,
    rule: EndorsementRule = ANY,
) -> PublishedPermit:
    """Confirm at a moment that grows with every event, so that events can be told apart."""
    moment = NOON + timedelta(hours=len(permit.confirmations))
    return permit.confirm(
        seen(quantities), by, moment, "0" * 64, f"id-{len(permit.confirmations)}", rule
    )[0]


# Confirming


def test_confirming_every_line_makes_a_permit_final() -> None:
    assert confirm(published(), ALL).status is Status.FINAL


def test_confirming_some_lines_leaves_it_issued_until_the_rest_follows() -> None:
    half = confirm(published(), {"A": "5", "B": "10"})
    assert half.status is Status.ISSUED and not half.is_complete(ANY)
    assert confirm(half, {"C": "0"}).status is Status.FINAL


def test_the_event_says_who_when_in_which_role_and_what() -> None:
    _, event, state = published().confirm(
        seen({"B": "12.50"}), SOUTH_AFRICA, NOON, "ab" * 32, "id-1"
    )
    assert state is ConfirmationState.CONFIRMED
    assert (event.id, event.by, event.role, event.at) == ("id-1", "za-dffe", Role.IMPORT, NOON)
    assert (
        event.quantities == (("B", Quantity(Decimal("12.5"), "KGM")),)
        and event.message_sha256 == "ab" * 32
    )


def test_the_issuing_country_confirms_at_export_and_any_other_at_import() -> None:
    assert confirm(published(), ALL, MAPUTO_CUSTOMS).confirmations[0].role is Role.EXPORT
    assert confirm(published(), ALL, SOUTH_AFRICA).confirmations[0].role is Role.IMPORT


def test_a_partner_cannot_confirm_more_than_box_11_allows() -> None:
    with pytest.raises(QuantityExceeded, match=r"12\.5 KGM") as refusal:
        confirm(published(), {"A": "5", "B": "12.500001"})
    assert (refusal.value.position, refusal.value.box) == ("B", "14")


def test_nothing_is_stored_when_one_line_is_refused() -> None:
    permit = published()
    with pytest.raises(PositionUnknown):
        confirm(permit, {"A": "5", "D": "1"})
    assert permit.confirmations == () and permit.status is Status.ISSUED


def test_a_line_that_the_permit_does_not_have_is_refused_by_its_letter() -> None:
    with pytest.raises(PositionUnknown) as refusal:
        confirm(published(), {"a": "5"})
    assert refusal.value.position == "a"


def test_the_same_line_twice_in_one_message_is_refused() -> None:
    with pytest.raises(PositionRepeated) as refusal:
        published().confirm(seen({"A": "1"}) * 2, SOUTH_AFRICA, NOON, "", "id")
    assert refusal.value.position == "A"


def test_a_message_without_any_line_is_refused_never_booked() -> None:
    with pytest.raises(InvalidRequest):
        confirm(published(), {})


def test_specimens_are_counted_in_whole_numbers() -> None:
    with pytest.raises(QuantityInvalid, match="whole") as refusal:
        confirm(published(), {"A": "2.5"})
    assert refusal.value.position == "A"


def test_a_line_without_quantity_in_box_11_cannot_be_confirmed() -> None:
    with pytest.raises(QuantityInvalid) as refusal:
        confirm(published(a_permit(positions=(a_position(quantity=None),))), {"A": "1"})
    assert refusal.value.box == "11"


def test_the_same_confirmation_again_is_answered_as_the_first_time() -> None:
    once = confirm(published(), ALL)
    again, event, state = once.confirm(
        seen({"C": "3.0", "B": "12.50", "A": "05"}), SOUTH_AFRICA, NOON, "", "id-9"
    )
    assert (again, event, state) == (
        once,
        once.confirmations[0],
        ConfirmationState.ALREADY_CONFIRMED,
    )


def test_other_quantities_from_the_same_caller_are_already_confirmed() -> None:
    with pytest.raises(AlreadyConfirmed) as refusal:
        confirm(confirm(published(), ALL), {"A": "4"})
    assert refusal.value.position == "A"


def test_two_partners_of_one_country_share_what_remains() -> None:
    second = Partner("za-customs", IsoCountryCode("ZA"))
    first = confirm(published(), {"A": "4"})
    with pytest.raises(QuantityExceeded, match="Only 1 of the 5 NAR"):
        confirm(first, {"A": "2"}, second)
    assert confirm(first, {"A": "1"}, second).ledger[0].confirmed_at_import == 5


def test_export_and_import_do_not_take_from_each_other() -> None:
    both = confirm(confirm(published(), ALL, MAPUTO_CUSTOMS), ALL, SOUTH_AFRICA)
    assert [line.remaining(role) for line in both.ledger for role in Role] == [0] * 6


# The ledger


def test_the_ledger_shows_authorised_confirmed_and_remaining_of_every_line() -> None:
    ledger = confirm(published(), {"B": "2.5"}, MAPUTO_CUSTOMS).ledger
    assert [line.position for line in ledger] == ["A", "B", "C"]
    b = ledger[1]
    assert b.authorised == Quantity(Decimal("12.5"), "KGM")
    assert (b.confirmed_at_export, b.confirmed_at_import) == (Decimal("2.5"), 0)
    assert (b.remaining(Role.EXPORT), b.remaining(Role.IMPORT)) == (10, Decimal("12.5"))


@pytest.mark.parametrize(("at_import", "differs"), [("5", False), ("4", True), ("0", True)])
def test_a_difference_between_export_and_import_is_a_finding(at_import: str, differs: bool) -> None:
    exported = confirm(published(), {"A": "5"}, MAPUTO_CUSTOMS)
    assert not exported.ledger[0].differs
    assert confirm(exported, {"A": at_import}).ledger[0].differs is differs


# Box 14


def test_the_final_form_shows_the_confirmed_quantities_in_box_14() -> None:
    final = confirm(published(), {"A": "4", "B": "12.5", "C": "0"}).final_permit(ANY)
    assert [str(line.examination and line.examination.quantity) for line in final.positions] == [
        "4 NAR",
        "12.5 KGM",
        "0 NAR",
    ]
    assert final.is_endorsed and all(
        line.examination and line.examination.at == NOON for line in final.positions
    )


def test_an_import_confirmation_never_overwrites_what_export_customs_wrote() -> None:
    permit = confirm(confirm(published(), {"A": "4"}, SOUTH_AFRICA), {"A": "5"}, MAPUTO_CUSTOMS)
    line = permit.final_permit(ANY).positions[0]
    assert line.examination and str(line.examination.quantity) == "5 NAR"


def test_box_14_as_issued_stays_whatever_is_confirmed_later() -> None:
    issued = published(a_permit(positions=(a_position(examination=an_examination("2")),)))
    line = confirm(issued, {"A": "5"}, MAPUTO_CUSTOMS).final_permit(ANY).positions[0]
    assert line.examination == an_examination("2")


def test_where_export_decides_an_import_confirmation_does_not_make_it_final() -> None:
    imported = confirm(published(), ALL, SOUTH_AFRICA, BY_EXPORT)
    assert imported.status is Status.ISSUED
    assert imported.final_permit(BY_EXPORT).positions[0].examination is None
    assert confirm(imported, ALL, MAPUTO_CUSTOMS, BY_EXPORT).status is Status.FINAL


# Status


def test_a_cancelled_permit_takes_no_confirmation() -> None:
    with pytest.raises(CertificateCancelled):
        confirm(published(status=Status.CANCELLED), ALL)


def test_a_replaced_permit_names_its_successor_and_takes_no_confirmation() -> None:
    with pytest.raises(CertificateReplaced, match="MZ26EX000099"):
        confirm(published(status=Status.REPLACED, successor=CertificateNumber("MZ26EX000099")), ALL)


def test_a_multi_use_document_collects_endorsements_and_is_not_finished_by_one() -> None:
    pet = published(a_permit(type="OWNERSHIP", positions=(a_position(),)))
    out = confirm(pet, {"A": "5"}, MAPUTO_CUSTOMS)
    into = confirm(out, {"A": "5"}, SOUTH_AFRICA)
    again = confirm(into, {"A": "4"}, SOUTH_AFRICA)
    assert len(again.confirmations) == 3 and again.status is Status.ISSUED
    assert not again.is_complete(ANY)


# Who is named


def test_a_permit_names_the_countries_of_exporter_importer_and_authority() -> None:
    assert a_permit().countries == {"MZ", "ZA"}
    assert a_permit(importer=None).countries == {"MZ"}
