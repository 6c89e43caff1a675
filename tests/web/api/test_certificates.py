"""Certificates over the API: our own, and those of a partner in memory."""

import json
from urllib.parse import quote

import pytest

from gateway.domain.errors import (
    CertificateNotFound,
    PartnerFault,
    PartnerReplyInvalid,
    PartnerTimeout,
    PartnerUnreachable,
)
from gateway.domain.permit.status import Status
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.permits.own_permits import PermitName
from tests.cli.test_ask_summary import RIGHT, a_partner
from tests.exchange.asking_acts import ask_partner
from tests.web.api.conftest import ESCAPED, NUMBER, Api

FOREIGN = "country=ZA&number=MZ26EX000001"
OWN = f"country=MZ&number={NUMBER}"
TOKEN = "ZA-SECRET-TOKEN"


def with_partner(api: Api, partner: object) -> None:
    api.gateway.partners.__dict__["ask"] = ask_partner(ZA=partner)


@pytest.mark.slow
def test_an_own_permit_comes_box_by_box(api: Api) -> None:
    found = json.loads(api.get("/certificates", OWN).text)
    assert (found["number"], found["type"], found["seal"]) == (NUMBER, "EXPORT", None)
    purpose = next(box for box in found["boxes"] if box["box"] == "5a")
    assert purpose["value"].startswith("T (")
    assert next(line["line"] for line in found["lines"]) == "A"
    french = json.loads(api.get("/certificates", f"{OWN}&lang=fr").text)
    assert french["boxes"] != found["boxes"]


@pytest.mark.slow
def test_the_document_comes_as_it_is_stored(api: Api) -> None:
    for version in ("v1", "v2"):
        answer = api.get("/certificates/document", f"{OWN}&version={version}")
        assert (answer.status, answer.headers["content-type"]) == (200, "application/xml")
        assert NUMBER in answer.text
    escaped = f"country=MZ&number={quote(ESCAPED, safe='')}"
    assert ESCAPED in api.get("/certificates/document", escaped).text
    final = api.get("/certificates/document", f"{OWN}&final=true")
    assert (final.status, json.loads(final.text)["code"]) == (409, "CertificateNotFinal")
    assert json.loads(final.text)["retry"] == "later"
    assert api.get("/certificates/document", f"{OWN}&version=v3").status == 422


@pytest.mark.slow
def test_a_cancelled_permit_is_not_given_out(api: Api) -> None:
    by = ResponsiblePerson("T. Sitoe", "withdrawn")
    api.gateway.permits.ending.end(PermitName("MZ", NUMBER), Status.CANCELLED, by)
    answer = api.get("/certificates/document", OWN)
    assert (answer.status, json.loads(answer.text)["code"]) == (409, "CertificateCancelled")
    assert json.loads(api.get("/certificates/status", OWN).text)["status"] == "cancelled"


@pytest.mark.slow
def test_a_foreign_permit_is_asked_for_with_its_token(api: Api) -> None:
    partner = a_partner(RIGHT)
    with_partner(api, partner)
    found = json.loads(api.get("/certificates", FOREIGN, permit_token=TOKEN).text)
    assert found["seal"]["verdict"] == "signer-unknown"
    assert found["number"] == "MZ26EX000001"
    assert partner.asked[0][1:] == ("MZ26EX000001", TOKEN)
    document = api.get("/certificates/document", FOREIGN, permit_token=TOKEN)
    assert document.text.encode() == partner.document
    assert TOKEN not in json.dumps(api.calls())


@pytest.mark.slow
def test_findings_say_what_the_summary_says(api: Api) -> None:
    with_partner(api, a_partner(RIGHT))
    summary = api.gateway.partners.ask.ask("ZA", "MZ26EX000001", None, False).summary
    found = json.loads(api.get("/certificates/findings", FOREIGN).text)
    assert found["summary"] == summary.outcome.value
    assert [each["reason"] for each in found["reasons"]] == [
        each.ground.value for each in summary.reasons
    ]
    spanish = json.loads(api.get("/certificates/findings", f"{FOREIGN}&lang=es").text)
    assert spanish["text"] != found["text"]
    own = api.get("/certificates/findings", OWN)
    assert (own.status, json.loads(own.text)["code"]) == (404, "OperationNotAvailable")


