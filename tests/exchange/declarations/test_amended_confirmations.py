"""Confirmations after amendments: nothing of 0 is sent, and nothing that a partner may have."""

from dataclasses import replace
from decimal import Decimal

import pytest

from gateway.domain.declarations.line import CustomsDeclaration, DeclarationLine
from gateway.domain.declarations.refused import DeclarationInvalid
from gateway.domain.declarations.use import WrittenOff
from gateway.domain.delivery_state import DeliveryState
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.ledger.foreign_use import is_spent
from gateway.domain.ledger.newer_version import with_box_14
from gateway.domain.partner import OperationName
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import Examination
from gateway.domain.permit.quantity import Quantity
from gateway.domain.summary import Ground
from gateway.exchange.declarations.acting import ActedBy
from gateway.exchange.permits.foreign.ask_partner import ForeignPermit
from gateway.exchange.permits.foreign.earlier_answers import EarlierAnswers
from gateway.exchange.ports import DeliveryEvent
from gateway.exchange.report.foreign_documents import ForeignDocuments
from tests.builders import a_permit
from tests.exchange.asking_acts import FORMATS, Journal, Partner, ask_partner, sealed
from tests.exchange.declarations.office import (
    CROCODILES,
    NOON,
    OFFICER,
    Office,
    a_declaration,
    an_office,
)


def test_a_declaration_that_is_amended_to_nothing_sends_nothing(office: Office) -> None:
    office.write_off(a_declaration(A="5"))
    acted = office.amend(a_declaration(A="0"))
    assert office.outbox() == [("dropped", (SeenQuantity("A", "5"),))]
    assert (acted.booked.outgoing, acted.booked.not_booked) == ((), ())
    office.amend(a_declaration(A="2"))
    assert office.outbox()[-1] == ("waiting", (SeenQuantity("A", "2"),))


def test_nothing_is_sent_of_a_line_that_was_nothing_from_the_start(office: Office) -> None:
    office.write_off(a_declaration(A="0", B="1"))
    assert office.outbox() == [("waiting", (SeenQuantity("B", "1"),))]


def test_what_was_tried_and_then_dropped_is_not_booked_again(office: Office) -> None:
    (sent,) = office.write_off(a_declaration(A="5")).booked.outgoing
    office.store.outbox.claim(sent, NOON)
    (tried,) = office.store.outbox.of_permit(*CROCODILES)
    dropped = DeliveryEvent(NOON, DeliveryState.DROPPED, "drop", "T. Nkosi", "by telephone")
    assert office.store.outbox.settle(tried, dropped, NOON)
    acted = office.amend(a_declaration(A="4"))
    assert [each.id for each in acted.booked.not_booked] == [sent.id]
    assert office.outbox() == [("dropped", (SeenQuantity("A", "5"),))]


@pytest.mark.slow
@pytest.mark.parametrize("act", ["write_off_reserved", "confirm_now"])
def test_a_token_goes_to_the_partner_of_its_permit_alone(url: str, act: str) -> None:
    american = DeclarationLine(
        "9", "US", "26US123456/9", position="A", quantity=Quantity(Decimal(1), "NAR")
    )
    both = CustomsDeclaration("26ZA1", (*a_declaration(A="5").lines, american))
    with an_office(url, confirms=act == "write_off_reserved") as office:
        office.reserve(both)
        if act == "confirm_now":
            office.write_off(both)
        acted = getattr(office.act, act)("26ZA1", OFFICER, "K7Q2-98XB", CROCODILES)
    tokens = {each.country: each.token for each in acted.booked.outgoing}
    assert (tokens["US"], (tokens["MZ"] or b"").endswith(b":K7Q2-98XB")) == (None, True)


def test_an_authority_confirms_its_own_declarations_alone(office: Office) -> None:
    office.reserve(a_declaration(A="5"))
    other = ActedBy("ZA/OTHER", "A. Naidoo", own_alone=True)
    with pytest.raises(DeclarationInvalid, match="Another authority"):
        office.act.confirm_now("26ZA1", other, None)


def test_what_is_written_off_and_not_confirmed_spends_a_permit_too(url: str) -> None:
    line = a_permit().positions[0]
    permit, five = replace(a_permit(), positions=(line,)), (SeenQuantity("A", "5"),)
    with an_office(url, confirms=False) as office:
        office.reserve(a_declaration(A="2"))
        assert written_off(office) == WrittenOff()
        office.write_off(a_declaration("26ZA2", A="3"))
        office.write_off(a_declaration(A="2"))
        declared = written_off(office).quantities
        assert sorted(quantity.amount for _, quantity in declared) == [2, 3]
    assert is_spent(permit, (), declared)
    assert not is_spent(permit, (), declared[:1])
    ten = replace(line, quantity=Quantity(Decimal(10), "NAR"))
    assert is_spent(replace(permit, positions=(ten,)), (five,), [("A", line.quantity)])


