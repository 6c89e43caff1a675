"""Customs declarations over the API: checked, reserved once, written off, released."""

import json
from typing import Any

import pytest

from gateway.domain.api.key import Scope
from gateway.exchange.declarations.acting import ActedBy
from tests.web.api.conftest import NUMBER, Api
from tests.web.people.visitor import Answer


def declared(quantity: object = "1200", **changes: object) -> dict[str, Any]:
    line = {
        "item": "1", "country": "MZ", "number": NUMBER, "position": "A", "quantity": quantity,
    } | changes  # fmt: skip
    return {"form": "plain", "declaration": "26MZ1", "day": "2026-04-02", "lines": [line]}


def acting(*words: object, **changes: object) -> dict[str, Any]:
    return {"declaration": declared(*words, **changes), "officer": "T. Nkosi"}


def act(api: Api, what: str, body: object, key: str = "request-1") -> Answer:
    return api.post(f"/declarations/{what}", body, key)


def test_a_check_says_what_differs_and_changes_nothing(api: Api) -> None:
    answer = api.post("/declarations/check", {"declaration": declared("1201", source="W")})
    assert answer.status == 200, answer.text
    found = json.loads(answer.text)
    fields = {each["field"]: each for each in found["lines"][0]["fields"]}
    assert (found["verdict"], found["lines"][0]["position"]) == ("differs", "A")
    assert fields["quantity"]["sentence"] == "1201 NAR is declared; 1200 NAR is free."
    assert (fields["species"]["verdict"], fields["source"]["box"]) == ("unknown", "10")
    assert api.get("/declarations", "number=26MZ1").status == 404


@pytest.mark.slow
def test_a_reservation_is_made_once_and_written_off(api: Api) -> None:
    first = act(api, "reservations", acting())
    assert first.status == 200, first.text
    again = act(api, "reservations", acting())
    assert (again.text, again.headers["idempotency-replayed"]) == (first.text, "true")
    other_key = act(api, "reservations", acting(), "request-2")
    assert json.loads(other_key.text)["changed"] == 0
    written = json.loads(act(api, "write-offs", acting("1199"), "request-3").text)
    assert (written["lines"][0]["state"], written["lines"][0]["holds"]) == ("written-off", "1199")
    (held,) = json.loads(api.get("/declarations", "number=26MZ1").text)
    assert [each["act"] for each in held["events"]] == ["reserved", "written-off"]
    assert held["events"][0]["authority"] == "MZ/ANAC"
    amended = acting("1100") | {"reason": "recounted"}
    assert json.loads(act(api, "amendments", amended, "request-4").text)["changed"] == 1
    assert {call["subject"].get("declaration") for call in api.calls()} == {"26MZ1"}


@pytest.mark.slow
def test_one_unit_too_many_is_a_conflict_with_box_and_position(api: Api) -> None:
    act(api, "reservations", acting("1200"))
    body = acting("1")
    body["declaration"]["declaration"] = "26MZ2"
    answer = act(api, "reservations", body, "request-2")
    problem = json.loads(answer.text)
    assert (answer.status, problem["code"]) == (409, "QuantityExceeded")
    assert (problem["box"], problem["position"]) == ("11", "A")
    released = {"number": "26MZ1", "officer": "T. Nkosi", "reason": "withdrawn"}
    assert act(api, "releases", released, "request-3").status == 200
    assert act(api, "reservations", body, "request-2").status == 200


@pytest.mark.slow
def test_a_declaration_of_another_authority_is_out_of_reach(api: Api) -> None:
    part = api.gateway.declarations
    part.act.reserve(part.of_object(declared()), ActedBy("customs", "T. Nkosi"))
    assert api.get("/declarations", "number=26MZ1").status == 404
    for what, body in (
        ("releases", {"number": "26MZ1", "officer": "x"}),
        ("write-offs", acting()),
    ):
        answer = act(api, what, body, f"request {what}".replace(" ", "-"))
        assert (answer.status, "Another authority" in answer.text) == (422, True)


@pytest.mark.slow
def test_another_scope_opens_nothing(api: Api) -> None:
    api.key = api.new_key(Scope.READ, Scope.CONFIRM)
    for what in ("check", "reservations", "write-offs", "amendments", "releases"):
        assert act(api, what, {}).status == 403
    assert api.get("/declarations", "number=26MZ1").status == 403


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (declared(12.5), "must be a text"),
        (declared("1e3"), "plain digits"),
        (declared(colour="red"), "no entry of this form"),
        (declared() | {"form": "sad"}, "must be one of"),
        (declared() | {"lines": []}, "lines"),
        (declared() | {"lines": [{}]}, "item"),
        (declared() | {"declaration": "a b"}, "visible characters"),
        (declared(country="Mozambique"), "capital letters"),
        (declared(number="x" * 71), "1 to 70"),
        (declared(token={"a": 1}), "must be a text"),
        (declared(quantity="1.5"), "whole"),
        (declared(position="Z"), "no such line"),
    ],
)
def test_a_wrong_declaration_is_refused_in_words(
    api: Api, document: dict[str, Any], words: str
) -> None:
    answer = act(api, "reservations", {"declaration": document, "officer": "T. Nkosi"})
    assert answer.status == 422, answer.text
    assert words in json.loads(answer.text)["detail"]
    assert list(api.gateway.store.declared.newest(9)) == []


def test_a_permit_that_is_not_there_is_not_found(api: Api) -> None:
    answer = act(api, "reservations", acting(number="MZ26EX999999"))
    assert (answer.status, json.loads(answer.text)["code"]) == (404, "CertificateNotFound")