def test_a_permit_that_is_not_shown_has_a_summary_all_the_same(api: Api) -> None:
    partner = a_partner(RIGHT)
    partner.fails = PartnerFault("No.", partner_code="CertificateCancelled", partner_text="No.")
    with_partner(api, partner)
    found = json.loads(api.get("/certificates/findings", FOREIGN).text)
    assert (found["summary"], found["code"]) == ("do-not-accept", "PartnerFault")
    answer = api.get("/certificates", FOREIGN)
    assert (answer.status, json.loads(answer.text)["code"]) == (502, "PartnerFault")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("error", "status", "retry"),
    [
        (PartnerUnreachable("No connection."), 502, "later"),
        (PartnerTimeout("No answer."), 504, "later"),
        (PartnerReplyInvalid("No XML."), 502, "never"),
        (CertificateNotFound(), 404, "after-change"),
    ],
)
def test_a_partner_that_fails_is_told_from_us(
    api: Api, error: PartnerTimeout, status: int, retry: str
) -> None:
    partner = a_partner(RIGHT)
    partner.fails = error
    with_partner(api, partner)
    for path in ("/certificates", "/certificates/document", "/certificates/findings"):
        answer = api.get(path, FOREIGN)
        problem = json.loads(answer.text)
        assert (answer.status, problem["code"], problem["retry"]) == (status, error.code, retry)


def test_the_ledger_of_an_own_permit(api: Api) -> None:
    found = json.loads(api.get("/ledger", OWN).text)
    assert found["lines"][0]["authorised"] == "1200"
    assert found["lines"][0]["left_at_export"] == "1200"
    assert found["events"] == []
    assert api.get("/ledger", FOREIGN).status == 404


def test_service_and_partners(api: Api) -> None:
    found = json.loads(api.get("/service").text)
    assert (found["state"], found["authority"]) == ("OK", "MZ/ANAC")
    assert found["scopes"] == ["confirm", "declare", "events", "read", "risk"]
    partners = json.loads(api.get("/partners").text)
    assert [(each["country"], each["works"]) for each in partners] == [("ZA", None)]


def test_a_service_that_is_closed_says_so(api: Api) -> None:
    api.gateway.maintenance.declare(closed=True, person="T. Sitoe", reason="new disks")
    api.gateway.maintenance._expires_at = 0.0
    answer = api.get("/certificates", OWN)
    assert (answer.status, json.loads(answer.text)["code"]) == (503, "UnderMaintenance")
    assert answer.headers["retry-after"]
    assert json.loads(api.get("/service").text)["state"] == "UNAVAILABLE"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/ld+json", "application/ld+json"),
        ("text/html, application/ld+json;q=0.5", "application/ld+json"),
        ("application/ld+json;q=0", "application/json"),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("application/ld+json" + ";x=y" * 300, "application/json"),
    ],
)
def test_a_permit_comes_as_json_ld_where_the_caller_names_it(
    api: Api, accept: str, kind: str
) -> None:
    answer = api.get("/certificates", OWN, accept=accept)
    assert (answer.status, answer.headers["content-type"]) == (200, kind)
    found = json.loads(answer.text)
    assert found.get("epermitNumber", found.get("number")) == NUMBER


def test_a_foreign_permit_comes_as_json_ld(api: Api) -> None:
    with_partner(api, a_partner(RIGHT))
    answer = api.get("/certificates", FOREIGN, permit_token=TOKEN, accept="application/ld+json")
    assert json.loads(answer.text)["epermitNumber"] == "MZ26EX000001"
    assert answer.headers["vary"] == "Accept"