def written_off(office: Office) -> WrittenOff:
    return WrittenOff.of(office.store.declared.of_permit(*CROCODILES))


def test_what_is_amended_after_its_confirmation_is_counted_once(office: Office) -> None:
    """What a declaration holds takes the place of what its confirmations say."""
    (sent,) = office.write_off(a_declaration(A="3")).booked.outgoing
    office.store.outbox.claim(sent, NOON)
    assert office.amend(a_declaration(A="2")).booked.not_booked
    declared = written_off(office)
    assert declared.confirmations == {sent.id}
    assert declared.quantities == (("A", Quantity(Decimal(2), "NAR")),)
    one_line = replace(a_permit(), positions=a_permit().positions[:1])
    office.partners["MZ"].document = FORMATS["v2"].write(one_line)
    outbox, asking = office.store.outbox, ask_partner(**office.partners)
    shown = replace(asking, outbox=outbox, declared=lambda *_: declared).ask(
        *CROCODILES, None, final=False
    )
    assert isinstance(shown, ForeignPermit)
    assert Ground.SPENT not in {reason.ground for reason in shown.summary.reasons}


@pytest.mark.parametrize("is_at_hand", [True, False])
def test_what_was_held_in_kilograms_is_confirmed_in_the_grams_of_box_11(
    office: Office, is_at_hand: bool
) -> None:
    for item, amount, unit, allowed in (("1", "1", "KGM", "5"), ("2", "500", "GRM", "5000")):
        quantity = Quantity(Decimal(allowed), unit)
        line = replace(a_permit().positions[0], quantity=quantity)
        permit = replace(a_permit(), positions=(line,))
        office.partners["MZ"].document = FORMATS["v2"].write(permit)
        if is_at_hand:
            office.at_hand["MZ"] = permit
        used = Quantity(Decimal(amount), unit)
        declared = DeclarationLine(item, *CROCODILES, position="A", quantity=used)
        office.write_off(CustomsDeclaration("26ZA1", (declared,)))
    assert office.outbox()[-1] == ("waiting", (SeenQuantity("A", "1500"),))


def test_grams_that_declarations_hold_do_not_spend_kilograms() -> None:
    line = replace(a_permit().positions[0], quantity=Quantity(Decimal(5), "KGM"))
    permit = replace(a_permit(), positions=(line,))
    assert not is_spent(permit, (), [("A", Quantity(Decimal(5), "GRM"))])
    assert is_spent(permit, (), [("A", Quantity(Decimal(5000), "GRM"))])
    assert not is_spent(permit, (), [("A", Quantity(Decimal(5), "NAR"))])


def final(permit: Permit, amount: str) -> Permit:
    """The document with box 14 of line A."""
    seen = Examination(quantity=Quantity(Decimal(amount), "NAR"), at=NOON)
    first, *others = permit.positions
    return replace(permit, positions=(replace(first, examination=seen), *others))


def smaller(permit: Permit) -> Permit:
    """A newer version whose line A has 3 specimens."""
    first, *others = permit.positions
    few = Quantity(Decimal(3), "NAR")
    return replace(permit, positions=(replace(first, quantity=few), *others))


def test_a_live_answer_is_newer_than_a_final_document_at_hand(office: Office) -> None:
    office.at_hand["MZ"] = final(a_permit(), "4")
    found = office.permits.find(*CROCODILES, None).permit
    assert found.positions[0].examination == office.at_hand["MZ"].positions[0].examination
    office.partners["MZ"].document = FORMATS["v2"].write(smaller(a_permit()))
    found = office.permits.find(*CROCODILES, None).permit
    assert (found.positions[0].quantity, found.positions[0].examination) == (
        Quantity(Decimal(3), "NAR"),
        None,
    )


def test_of_two_documents_at_hand_the_newer_counts_with_box_14_of_the_final_one() -> None:
    journal = Journal()
    rules = ask_partner(MZ=Partner()).seals
    documents = ForeignDocuments(
        EarlierAnswers(journal, journal.read), FORMATS, lambda: rules, {"MZ": "mz"}
    )
    journal.add(sealed(final(a_permit(), "4")), 2, operation=str(OperationName.GET_FINAL))
    same = documents.find("MZ", "MZ26EX000001")
    assert same
    assert same.positions[0].examination
    journal.add(sealed(smaller(a_permit())), 1)
    newer = documents.find("MZ", "MZ26EX000001")
    assert newer
    assert (newer.positions[0].quantity, newer.positions[0].examination) == (
        Quantity(Decimal(3), "NAR"),
        None,
    )


def test_box_14_stays_with_lines_that_did_not_change() -> None:
    before = final(a_permit(), "4")
    assert with_box_14(a_permit(), before).positions == before.positions
    moved = replace(a_permit(), positions=tuple(reversed(a_permit().positions)))
    assert with_box_14(moved, before).positions[-1].examination
