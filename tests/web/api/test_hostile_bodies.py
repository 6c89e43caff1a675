"""Hostile requests: each gets a problem that says what is wrong, and has no effect."""

import json

import pytest

from gateway.domain import errors
from gateway.domain.declarations.refused import DeclarationInvalid
from gateway.web.api.json_body import MOST_BYTES, parse_body
from gateway.web.api.problems import status_of
from tests.soap.endpoint import errors_below
from tests.web.api.conftest import Api
from tests.web.api.test_confirmations import BODY, booked

WHOLE = json.dumps(BODY).encode()
BODIES = {
    "empty": (b"", 422),
    "no JSON": (b"<a/>", 422),
    "no UTF-8": (b'{"country": "\xff"}', 422),
    "UTF-16": (json.dumps(BODY).encode("utf-16"), 422),
    "a list": (b"[]", 422),
    "null": (b"null", 422),
    "deep": (b"[" * 30_000 + b"]" * 30_000, 422),
    "deep objects": (b'{"a":' * 9_000 + b"1" + b"}" * 9_000, 422),
    "huge": (b'{"person":"' + b"x" * MOST_BYTES + b'"}', 413),
    "key twice": (WHOLE[:-1] + b',"person":"X"}', 422),
    "key twice within": (WHOLE.replace(b'"position"', b'"quantity":"1","position"', 1), 422),
    "NaN": (WHOLE.replace(b'"5"', b"NaN"), 422),
    "infinity": (WHOLE.replace(b'"5"', b"-Infinity"), 422),
    "beyond float": (WHOLE.replace(b'"5"', b"1e999"), 422),
    "long number": (WHOLE.replace(b'"5"', b"9" * 5_000), 422),
    "half": (WHOLE[:-1], 422),
    "two values": (WHOLE + WHOLE, 422),
    "lone surrogate": (WHOLE.replace(b"T. Nkosi", b"\\ud800"), 422),
    "NUL": (WHOLE.replace(b"T. Nkosi", b"\\u0000"), 422),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_body_is_refused(shared: Api, name: str) -> None:
    body, status = BODIES[name]
    answer = shared.post("/confirmations", body, "request-1")
    assert answer.status == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = json.loads(answer.text)
    assert problem["status"] == status
    assert problem["incident"] and problem["code"]
    assert not booked(shared)


@pytest.mark.parametrize("media_type", ["", "text/plain", "application/xml", "application/json5"])
def test_a_body_of_another_media_type_is_refused(shared: Api, media_type: str) -> None:
    answer = shared.post("/confirmations", WHOLE, "request-1", **{"content-type": media_type})
    assert answer.status == 422
    assert not booked(shared)


def test_depth_and_brackets_in_texts_are_told_apart() -> None:
    assert parse_body(rb'{"a": "[[[[[[[[[[[[[[[[[[[[\"[[["}') == {"a": "[" * 20 + '"[[['}
    assert parse_body(b"[" * 16 + b"]" * 16)
    with pytest.raises(errors.InvalidRequest, match="deeper"):
        parse_body(b"[" * 17 + b"]" * 17)


def test_what_is_no_operation_is_a_problem(shared: Api) -> None:
    for method, path, status in (
        ("GET", "/nothing", 404),
        ("GET", "/", 404),
        ("GET", "/certificates/status/", 404),
        ("DELETE", "/certificates/status", 405),
        ("POST", "/openapi.json", 405),
    ):
        answer = shared.send(method, path, b"")
        assert answer.status == status, path
        assert json.loads(answer.text)["code"] == "OperationNotAvailable"
    other = shared.get("/openapi.json", host="evil.example")
    assert other.status == 421


@pytest.mark.parametrize(
    "query",
    [
        "country=MZ",
        "country=MZ&number=",
        "country=mz&number=A",
        "country=MZ&number=A&number=B",
        "country=MZ&number=A&final=yes",
        "country=MZ&number=%00",
        "country=MZ&number=%ff",
        "country=MZ&number=" + "A" * 71,
    ],
)
def test_a_wrong_query_is_refused(shared: Api, query: str) -> None:
    answer = shared.get("/certificates/status", query)
    assert answer.status in (404, 422) and answer.status != 500, answer.text


@pytest.mark.parametrize("kind", errors_below(errors.GatewayError))
def test_each_error_has_a_status(kind: type[errors.GatewayError]) -> None:
    error = kind.__new__(kind)
    status = status_of(error)
    assert 400 <= status < 600
    ours = errors.InternalFailure | errors.PartnerFailed | errors.TrustRefused | errors.InputInvalid
    is_ours = issubclass(kind, ours) and kind is not DeclarationInvalid  # callers write those
    assert (status >= 500) == is_ours


def test_a_defect_shows_nothing_of_the_inside(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(type(api.gateway.permits.show), "show", broken)
    answer = api.get("/certificates/status", "country=MZ&number=A")
    assert (answer.status, json.loads(answer.text)["code"]) == (500, "InternalError")
    assert "secret" not in answer.text
    assert api.calls()[-1]["outcome"] == "InternalError"


def test_nothing_is_answered_that_the_journal_does_not_have(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise errors.ServiceUnavailable("The journal cannot be written.")

    monkeypatch.setattr(type(api.gateway.store.journal), "record", full)
    other = type(api)(api.gateway, api.clock)
    other.key = api.key
    answer = other.get("/certificates/status", "country=MZ&number=A")
    assert (answer.status, json.loads(answer.text)["code"]) == (503, "ServiceUnavailable")
