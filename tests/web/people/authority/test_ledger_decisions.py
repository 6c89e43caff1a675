"""Decisions on a ledger by an officer: taken back, corrected, booked, closed, settled."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.bootstrap.clock import new_id
from gateway.domain.declarations.use import Act, UseEvent
from gateway.domain.errors import RecordInvalid
from gateway.domain.identifiers import CertificateNumber
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.status import Status
from gateway.domain.published import PublishedPermit
from gateway.exchange.declarations.record import UseRecords
from tests.web.people.authority.acts import confirm
from tests.web.people.authority.conftest import OTHER, place_of
from tests.web.people.conftest import Desk
from tests.web.people.visitor import Answer, Visitor

pytestmark = pytest.mark.slow


def stored(desk: Desk) -> PublishedPermit:
    authority = desk.gateway.permits.served.authorities[0]
    with desk.gateway.store.begin_work() as work:
        found = work.permits.get(authority, CertificateNumber(OTHER))
    assert found is not None
    return found.published


def sent(visitor: Visitor, path: str, **fields: str) -> Answer:
    visitor.get(path)
    return visitor.post(path, {name.replace("_", "-", 1): each for name, each in fields.items()})


def test_a_confirmation_is_corrected_then_taken_back(desk: Desk) -> None:
    identity, visitor, address = confirm(desk), desk.signed_in("authority"), place_of(desk, OTHER)
    path = f"{address}/confirmations/{identity}"
    assert "A: 4 NAR" in visitor.get(address).words
    for fields, sentence in (
        ({"reason": "counted wrongly"}, "Choose one of both"),
        ({"act": "correct", "reason": "counted wrongly"}, "at least one line"),
        ({"act": "correct", "quantity_1": "9999", "reason": "counted"}, "more than remains"),
        ({"act": "correct", "quantity_1": "1.5", "reason": "counted"}, "whole numbers"),
        ({"act": "reverse", "reason": ""}, "Write the reason"),
    ):
        answer = sent(visitor, path, **fields)
        assert (answer.status, sentence in answer.words) == (422, True), answer.words
    assert len(stored(desk).reversals) == 0
    corrected = sent(visitor, path, act="correct", quantity_1="3", reason="counted wrongly")
    assert (corrected.status, corrected.headers["location"]) == (303, address)
    assert sent(visitor, path, act="reverse", reason="once more").status == 404
    (event,) = stored(desk).effective_confirmations
    assert (str(event.quantities[0][1]), event.person) == ("3 NAR", "Amadeu Forest (authority)")
    again = sent(visitor, f"{address}/confirmations/{event.id}", act="reverse", reason="not ours")
    assert again.status == 303 and not stored(desk).effective_confirmations
    shown = visitor.get(address).words
    assert "Confirmation corrected" in shown and "Confirmation taken back" in shown


def test_a_count_is_booked_for_a_partner_and_the_permit_closed_and_opened(desk: Desk) -> None:
    visitor, address = desk.signed_in("authority"), place_of(desk, OTHER)
    for fields, sentence in (
        ({"quantity_1": "1", "reason": "by fax"}, "Choose the partner"),
        ({"caller": "xx", "quantity_1": "1", "reason": "by fax"}, "Choose the partner"),
        ({"caller": "za", "reason": "by fax"}, "at least one line"),
    ):
        answer = sent(visitor, f"{address}/book", **fields)
        assert (answer.status, sentence in answer.words) == (422, True), answer.words
    booked = sent(visitor, f"{address}/book", caller="za", quantity_1="2", reason="by fax")
    assert booked.status == 303
    twice = sent(visitor, f"{address}/book", caller="za", quantity_1="2", reason="by fax")
    assert (twice.status, "has confirmed it already" in twice.words) == (422, True)
    path, reason = f"{address}/close", "nothing more is shipped"
    assert 'name="act" value="close"' in visitor.get(path).text
    assert sent(visitor, path, act="close", reason=reason).status == 303
    assert stored(desk).used_up and "declared used up" in visitor.get(address).words
    assert 'name="act" value="reopen"' in visitor.get(path).text
    assert sent(visitor, path, act="reopen", reason="it is, after all").status == 303
    assert not stored(desk).used_up


def test_a_form_that_is_sent_twice_does_not_open_the_permit_again(desk: Desk) -> None:
    visitor, path = desk.signed_in("authority"), f"{place_of(desk, OTHER)}/close"
    for act in ("", "x"):
        assert sent(visitor, path, act=act, reason="nothing more is shipped").status == 422
    assert sent(visitor, path, act="close", reason="nothing more is shipped").status == 303
    twice = sent(visitor, path, act="close", reason="nothing more is shipped")
    assert (twice.status, "already declared used up" in twice.words) == (422, True)
    assert stored(desk).used_up


def counts_of(page: Answer) -> dict[str, str]:
    """The two quantities that the form of a settlement names."""
    return dict(re.findall(r'name="(ours|theirs)" value="([^"]+)"', page.text))


def test_a_difference_of_counts_is_listed_and_settled_by_both(desk: Desk) -> None:
    confirm(desk)
    visitor, address = desk.signed_in("authority"), place_of(desk, OTHER)
    listed = visitor.get("/authority/mismatches")
    path = f"{address}/settle/A"
    assert f'href="{path}"' in listed.text and OTHER in listed.words
    for fields, sentence in (
        ({"agreed": "4", "reason": "recounted"}, "Write the name of the person"),
        (
            {"agreed": "4", "partner_person": "P.\u202eN", "reason": "recounted"},
            "Write the name of the person",
        ),
        ({"agreed": "x", "partner_person": "P. Nkosi", "reason": "recounted"}, "write a quantity"),
    ):
        counts = counts_of(visitor.get(path))
        answer = visitor.post(path, {**counts, **fields})
        assert (answer.status, sentence in answer.words) == (422, True), answer.words
    fields = {"agreed": "4", "partner_person": "P. Nkosi", "reason": "recounted"}
    counts = counts_of(visitor.get(path))
    stale = visitor.post(path, {**counts, **fields, "theirs": "5 NAR"})
    assert (stale.status, "counts have changed" in stale.words) == (422, True)
    assert visitor.post(path, {**counts, **fields}).status == 303
    assert "settled as 4 by Amadeu Forest (authority) and P. Nkosi" in visitor.get(address).words
    assert f'href="{path}"' not in visitor.get("/authority/mismatches").text
    visitor.get(address)
    assert visitor.get(f"{address}/settle/B").status == 404


def test_a_permit_that_was_used_is_not_returned_unused(desk: Desk) -> None:
    confirm(desk)
    visitor, address = desk.signed_in("authority"), place_of(desk, OTHER)
    answer = sent(visitor, f"{address}/end", status="returned", reason="the holder says so")
    assert (answer.status, "was not returned unused" in answer.words) == (422, True)
    assert stored(desk).status.value == "issued"


def test_a_permit_that_a_declaration_has_written_off_is_not_returned_unused(
    desk: Desk, issuing: Path
) -> None:
    quantity, now = Quantity(Decimal(2), "NAR"), desk.gateway.clock()
    event = UseEvent(
        new_id(), 0, Act.WRITTEN_OFF, "MZ", OTHER, "A", "26MZ1", "1", quantity, quantity,
        "MZ/CUSTOMS", "C. Border", now,
    )  # fmt: skip
    with desk.gateway.store.begin_work() as work:
        work.declared.add([event], UseRecords(None).record(new_id(), [event]))
        work.commit()
    visitor, path = desk.signed_in("authority"), f"{place_of(desk, OTHER)}/end"
    answer = sent(visitor, path, status="returned", reason="the holder says so")
    assert (answer.status, "was not returned unused" in answer.words) == (422, True)
    file, permits = issuing / "sandbox.json", desk.gateway.permits
    (record,) = (
        each
        for each in permits.source_of(file).records(file)
        if not isinstance(each, RecordInvalid) and each.permit.number.text == OTHER
    )
    with pytest.raises(RecordInvalid, match="was not returned unused"):
        permits.publish.publish(replace(record, status=Status.RETURNED))
    assert stored(desk).status.value == "issued"
    assert sent(visitor, path, status="lost", reason="the holder says so").status == 200


def test_a_confirmation_that_is_not_there_is_not_found(desk: Desk) -> None:
    visitor, address = desk.signed_in("authority"), place_of(desk, OTHER)
    for confirmation in ("x", "' OR 1", "019a0000-0000-7000-8000-0000000000ff"):
        assert visitor.get(f"{address}/confirmations/{confirmation}").status == 404
