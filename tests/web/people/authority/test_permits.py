"""Desk of an authority: permits found, shown, ended; looks recorded; partners told."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from gateway.bootstrap.clock import new_id
from gateway.exchange.authority.notices import MAILING_LASTS, NotifyPartners, PartnerContact
from gateway.exchange.authority.trail import Trail
from gateway.exchange.permits.own_permits import PermitName
from gateway.exchange.ports import Exchange, JournalFilter
from tests.web.people.authority.conftest import (
    NUMBER,
    OTHER,
    MakeAuthority,
    place_of,
    status_of,
)
from tests.web.people.conftest import Desk
from tests.web.people.visitor import Answer, Visitor

pytestmark = pytest.mark.slow


def records(desk: Desk, operation: str) -> list[dict]:
    found = desk.gateway.store.journal.search(JournalFilter(operation=operation), 100)
    return [json.loads(each.request) for each in found]


def ended(visitor: Visitor, address: str, **fields: str) -> Answer:
    visitor.get(f"{address}/end")
    return visitor.post(f"{address}/end", fields)


@pytest.mark.parametrize("name", ["customs", "administrator"])
def test_other_roles_open_no_page_of_the_authority(desk: Desk, name: str) -> None:
    visitor = desk.signed_in(name)
    address = place_of(desk)
    for path in ("/authority", "/authority/findings", "/authority/mismatches", address):
        assert visitor.get(path).status == 403
    assert visitor.post(f"{address}/end", {"status": "lost", "reason": "because"}).status == 403
    assert "/authority" not in visitor.get("/").text
    assert status_of(desk) == "issued"


def test_an_officer_of_another_authority_finds_and_ends_nothing(desk: Desk) -> None:
    visitor, address = desk.signed_in("stranger"), place_of(desk)
    assert NUMBER not in visitor.get("/authority", "authority=MZ/ANAC").words
    for path in ("", "/end", "/book", "/close", "/settle/A"):
        assert visitor.get(f"{address}{path}").status == 404
    assert visitor.post(f"{address}/end", {"status": "lost", "reason": "because"}).status == 404
    assert visitor.post(f"{address}/tell").status == 404
    assert status_of(desk) == "issued"
    assert not records(desk, "PermitLookedAt")


def test_permits_are_found_by_number_status_country_and_expiry(desk: Desk) -> None:
    visitor = desk.signed_in("authority")
    every = visitor.get("/authority")
    assert NUMBER in every.words
    for query, there in (
        ({"number": "MZ26EX000001"}, True),
        ({"number": "MZ26EX0000"}, True),
        ({"number": "mz26"}, False),
        ({"number": "%"}, False),
        ({"status": "cancelled"}, False),
        ({"status": "issued", "number": "MZ26EX000001"}, True),
        ({"country": "ZA", "number": "MZ26EX000001"}, True),
        ({"country": "FJ"}, False),
        ({"expired": "yes", "number": "MZ26EX000001"}, False),
        ({"authority": "ZA/OTHER"}, True),
        ({"status": "no status"}, True),
    ):
        answer = visitor.get("/authority", urlencode(query))
        links = answer.text.split("<tbody>")[-1] if "<tbody>" in answer.text else ""
        assert (answer.status, NUMBER in links) == (200, there), query


def test_a_wrong_search_is_said_and_breaks_nothing(desk: Desk) -> None:
    visitor = desk.signed_in("authority")
    for query in (
        {"country": "Z1"},
        {"after": "x"},
        {"after": "9" * 30},
        {"number": "A" * 71},
        {"number": "\u0000'\"<script>"},
        {"after": "-1"},
    ):
        answer = visitor.get("/authority", urlencode(query))
        assert answer.status == 422, query
        assert "<script>" not in answer.text
    for path in ("/authority/findings", "/authority/mismatches"):
        assert visitor.get(path, "after=x&authority=ZZ/X").status == 200


def test_a_permit_is_shown_with_ledger_partners_and_each_look(desk: Desk) -> None:
    visitor, address = desk.signed_in("authority"), place_of(desk)
    shown = visitor.get(address)
    assert shown.status == 200
    for words in (NUMBER, "Crocodylus niloticus", "Box 11", "za", "Duty officer <b>", "bw"):
        assert words in shown.words, words
    assert "Duty officer <b>" not in shown.text
    assert "The settings name no contact." in shown.words
    again = visitor.get(address)
    assert "Looked at the permit" in again.words and "Amadeu Forest (authority)" in again.words
    (look,) = records(desk, "PermitLookedAt")
    assert (look["person"], look["address"]) == ("Amadeu Forest (authority)", "192.0.2.1")
    desk.clock.pass_(minutes=20)
    visitor.get(address)
    assert len(records(desk, "PermitLookedAt")) == 2


def test_the_trail_has_no_act_on_a_permit_of_another_issuer_with_the_same_number(
    desk: Desk,
) -> None:
    use = {"country": "ZA", "number": NUMBER, "officer": "Z. Foreign"}
    call = {
        "system": "Window", "operation": "certificate_status", "outcome": "CertificateNotFound",
        "authority": "MZ/FOREST", "subject": {"country": "MZ"},
    }  # fmt: skip
    verdict = {"kind": "customs-verdict", "officer": "C. Border", "authority": "MZ/PORT"}
    at = datetime(2026, 11, 1, 9, tzinfo=UTC)
    for operation, said in (
        ("MismatchSettled", {"issuer": "MZ/FOREST", "person": "F. Forest", "reason": "secret"}),
        ("MismatchSettled", {"issuer": "ZA", "person": "Z. Foreign", "reason": "secret"}),
        ("DeclaredUse", {"v": 1, "events": [use]}),
        ("MismatchSettled", {"issuer": "MZ/ANAC", "person": "A. Own", "reason": "recounted"}),
        ("DeclaredUse", {"v": 1, "events": [{**use, "country": "MZ"}]}),
        ("ApiCalled", call),
        ("ApiCalled", {**call, "authority": "MZ/ANAC", "system": "Single Window"}),
        ("ApiCalled", {**call, "authority": "MZ/ANAC", "subject": {"country": "ZA"}}),
        ("CustomsVerdict", {**verdict, "country": "MZ"}),
        ("CustomsVerdict", {**verdict, "country": "ZA", "officer": "Z. Foreign"}),
    ):
        text = json.dumps(said).encode()
        record = Exchange.own(new_id(), operation, at, text, permit_number=NUMBER)
        desk.gateway.store.journal.record(record)
    shown = desk.signed_in("authority").get(place_of(desk)).words
    assert "secret" not in shown and "A. Own" in shown
    assert shown.count("Used by a customs declaration") == 1
    assert shown.count("A system called the JSON interface") == 1
    for words in ("Single Window", "certificate_status", "CertificateNotFound", "C. Border"):
        assert words in shown, words
    assert shown.count("Z. Foreign") == 1  # of the declared use of ours alone


def test_a_place_in_the_trail_that_is_none_shows_its_beginning(desk: Desk) -> None:
    visitor, address = desk.signed_in("authority"), place_of(desk)
    visitor.get(address)
    for before in ("\u0000", "x", "9" * 40):
        assert "Looked at the permit" in visitor.get(address, urlencode({"before": before})).words


def test_a_permit_that_is_not_there_is_not_found(desk: Desk) -> None:
    visitor = desk.signed_in("authority")
    for place in ("0", "999999", "x", "9" * 20, "-1", "\u0661"):
        assert visitor.get(f"/authority/permits/{place}").status == 404
        assert visitor.get(f"/authority/permits/{place}/end").status == 404


@pytest.mark.parametrize("status", ["cancelled", "lost", "returned"])
def test_a_permit_is_ended_with_a_reason_and_who_asked_is_named(desk: Desk, status: str) -> None:
    visitor, address = desk.signed_in("authority"), place_of(desk)
    answer = ended(visitor, address, status=status, reason="said on the telephone", tell="yes")
    assert answer.status == 200 and status_of(desk) == status
    assert "no mail address: tell them yourself" in answer.words
    (record,) = records(desk, f"Permit{status.capitalize()}")
    assert record["person"] == "Amadeu Forest (authority)"
    assert (record["reason"], record["address"]) == ("said on the telephone", "192.0.2.1")
    (told,) = records(desk, "PartnersNotified")
    assert told["partners"] == {"za": "no-address", "bw": "no-address"}
    shown = visitor.get(address)
    assert "said on the telephone" in shown.words
    assert ended(visitor, address, status=status, reason="once more").status != 200
    assert len(records(desk, f"Permit{status.capitalize()}")) == 1


def test_a_form_with_mistakes_comes_back_and_changes_nothing(desk: Desk) -> None:
    visitor, address = desk.signed_in("authority"), place_of(desk)
    for fields, sentence in (
        ({"reason": "because"}, "Choose what happened"),
        ({"status": "final", "reason": "because"}, "Choose what happened"),
        ({"status": "lost", "reason": " "}, "Write the reason"),
        ({"status": "lost", "reason": "\u202e turned"}, "Write the reason"),
        ({"status": "lost", "reason": "x" * 301}, "Write the reason"),
        ({"status": "replaced", "reason": "because"}, "Write the number"),
        ({"status": "replaced", "reason": "because", "successor": "NO"}, "not in force here"),
        ({"status": "replaced", "reason": "because", "successor": NUMBER}, "by itself"),
        ({"status": "replaced", "reason": "because", "successor": "<x>"}, "This was not done"),
    ):
        answer = ended(visitor, address, **fields)
        assert (answer.status, sentence in answer.words) == (422, True), answer.words
    assert status_of(desk) == "issued"


def test_a_lost_permit_is_replaced_and_leads_to_its_successor(desk: Desk) -> None:
    visitor, address = desk.signed_in("authority"), place_of(desk)
    ended(visitor, address, status="lost", reason="the bag was stolen")
    answer = ended(visitor, address, status="replaced", reason="new paper", successor=OTHER)
    assert answer.status == 200 and status_of(desk) == "replaced"
    assert "No mail was sent." in answer.words
    assert f'href="{place_of(desk, OTHER)}"' in visitor.get(address).text
    assert visitor.get(f"{address}/end").status == 303


def test_a_form_of_another_page_ends_nothing(desk: Desk) -> None:
    visitor, address = desk.signed_in("authority"), place_of(desk)
    visitor.get(f"{address}/end")
    fields = {"status": "lost", "reason": "because"}
    assert visitor.post(f"{address}/end", {**fields, "form_token": "0"}).status == 403
    foreign = visitor.post(f"{address}/end", fields, origin="https://evil.example")
    assert (foreign.status, status_of(desk)) == (403, "issued")


def test_findings_are_listed_with_the_permits(desk: Desk) -> None:
    answer = desk.signed_in("authority").get("/authority/findings")
    assert answer.status == 200
    assert "Permits judged for this page:" in answer.words


@pytest.mark.parametrize("language", ["fr", "es"])
def test_pages_speak_the_language_of_the_person(desk: Desk, language: str) -> None:
    visitor = desk.signed_in("authority")
    visitor.cookies["__Host-epix-language"] = language
    assert {"fr": "Rechercher", "es": "Buscar"}[language] in visitor.get("/authority").words
    shown = visitor.get(place_of(desk)).words
    assert {"fr": "Case 11", "es": "Casilla 11"}[language] in shown


def test_a_mail_server_that_is_away_is_said_and_the_end_stays(
    make_authority: MakeAuthority,
) -> None:
    desk = make_authority(
        EPIX_MAIL__HOST="127.0.0.1", EPIX_MAIL__PORT="1", EPIX_MAIL__SENDER="epix@mz.example.org"
    )
    answer = ended(
        desk.signed_in("authority"), place_of(desk), status="lost", reason="gone", tell="yes"
    )
    assert "the mail server did not take the mail" in answer.words
    assert status_of(desk) == "lost"


@dataclass
class SlowMailer:
    """Takes a mail, after all the time that there is for mails."""

    desk: Desk
    to: list[str] = field(default_factory=list)

    def send(self, to: str, subject: str, text: str) -> None:
        self.to.append(to)
        self.desk.clock.pass_(seconds=MAILING_LASTS.total_seconds())


def test_a_slow_mail_server_does_not_hold_up_the_officer_for_each_partner(desk: Desk) -> None:
    ended(desk.signed_in("authority"), place_of(desk), status="lost", reason="gone")
    mailer, gateway = SlowMailer(desk), desk.gateway
    trail = Trail(gateway.store.permit_trail, gateway.store.journal, gateway.clock, new_id)
    contacts = {key: PartnerContact("ZA", key, f"{key}@example.org") for key in ("za", "bw")}
    notices = NotifyPartners(trail, contacts, mailer, gateway.store.journal, gateway.clock, new_id)
    name = PermitName("MZ", NUMBER, "ANAC")
    told = notices.notify(gateway.permits.show.show(name).published, "A. Forest")
    assert len(mailer.to) == 1
    assert [each.outcome.value for each in told] == ["mailed", "not-taken"]
    (record,) = records(desk, "PartnersNotified")
    assert sorted(record["partners"].values()) == ["mailed", "not-taken"]
