"""Trace and risk of a permit over the API, with a scope of their own."""

import json
from collections.abc import Collection
from dataclasses import replace
from types import SimpleNamespace

import pytest

from gateway.domain.api.key import Scope
from gateway.domain.risk.as_json import as_json
from gateway.domain.risk.indicators import Indicator
from gateway.domain.risk.score import Risk
from tests.web.api.conftest import NUMBER, Api

OWN = f"country=MZ&number={NUMBER}"
PATHS = ("/certificates/trace", "/certificates/risk")


def test_the_trace_of_an_own_permit_has_its_lines(shared: Api) -> None:
    answer = shared.get("/certificates/trace", OWN)
    assert answer.status == 200, answer.text
    found = json.loads(answer.text)
    tree = found["tree"]
    assert (tree["country"], tree["number"], tree["known"]) == ("MZ", NUMBER, "own")
    assert tree["lines"][0]["line"] == "A"
    assert tree["lines"][0]["went_out_basis"] == "permitted"
    assert (found["closes"], found["questions"]) == (None, 0)


def test_the_risk_has_every_indicator_with_its_evidence_or_the_reason_without(shared: Api) -> None:
    found = json.loads(shared.get("/certificates/risk", OWN).text)
    assert {each["indicator"] for each in found["indicators"]} == {each.value for each in Indicator}
    assert found["score"] == sum(each["points"] for each in found["indicators"])
    assert all(each["evidence"] for each in found["indicators"] if each["points"])
    assert any(each["not_judged"] for each in found["indicators"])


def test_a_permit_that_is_not_at_hand_is_not_found(shared: Api) -> None:
    for path in PATHS:
        for query in (
            "country=ZA&number=ZA26EX000009",
            "country=MZ&number=MZ26EX999999",
            f"country=ZA&number={NUMBER}",
        ):
            answer = shared.get(path, query)
            assert (answer.status, json.loads(answer.text)["code"]) == (404, "CertificateNotFound")
        assert shared.get(path, "country=mz&number=1").status == 422


def test_permits_of_other_authorities_here_are_hidden_those_of_the_own_country_too(
    shared: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden: list[Collection[str]] = []

    def judged(country: str, number: str, without: Collection[str]) -> Risk:
        hidden.append(without)
        return desk.risk(country, number, without)

    desk = shared.desk
    served = frozenset({"MZ/ANAC", "MZ/OTHER", "ZA/DFFE", "ZA/CAPE"})
    assert desk.served == {"MZ/ANAC"}
    monkeypatch.setattr(shared, "desk", replace(desk, served=served, risk=judged))
    assert shared.get("/certificates/risk", OWN).status == 200
    assert hidden == [{"MZ/OTHER", "ZA"}]


def test_a_number_that_a_hidden_authority_has_too_is_no_evidence(
    shared: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = shared.gateway.trace.judge
    issuers = SimpleNamespace(issuers_of=lambda _: ["MZ/ANAC", "MZ/OTHER", "ZA/DFFE", "ZW"])
    judge = replace(judge, records=issuers)

    def evidence(*hidden: str) -> str:
        found = as_json(judge.judge("MZ", NUMBER, hidden))["indicators"]
        return next(str(each) for each in found if each["indicator"] == "repeated_number")

    assert all(name in evidence() for name in ("MZ/OTHER", "ZA/DFFE", "ZW"))
    seen = evidence("MZ/OTHER", "ZA")
    assert "ZW" in seen
    assert not any(name in seen for name in ("MZ/OTHER", "ZA/DFFE"))


def test_another_scope_opens_neither(shared: Api) -> None:
    key = shared.new_key(*(scope for scope in Scope if scope is not Scope.RISK))
    for path in PATHS:
        assert shared.get(path, OWN, authorization=f"Bearer {key}").status == 403
