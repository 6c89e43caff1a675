"""Control address of a stand-in: this machine alone, and nothing that a web page could send."""

import json

import pytest

from gateway.http import HttpAnswer, HttpRequest
from gateway.simulator.control import Control
from tests.simulator.conftest import stand_in_of


@pytest.fixture
def control() -> Control:
    stand_in = stand_in_of("standard-v2")
    return Control(stand_in.state, stand_in.switch)


def asked(control: Control, method: str, path: str, host: str = "127.0.0.1:8091") -> HttpAnswer:
    answer, how = control(HttpRequest(method, path, "", {"host": host}, b""))
    assert how is None
    return answer


def test_it_shows_and_switches(control: Control) -> None:
    began = json.loads(asked(control, "GET", "/").body)
    assert began == {
        "dialect": "standard-v2",
        "country": "MZ",
        "misbehaviour": None,
        "asked": 0,
    }
    assert json.loads(asked(control, "PUT", "/misbehaviour/drip").body)["misbehaviour"] == "drip"
    assert json.loads(asked(control, "GET", "/").body)["misbehaviour"] == "drip"
    assert json.loads(asked(control, "DELETE", "/misbehaviour").body)["misbehaviour"] is None


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/misbehaviour/lazy"),
        ("PUT", "/misbehaviour"),
        ("POST", "/misbehaviour/slow"),
        ("GET", "/misbehaviour/slow"),
        ("GET", "/permits"),
    ],
)
def test_nothing_else_is_answered(control: Control, method: str, path: str) -> None:
    assert asked(control, method, path).status == 404
    assert json.loads(asked(control, "GET", "/").body)["misbehaviour"] is None


@pytest.mark.parametrize("host", ["", "permits.example", "127.0.0.1@evil.example", "127.1"])
def test_another_host_is_refused(control: Control, host: str) -> None:
    assert asked(control, "PUT", "/misbehaviour/slow", host).status == 403
    assert asked(control, "GET", "/", host).status == 403
    assert json.loads(asked(control, "GET", "/").body)["misbehaviour"] is None
