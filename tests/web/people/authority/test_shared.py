"""Shared differences of counts at the desk: proposed, answered by the partner, agreed."""

from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.partner import Partner
from gateway.domain.report.shared import ActKind, PersonRole
from gateway.exchange.ports.report.shared import NOT_OFFERED, PartnerSharing
from gateway.exchange.report.sharing.lines import shared_line
from gateway.exchange.report.sharing.message import Told, read_message, write_message
from tests.web.people.authority.acts import confirm, fields_of
from tests.web.people.authority.conftest import OTHER, place_of
from tests.web.people.conftest import Desk
from tests.web.people.visitor import Visitor

BW = Partner("bw", IsoCountryCode("BW"))
ACT = (
    '{{"id": "00000000-0000-4000-8000-000000000001", "version": {version}, "kind": "{kind}",'
    ' "quantity": "{quantity}", "unit": "NAR", "role": "officer", "authority": "BW/DWNP",'
    ' "reason": "<script>alert(1)</script>", "at": "2026-11-01T00:00:00+00:00"}}'
)
MESSAGE = (
    '{{"v": 1, "differences": [{{"issuer": "MZ", "number": "{number}", "line": "A",'
    ' "figure": {{"quantity": "4", "unit": "NAR", "as_of": "2026-11-01T00:00:00+00:00"}},'
    ' "acts": [{act}]}}]}}'
)


def answered(desk: Desk, kind: ActKind, quantity: str, version: int) -> None:
    """A person of Botswana acts in its own gateway, which tells ours."""
    act = ACT.format(version=version, kind=kind, quantity=quantity)
    message = MESSAGE.format(number=OTHER, act=act)
    desk.gateway.sharing.receive.receive(BW, message.encode())


def begun(desk: Desk, visitor: Visitor) -> str:
    """Address of a difference that is shared from the page of the permit."""
    confirm(desk, "BW")
    path = f"{place_of(desk, OTHER)}/settle/A"
    assert "settles in its own gateway" in visitor.get(path).words
    answer = visitor.post(path, {"agreed": "4", "partner_person": "P. Nkosi", "reason": "alone"})
    assert answer.status == 303
    assert desk.gateway.store.report.settlements.all() == []
    return str(answer.headers["location"])


def test_a_quantity_is_proposed_and_agreed_by_the_partner(desk: Desk) -> None:
    visitor = desk.signed_in("authority")
    path = begun(desk, visitor)
    for fields, sentence in (
        ({"act": "settle"}, "Choose one of both"),
        ({"act": "propose", "quantity": "x"}, "write a quantity"),
        ({"act": "propose", "quantity": "1.5"}, "whole numbers"),
        ({"act": "propose", "quantity": "4", "reason": "\u202e no"}, "on one line"),
        ({"act": "agree", "quantity": "4"}, "does not follow"),
        ({"act": "propose", "quantity": "4", "last": "x"}, "has changed meanwhile"),
        ({"act": "propose", "quantity": "4", "seen": "6 NAR | 4 NAR"}, "has changed meanwhile"),
    ):
        answer = visitor.post(path, fields_of(visitor, path, **fields))
        assert (answer.status, sentence in answer.words) == (422, True), answer.words
    done = visitor.post(path, fields_of(visitor, path, act="propose", quantity="4"))
    assert (done.status, done.headers["location"]) == (303, path)
    shown = visitor.get(path)
    assert "proposed" in shown.words and 'name="act"' not in shown.text
    answered(desk, ActKind.AGREED, "4", 2)
    shown = visitor.get(path)
    assert "<script>alert" not in shown.text and "BW/DWNP" in shown.words
    assert "agreed" in visitor.get("/authority/shared").words
    (settled,) = desk.gateway.store.report.settlements.all()
    assert (settled.agreed, settled.partner_person) == ("4", "officer, BW/DWNP")
    assert "settled as 4" in visitor.get(place_of(desk, OTHER)).words


def test_a_proposal_of_the_partner_is_answered_without_a_name(desk: Desk) -> None:
    visitor = desk.signed_in("authority")
    path = begun(desk, visitor)
    answered(desk, ActKind.PROPOSED, "3", 1)
    assert "Agree to 3 NAR" in visitor.get(path).words
    assert visitor.post(path, fields_of(visitor, path, act="disagree")).status == 303
    assert "not agreed" in visitor.get("/authority/shared").words
    (shared,) = desk.gateway.sharing.shared.after("", 9)
    message = write_message([(shared_line(shared.line), shared)])
    assert b"Amadeu" not in message
    (told,) = read_message(message, IsoCountryCode("MZ"))
    assert isinstance(told, Told)
    assert (told.acts[0].by.role, told.acts[0].by.authority) == (PersonRole.OFFICER, "MZ/ANAC")


def test_others_do_not_see_it_and_a_partner_without_it_is_named(desk: Desk) -> None:
    visitor = desk.signed_in("authority")
    path = begun(desk, visitor)
    stranger = desk.signed_in("stranger")
    assert stranger.get(path).status == stranger.post(path, {"act": "propose"}).status == 404
    assert OTHER not in stranger.get("/authority/shared").words
    assert visitor.get("/authority/shared/none").status == 404
    noted = PartnerSharing(NOT_OFFERED, desk.gateway.clock())
    desk.gateway.store.report.shared.note("bw", noted)
    assert "send the queue to it as a file" in visitor.get("/authority/shared").words
    assert 'name="partner_person"' in visitor.get(f"{place_of(desk, OTHER)}/settle/A").text
