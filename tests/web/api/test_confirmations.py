"""Confirmed quantities over the API: booked once for an idempotency key, and seen by their own."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from gateway.domain.errors import ServiceUnavailable
from tests.web.api.conftest import Api

BODY: dict[str, Any] = {
    "country": "ZA",
    "number": "ZA/26 EX-7",
    "lines": [{"position": "A", "quantity": "5"}, {"position": "B", "quantity": "12.5"}],
    "person": "T. Nkosi",
}
TOKEN = "ZA-SECRET-TOKEN"


def booked(api: Api) -> list[str]:
    return [each.id for each in api.gateway.outbox.read.entries()]


@pytest.mark.slow
def test_a_confirmation_is_booked_and_can_be_asked_for(api: Api) -> None:
    answer = api.post("/confirmations", BODY, "request-1", permit_token=TOKEN)
    assert answer.status == 202, answer.text
    made = json.loads(answer.text)
    assert booked(api) == [made["id"]]
    assert made["state"] == "waiting"
    assert made["lines"] == BODY["lines"]
    asked = api.get(f"/confirmations/{made['id']}")
    assert json.loads(asked.text) == made
    assert TOKEN not in json.dumps(api.calls())
    assert [call["subject"] for call in api.calls()] == [{"country": "ZA"}] * 2


@pytest.mark.slow
def test_the_same_request_has_one_effect_and_one_answer(api: Api) -> None:
    first = api.post("/confirmations", BODY, "request-1")
    again = api.post("/confirmations", BODY, "request-1")
    assert (again.status, again.text) == (202, first.text)
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert len(booked(api)) == 1
    api.post("/confirmations", BODY, "request-2")
    assert len(booked(api)) == 2


@pytest.mark.slow
def test_the_same_key_for_another_request_is_refused(api: Api) -> None:
    api.post("/confirmations", BODY, "request-1", permit_token=TOKEN)
    for body, token in ((BODY | {"person": "X"}, TOKEN), (BODY, "ANOTHER"), (BODY, "")):
        answer = api.post("/confirmations", body, "request-1", permit_token=token)
        assert answer.status == 422, answer.text
        assert "Idempotency-Key" in json.loads(answer.text)["detail"]
    assert len(booked(api)) == 1


@pytest.mark.slow
def test_keys_of_two_callers_do_not_meet(api: Api) -> None:
    api.post("/confirmations", BODY, "request-1")
    api.key = api.new_key()
    assert api.post("/confirmations", BODY | {"person": "X"}, "request-1").status == 202
    assert len(booked(api)) == 2


@pytest.mark.slow
def test_of_many_at_once_one_is_booked(api: Api) -> None:
    with ThreadPoolExecutor(4) as threads:
        posts = [threads.submit(api.post, "/confirmations", BODY, "request-1") for _ in range(8)]
        answers = [post.result() for post in posts]
    assert {answer.status for answer in answers} <= {202, 503}
    assert len({json.loads(each.text)["id"] for each in answers if each.status == 202}) == 1
    assert len(booked(api)) == 1


@pytest.mark.slow
def test_a_crash_between_effect_and_answer_leaves_one_effect(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(type(api.gateway.store.api.requests), "finish", _crash)
        assert api.post("/confirmations", BODY, "request-1").status == 503
    assert len(booked(api)) == 1
    answer = api.post("/confirmations", BODY, "request-1")
    assert (answer.status, booked(api)) == (202, [json.loads(answer.text)["id"]])


def _crash(*_: object) -> None:
    raise ServiceUnavailable("The disk is gone.")


@pytest.mark.slow
def test_a_confirmation_is_seen_by_its_own_authority_alone(api: Api) -> None:
    made = json.loads(api.post("/confirmations", BODY, "request-1").text)
    for identity in ("0" * 36, made["id"][:-1] + ("0" if made["id"][-1] != "0" else "1")):
        assert api.get(f"/confirmations/{identity}").status == 404
    api.clock.pass_(days=api.gateway.settings.retention.api_request_days, seconds=1)
    assert api.gateway.people.remove_old.round()["api-request"] == 1
    assert api.get(f"/confirmations/{made['id']}").status == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"country": "za"}, "country"),
        ({"lines": []}, "lines"),
        ({"lines": [{"position": "A", "quantity": 5}]}, "quantity"),
        ({"lines": [{"position": "A", "quantity": "-5"}]}, "quantity"),
        ({"lines": [{"position": "A", "quantity": "1e3"}]}, "quantity"),
        ({"lines": [{"position": "A", "quantity": "5", "unit": "KGM"}]}, "unit"),
        ({"lines": [{"position": "A", "quantity": "5"}] * 2}, "once"),
        ({"person": " "}, "person"),
        ({"number": ""}, "number"),
        ({"number": "A\u202eB"}, "number"),
        ({"token": TOKEN}, "token"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_booked(
    shared: Api, change: dict[str, Any], words: str
) -> None:
    answer = shared.post("/confirmations", BODY | change, "request-1")
    assert answer.status == 422, answer.text
    assert words in json.loads(answer.text)["detail"]
    assert TOKEN not in answer.text
    assert not booked(shared)


def test_a_country_without_partner_is_not_found(shared: Api) -> None:
    answer = shared.post("/confirmations", BODY | {"country": "BR"}, "request-1")
    assert (answer.status, json.loads(answer.text)["code"]) == (404, "CalleeNotFound")


@pytest.mark.parametrize("key", ["", "short", "with space in it", "é" * 9, "x" * 101])
def test_an_idempotency_key_is_needed(shared: Api, key: str) -> None:
    answer = shared.post("/confirmations", BODY, key)
    assert answer.status == 422
    assert not booked(shared)
