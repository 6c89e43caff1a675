"""Reserve, write off, release, amend, lapse, confirm: a real store, partners that answer."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from gateway.domain.declarations.line import CustomsDeclaration, DeclarationLine
from gateway.domain.declarations.refused import DeclarationInvalid
from gateway.domain.declarations.use import Act, PermitUse, UseState
from gateway.domain.delivery_state import DeliveryState
from gateway.domain.errors import PartnerUnreachable, QuantityExceeded, QuantityInvalid
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.permit.quantity import Quantity
from gateway.exchange.canonical_json import parse_json
from gateway.exchange.declarations.acting import ActedBy
from gateway.exchange.ports import DeliveryEvent, JournalFilter
from tests.builders import a_permit
from tests.exchange.asking_acts import FORMATS, Partner
from tests.exchange.declarations.office import (
    CROCODILES,
    DFFE,
    NOON,
    OFFICER,
    RECOUNTED,
    Office,
    a_declaration,
    an_office,
)
from tests.store.store_acts import a_published, publish

FIVE = (SeenQuantity("A", "5"),)


def free(office: Office, letter: str = "A", allowed: str = "5") -> tuple[Decimal, Decimal]:
    """What remains of a line, and what is free of it."""
    with office.store.begin_work() as work:
        events = work.declared.of_permit(*CROCODILES)
        ours = {event.outgoing for event in events if event.outgoing}
        use = PermitUse.of(events, office.permits.counted(work, *CROCODILES, ours))
    whole = Quantity(Decimal(allowed), "KGM" if letter == "B" else "NAR")
    return use.remaining(letter, whole), use.free(letter, whole)


def test_a_reservation_is_held_written_off_and_confirmed(office: Office) -> None:
    office.reserve(a_declaration(A="5", B="2.5"))
    assert free(office) == (5, 0)
    acted = office.write_off(a_declaration(A="5"))
    assert (free(office), acted.booked.outgoing) == ((0, 0), ())
    acted = office.write_off(a_declaration(B="2.5"))
    assert [each.token for each in acted.booked.outgoing] == [
        f"{acted.booked.outgoing[0].id}:K7Q2-98XB".encode()
    ]
    assert office.outbox() == [("waiting", (SeenQuantity("A", "5"), SeenQuantity("B", "2.5")))]
    assert free(office) == (0, 0)  # the confirmation is not counted again
    lines = [use.state for use in acted.uses]
    assert lines == [UseState.WRITTEN_OFF]


def test_over_use_by_one_unit_is_refused_with_box_and_position(office: Office) -> None:
    office.reserve(a_declaration("26ZA1", A="3"))
    with pytest.raises(QuantityExceeded, match="2 are free and 3 reserved") as refused:
        office.reserve(a_declaration("26ZA2", B="1", A="3"))
    assert (refused.value.box, refused.value.position) == ("11", "A")
    assert office.store.declared.of_declaration("26ZA2") == []  # all lines or none
    office.reserve(a_declaration("26ZA2", B="1", A="2"))


def test_two_lines_of_one_declaration_share_what_is_free(office: Office) -> None:
    line = a_declaration(A="3").lines[0]
    twice = (line, DeclarationLine("9", *CROCODILES, position="A", quantity=Quantity(Decimal(3))))
    with pytest.raises(QuantityExceeded):
        office.reserve(CustomsDeclaration("26ZA1", twice))


@pytest.mark.slow
def test_the_same_act_again_changes_nothing(office: Office) -> None:
    first = office.reserve(a_declaration(A="5"))
    again = office.reserve(a_declaration(A="5"))
    assert (len(first.changed), len(again.changed)) == (1, 0)
    assert again.uses == first.uses
    with pytest.raises(DeclarationInvalid, match="amend it"):
        office.reserve(a_declaration(A="4"))
    office.write_off(a_declaration(A="5"))
    assert office.write_off(a_declaration(A="5")).changed == ()
    assert len(office.outbox()) == 1
    with pytest.raises(DeclarationInvalid, match="written off already"):
        office.reserve(a_declaration(A="5"))


def test_less_than_reserved_is_written_off_and_the_rest_is_free(office: Office) -> None:
    office.reserve(a_declaration(A="5"))
    office.write_off(a_declaration(A="4"))
    assert free(office) == (1, 1)


def test_a_release_gives_back_and_ends_the_number(office: Office) -> None:
    office.reserve(a_declaration(A="5"))
    office.act.release("26ZA1", None, OFFICER)
    assert free(office) == (5, 5)
    assert office.act.release("26ZA1", ["1"], OFFICER).changed == ()
    with pytest.raises(DeclarationInvalid, match="new number"):
        office.reserve(a_declaration(A="5"))
    with pytest.raises(DeclarationInvalid, match="Nothing is reserved"):
        office.act.release("26ZA2", None, OFFICER)


@pytest.mark.slow
def test_a_reservation_lapses_after_its_days_and_not_before(office: Office) -> None:
    office.reserve(a_declaration(A="5"))
    office.now = NOON + timedelta(days=30) - timedelta(seconds=1)
    assert office.act.lapse() == 0
    office.now += timedelta(seconds=1)
    assert (office.act.lapse(), office.act.lapse()) == (1, 0)
    assert free(office) == (5, 5)
    office.reserve(a_declaration(A="5"))
    office.write_off(a_declaration(A="5"))
    office.now += timedelta(days=60)
    assert office.act.lapse() == 0


def test_an_amendment_of_a_reservation_lets_it_live_longer(office: Office) -> None:
    office.reserve(a_declaration(A="5"))
    office.now = NOON + timedelta(days=20)
    office.amend(a_declaration(A="4"))
    office.now = NOON + timedelta(days=49)
    assert office.act.lapse() == 0
    office.now = NOON + timedelta(days=50)
    assert office.act.lapse() == 1


@pytest.mark.slow
def test_an_amendment_after_clearance_replaces_what_was_not_sent(office: Office) -> None:
    office.write_off(a_declaration(A="3"))
    office.amend(a_declaration(A="5"))
    assert office.outbox() == [("dropped", (SeenQuantity("A", "3"),)), ("waiting", FIVE)]
    assert free(office) == (0, 0)
    with pytest.raises(QuantityExceeded, match="needs 1 more"):
        office.amend(a_declaration(A="6"))
    with pytest.raises(DeclarationInvalid, match="reason"):
        office.act.amend(a_declaration(A="2"), OFFICER)


def test_an_amendment_of_what_a_partner_has_is_left_to_persons(office: Office) -> None:
    (sent,) = office.write_off(a_declaration(A="5")).booked.outgoing
    office.store.outbox.claim(sent, NOON)
    (claimed,) = office.store.outbox.of_permit(*CROCODILES)
    delivered = DeliveryEvent(NOON, DeliveryState.DELIVERED, "ok")
    office.store.outbox.settle(claimed, delivered, NOON, "77")
    acted = office.amend(a_declaration(A="4"))
    assert [each.id for each in acted.booked.not_booked] == [sent.id]
    assert office.outbox() == [("delivered", FIVE)]
    assert (acted.uses[0].confirmed, free(office)) == (None, (1, 1))


def test_an_invalidated_line_gives_everything_back(office: Office) -> None:
    office.write_off(a_declaration(A="5", B="1"))
    office.amend(a_declaration(A="0"))
    assert free(office) == (5, 5)
    assert office.outbox()[-1] == ("waiting", (SeenQuantity("B", "1"),))


@pytest.mark.slow
def test_an_officer_confirms_while_other_lines_are_reserved(office: Office) -> None:
    office.reserve(a_declaration(A="5", B="1"))
    office.write_off(a_declaration(A="5"))
    acted = office.act.confirm_now("26ZA1", OFFICER, "K7Q2-98XB")
    assert office.outbox() == [("waiting", FIVE)]
    assert len(acted.booked.outgoing) == 1
    assert office.act.confirm_now("26ZA1", OFFICER, None).booked.outgoing == ()


def test_settings_leave_confirming_to_an_officer(url: str) -> None:
    with an_office(url, confirms=False) as office:
        office.write_off(a_declaration(A="5"))
        assert office.outbox() == []


def test_what_was_confirmed_without_a_declaration_counts(office: Office) -> None:
    book = office.act.confirm.book()
    book.book(*CROCODILES, None, [SeenQuantity("A", "4")], "T. Nkosi")
    assert free(office) == (1, 1)
    with pytest.raises(QuantityExceeded):
        office.reserve(a_declaration(A="2"))


def test_grams_are_held_as_kilograms_exactly(office: Office) -> None:
    def grams(amount: str) -> CustomsDeclaration:
        quantity = Quantity(Decimal(amount), "GRM")
        line = DeclarationLine("1", *CROCODILES, position="B", quantity=quantity)
        return CustomsDeclaration("26ZA1", (line,))

    (use,) = office.reserve(grams("12499.999")).uses
    assert (use.held, use.last.quantity.unit) == (Decimal("12.499999"), "KGM")
    with pytest.raises(QuantityExceeded):
        office.amend(grams("12500.001"))
    with pytest.raises(QuantityInvalid, match="at most"):
        office.amend(grams("0.0001"))


@pytest.mark.parametrize(
    ("amount", "unit", "said"),
    [("1.5", "NAR", "whole numbers"), ("1", "KGM", "in NAR"), ("1", "PCS", "in NAR")],
)
def test_a_quantity_that_box_11_cannot_hold(office: Office, amount, unit, said) -> None:
    quantity = Quantity(Decimal(amount), unit)
    line = DeclarationLine("1", *CROCODILES, position="A", quantity=quantity)
    with pytest.raises(QuantityInvalid, match=said) as refused:
        office.reserve(CustomsDeclaration("26ZA1", (line,)))
    assert (refused.value.box, refused.value.position) == ("11", "A")


def test_the_line_of_the_permit_is_found_where_only_one_fits(office: Office) -> None:
    def declared(**changes) -> CustomsDeclaration:
        line = DeclarationLine("1", *CROCODILES, quantity=Quantity(Decimal(3)), **changes)
        return CustomsDeclaration("26ZA1", (line,))

    with pytest.raises(DeclarationInvalid, match="name its letter"):
        office.reserve(declared(scientific_name="Crocodylus niloticus"))
    (use,) = office.reserve(declared(term="SKU")).uses
    assert use.first.position == "C"
    with pytest.raises(DeclarationInvalid, match="holds a quantity of line C"):
        office.reserve(declared(position="A"))


def test_a_multi_use_document_is_not_used_up(office: Office) -> None:
    document = FORMATS["v2"].write(a_permit(type="OWNERSHIP"))
    office.partners["MZ"] = Partner(document)
    with pytest.raises(DeclarationInvalid, match="stays with its holder"):
        office.reserve(a_declaration(A="1"))


def test_a_permit_of_ours_is_used_by_declarations_and_nothing_is_sent(office: Office) -> None:
    number = "ZA26EX000007"
    publish(office.store, a_published(number, DFFE), token_hash=None)
    line = DeclarationLine("1", "ZA", number, position="A", quantity=Quantity(Decimal(5)))
    acted = office.write_off(CustomsDeclaration("26ZA1", (line,)))
    assert (acted.uses[0].state, acted.booked.outgoing) == (UseState.WRITTEN_OFF, ())
    with pytest.raises(QuantityExceeded):
        office.reserve(CustomsDeclaration("26ZA2", (line,)))


def test_each_act_is_a_record_of_the_journal(office: Office) -> None:
    office.reserve(a_declaration(A="5", B="1"))
    office.act.release("26ZA1", ["2"], RECOUNTED)
    wanted = JournalFilter(CROCODILES[1], operation="DeclaredUse")
    released, reserved = (
        parse_json(each.request)["events"] for each in office.store.journal.search(wanted, 9)
    )
    assert [each["act"] for each in (*reserved, *released)] == ["reserved"] * 2 + ["released"]
    last = office.store.declared.of_declaration("26ZA1")[-1]
    assert (last.act, released[0]["id"], released[0]["reason"]) == (
        Act.RELEASED,
        last.id,
        "recounted",
    )
    assert b"K7Q2" not in b"".join(
        each.request for each in office.store.journal.search(JournalFilter(), 9)
    )


@pytest.mark.parametrize(
    ("authority", "officer"), [("", "T. Nkosi"), ("customs", " "), ("c", "a\nb")]
)
def test_an_act_names_its_officer_and_authority(office: Office, authority, officer) -> None:
    with pytest.raises(DeclarationInvalid, match="An act names its"):
        office.act.reserve(a_declaration(A="1"), type(OFFICER)(authority, officer))


def test_a_line_that_has_lapsed_asks_for_its_permit_again(office: Office) -> None:
    office.reserve(a_declaration(A="5"))
    office.now += timedelta(days=30)
    assert office.act.lapse() == 1
    office.partners["MZ"].fails = PartnerUnreachable("No connection.")
    for act in (office.reserve, office.write_off):
        with pytest.raises(PartnerUnreachable):
            act(a_declaration(A="5"))
    office.partners["MZ"].fails = None
    assert office.reserve(a_declaration(A="5")).uses[0].state is UseState.RESERVED


def test_a_partner_is_asked_once_for_a_permit_of_many_lines(office: Office) -> None:
    office.reserve(a_declaration(A="1", B="1", C="1"))
    assert len(office.partners["MZ"].asked) == 1


def test_less_may_be_held_also_where_too_much_is_used(office: Office) -> None:
    office.reserve(a_declaration(A="5"))
    book = office.act.confirm.book()
    book.book(*CROCODILES, None, [SeenQuantity("A", "4")], "T. Nkosi")
    assert office.amend(a_declaration(A="3")).uses[0].held == 3
    with pytest.raises(QuantityExceeded):
        office.amend(a_declaration(A="4"))


@pytest.mark.parametrize("reason", ["one\ntwo", "nul \0", "x" * 1001])
def test_a_reason_is_a_line_that_every_database_takes(office: Office, reason: str) -> None:
    office.reserve(a_declaration(A="5"))
    with pytest.raises(DeclarationInvalid, match="reason") as refused:
        office.act.release("26ZA1", None, ActedBy("customs", "T. Nkosi", reason))
    assert refused.value.field == "reason"


def test_a_number_that_another_authority_took_at_the_same_moment_is_refused(
    office: Office,
) -> None:
    events = office.store.declared.of_declaration("26ZA1")
    office.reserve(a_declaration(A="5"))
    read_before = SimpleNamespace(of_declaration=lambda _number: events)
    other = ActedBy("ZA/OTHER", "A. Naidoo", own_alone=True)
    with pytest.raises(DeclarationInvalid, match="Another authority"):
        replace(office.act, reading=read_before).reserve(a_declaration(A="5"), other)
