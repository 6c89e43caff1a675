"""Partial shipments: they add up in box 14, and the permit is final when nothing remains."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from gateway.domain.errors import (
    AlreadyConfirmed,
    CertificateCancelled,
    InvalidRequest,
    QuantityExceeded,
)
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.ledger.endorsement import (
    ConfirmationState,
    Declaration,
    EndorsementRule,
    FinalAfter,
    Reversal,
    Role,
    SeenQuantity,
)
from gateway.domain.partner import Partner
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.status import Status
from gateway.domain.permit.variants import PartiallyCompleted
from gateway.domain.published import PublishedPermit
from gateway.domain.responsible_person import ResponsiblePerson
from tests.builders import a_permit, a_position, an_examination

ANAC = Authority(IsoCountryCode("MZ"), "ANAC")
ZA = Partner("za-dffe", IsoCountryCode("ZA"))
ZA_CUSTOMS = Partner("za-customs", IsoCountryCode("ZA"))
MZ = Partner("mz-customs", IsoCountryCode("MZ"))
NOON = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
IN_PARTS = EndorsementRule(partial_shipments=frozenset({"EXPORT"}))
IN_PARTS_BY_EXPORT = replace(IN_PARTS, final_after=FinalAfter.EXPORT)
OFFICER = ResponsiblePerson("J. Macuácua", "two lorries of the same load")
TWO_LINES = (a_position("A"), a_position("B", quantity=Quantity(Decimal("12.5"), "KGM")))


def published(**changes: object) -> PublishedPermit:
    """Five specimens of A, 12.5 kg of B."""
    return PublishedPermit(ANAC, a_permit(**{"positions": TWO_LINES, **changes}))


def after(permit: PublishedPermit) -> datetime:
    """A moment that grows with every event, so that events can be told apart."""
    events = (*permit.confirmations, *permit.reversals, *permit.declarations)
    return NOON + timedelta(hours=len(events))


def seen(lines: dict[str, str]) -> list[SeenQuantity]:
    return [SeenQuantity(letter, amount) for letter, amount in lines.items()]


def ship(
    permit: PublishedPermit, by: Partner = MZ, rule: EndorsementRule = IN_PARTS, **lines: str
) -> PublishedPermit:
    return permit.confirm(
        seen(lines), by, after(permit), "ab" * 32, f"id-{len(permit.confirmations)}", rule
    )[0]


def declare(
    permit: PublishedPermit, used_up: bool = True, rule: EndorsementRule = IN_PARTS
) -> PublishedPermit:
    event = Declaration("declared", after(permit), "J. Macuácua", "the season is over", used_up)
    return permit.declare(event, rule)


def reverse(
    permit: PublishedPermit, identity: str, rule: EndorsementRule = IN_PARTS
) -> PublishedPermit:
    return permit.reverse(
        Reversal(f"no-{identity}", identity, after(permit), "J. Macuácua", "never left"), rule
    )


def box_14(permit: PublishedPermit, rule: EndorsementRule = IN_PARTS) -> list[str]:
    lines = permit.final_permit(rule).positions
    return [str(line.examination.quantity) if line.examination else "empty" for line in lines]


# Adding up


def test_the_same_caller_confirms_a_line_again_and_the_quantities_add_up() -> None:
    permit = ship(ship(published(), A="2", B="2.5"), A="3", B="10")
    assert [line.confirmed_at_export for line in permit.ledger] == [5, Decimal("12.5")]
    assert box_14(permit) == ["5 NAR", "12.5 KGM"]


@pytest.mark.parametrize(
    ("stated", "adds_up"),
    [
        (PartiallyCompleted(("3",), 100), True),
        (PartiallyCompleted(("3",), 1), False),
        (PartiallyCompleted(("3",)), False),
    ],
)
def test_a_permit_of_several_shipments_says_so_itself(
    stated: PartiallyCompleted, *, adds_up: bool
) -> None:
    rule = EndorsementRule()
    once = ship(published(partially_completed=stated), rule=rule, A="2")
    if not adds_up:
        with pytest.raises(AlreadyConfirmed):
            ship(once, rule=rule, A="3")
        return
    twice = ship(once, rule=rule, A="3")
    assert twice.ledger[0].confirmed_at_export == 5
    with pytest.raises(QuantityExceeded):
        ship(twice, rule=rule, A="1")


def test_together_they_never_pass_box_11() -> None:
    with pytest.raises(QuantityExceeded, match="Only 2 of the 5 NAR") as refusal:
        ship(ship(published(), A="3"), A="4")
    assert (refusal.value.position, refusal.value.box) == ("A", "14")


def test_export_and_import_are_added_up_apart() -> None:
    permit = ship(ship(ship(published(), A="2"), A="3"), ZA, A="4")
    a, _ = permit.ledger
    assert (a.confirmed_at_export, a.confirmed_at_import, a.differs) == (5, 4, True)
    assert ship(permit, ZA, A="1").ledger[0].differs is False


def test_other_document_types_are_confirmed_once_as_ever() -> None:
    with pytest.raises(AlreadyConfirmed):
        ship(ship(published(type="REEXPORT"), A="2"), A="3")
    assert ship(ship(published(type="REEXPORT"), A="2"), B="1").status is Status.FINAL


def test_the_same_content_from_the_same_caller_is_a_repeat_whatever_came_in_between() -> None:
    permit = ship(ship(published(), A="2"), A="1")
    again, event, state = permit.confirm(seen({"A": "2.0"}), MZ, NOON, "cd" * 32, "id-9", IN_PARTS)
    assert (again, event.id, state) == (permit, "id-0", ConfirmationState.ALREADY_CONFIRMED)
    assert len(ship(permit, A="2", B="1").confirmations) == 3, (
        "with another line it is another content"
    )


def test_a_repeat_of_what_was_taken_back_is_not_taken_for_another_shipment() -> None:
    with pytest.raises(AlreadyConfirmed, match="taken back"):
        ship(reverse(ship(published(), A="2"), "id-0"), A="2")


# Another shipment of the same quantities


def record(
    permit: PublishedPermit,
    by: Partner = MZ,
    responsible: ResponsiblePerson = OFFICER,
    **lines: str,
):
    identity = f"id-{len(permit.confirmations)}"
    return permit.record(seen(lines), by, after(permit), "cd" * 32, identity, responsible, IN_PARTS)


def test_a_person_books_what_over_the_wire_would_be_a_repeat() -> None:
    permit = record(ship(published(), A="2"), A="2")
    booked = permit.confirmations[1]
    assert (booked.by, booked.role, booked.person, booked.reason) == (
        "mz-customs",
        Role.EXPORT,
        *_said(OFFICER),
    )
    assert permit.ledger[0].confirmed_at_export == 4
    assert ship(permit, A="2") == permit, "a repeat is still answered as the first"


def _said(responsible: ResponsiblePerson) -> tuple[str, str]:
    return responsible.person, responsible.reason


def test_what_a_person_books_obeys_the_same_rules() -> None:
    shipped = ship(published(), A="3")
    with pytest.raises(QuantityExceeded):
        record(shipped, A="3")
    with pytest.raises(InvalidRequest, match="named person"):
        record(shipped, responsible=ResponsiblePerson("J. Macuácua", " "), A="1")
    with pytest.raises(AlreadyConfirmed):
        record(ship(published(type="REEXPORT"), A="2"), A="2")
    with pytest.raises(CertificateCancelled):
        record(replace(shipped, status=Status.CANCELLED), A="1")


# Final


def test_it_is_final_only_when_nothing_remains_of_any_line() -> None:
    permit = ship(published(), A="5", B="12")
    assert permit.status is Status.ISSUED
    assert ship(permit, B="0.5").status is Status.FINAL


def test_import_fills_box_14_where_export_customs_wrote_nothing() -> None:
    permit = ship(ship(published(), ZA, A="5", B="10"), ZA_CUSTOMS, B="2.5")
    assert (permit.status, box_14(permit)) == (Status.FINAL, ["5 NAR", "12.5 KGM"])


def test_where_export_decides_import_shipments_do_not_make_it_final() -> None:
    permit = ship(published(), ZA, IN_PARTS_BY_EXPORT, A="5", B="12.5")
    assert (permit.status, box_14(permit, IN_PARTS_BY_EXPORT)) == (
        Status.ISSUED,
        ["empty", "empty"],
    )


def test_export_customs_that_begin_late_make_it_wait_for_the_rest_of_theirs() -> None:
    permit = ship(ship(published(), ZA, A="5", B="12.5"), MZ, A="2")
    assert (permit.status, box_14(permit)) == (Status.ISSUED, ["2 NAR", "12.5 KGM"])
    assert ship(permit, MZ, A="3").status is Status.FINAL


def test_arrivals_do_not_touch_the_final_form_not_even_its_date() -> None:
    permit = ship(published(), A="5", B="12.5")
    assert ship(permit, ZA, A="4").final_permit(IN_PARTS) == permit.final_permit(IN_PARTS)


def test_a_reversal_opens_it_again_and_the_sum_is_what_stands() -> None:
    permit = ship(ship(published(), A="2", B="12.5"), A="3")
    assert permit.status is Status.FINAL
    opened = reverse(permit, "id-1")
    assert (opened.status, box_14(opened)) == (Status.ISSUED, ["2 NAR", "12.5 KGM"])
    assert ship(opened, A="1").ledger[0].remaining(Role.EXPORT) == 2


def test_a_correction_of_one_shipment_leaves_the_others() -> None:
    permit = ship(ship(published(), A="2", B="12.5"), A="3")
    corrected = permit.correct(
        Reversal("no", "id-1", NOON, "J. Macuácua", "miscounted"),
        seen({"A": "1"}),
        "ef" * 32,
        "id-2",
        IN_PARTS,
    )
    assert (corrected.status, box_14(corrected)) == (Status.ISSUED, ["3 NAR", "12.5 KGM"])


def test_box_14_as_issued_is_the_last_word() -> None:
    line = a_position("A", examination=an_examination("2"))
    assert published(positions=(line,)).is_complete(IN_PARTS)


def test_a_law_that_came_later_opens_nothing_that_was_final() -> None:
    permit = ship(published(), MZ, EndorsementRule(), A="4", B="12")
    assert permit.status is Status.FINAL
    assert ship(permit, ZA, IN_PARTS, A="4").status is Status.FINAL


# Used up


def test_a_person_closes_it_and_what_nobody_counted_was_not_shipped() -> None:
    closed = declare(ship(published(), A="2"))
    assert (closed.status, closed.used_up, box_14(closed)) == (
        Status.FINAL,
        True,
        ["2 NAR", "0 KGM"],
    )


def test_closed_it_takes_arrivals_of_what_left_and_no_further_shipment() -> None:
    closed = declare(ship(published(), A="2"))
    assert ship(closed, ZA, A="2").status is Status.FINAL
    for by, lines in ((MZ, {"A": "1"}), (MZ, {"B": "1"}), (ZA, {"B": "1"})):
        with pytest.raises(QuantityExceeded, match="declared this permit used up"):
            ship(closed, by, **lines)
    with pytest.raises(QuantityExceeded, match="declared this permit used up"):
        record(closed, A="1")


def test_closed_without_export_customs_it_says_what_import_counted_under_any_rule() -> None:
    closed = declare(ship(published(), ZA, IN_PARTS_BY_EXPORT, A="3"), rule=IN_PARTS_BY_EXPORT)
    assert box_14(closed, IN_PARTS_BY_EXPORT) == ["3 NAR", "0 KGM"]


def test_what_is_taken_back_on_a_closed_permit_changes_box_14_and_not_that_it_is_closed() -> None:
    closed = reverse(declare(ship(ship(published(), A="2"), A="1")), "id-1")
    assert (closed.status, box_14(closed)) == (Status.FINAL, ["2 NAR", "0 KGM"])


@pytest.mark.parametrize("lines", [{"A": "2"}, {"A": "2", "B": "1"}])
def test_opened_again_it_goes_on_where_it_was(lines: dict[str, str]) -> None:
    shipped = ship(published(), **lines)
    opened = declare(declare(shipped), used_up=False)
    assert (opened.status, box_14(opened)) == (Status.ISSUED, box_14(shipped))
    assert ship(opened, A="3", B="11.5").ledger[0].remaining(Role.EXPORT) == 0


def test_opened_again_it_is_final_where_nothing_remains() -> None:
    assert (
        declare(declare(ship(published(), A="5", B="12.5")), used_up=False).status is Status.FINAL
    )


def test_a_permit_that_may_not_go_in_parts_is_closed_all_the_same() -> None:
    closed = declare(ship(published(), MZ, EndorsementRule(), A="2"), rule=EndorsementRule())
    assert (closed.status, box_14(closed, EndorsementRule())) == (Status.FINAL, ["2 NAR", "0 KGM"])


def test_it_is_closed_once_by_somebody_and_opened_once() -> None:
    with pytest.raises(InvalidRequest, match="already declared"):
        declare(declare(published()))
    with pytest.raises(InvalidRequest, match="not declared"):
        declare(published(), used_up=False)
    with pytest.raises(InvalidRequest, match="named person"):
        published().declare(Declaration("id", NOON, " ", "why", used_up=True), IN_PARTS)
    with pytest.raises(InvalidRequest, match="multi-use"):
        declare(published(type="MUSICAL"))
    with pytest.raises(CertificateCancelled):
        declare(replace(published(), status=Status.CANCELLED))
