"""The JSON API, the customs desk, traces and risk by the roles epix_web and epix_serve.

The pages run with the first, or with the second where no role of their own is configured.
"""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.bootstrap import Gateway, add_sandbox_people, build
from gateway.bootstrap.web.serving import application_of, of_pages
from gateway.domain.api.key import Scope
from gateway.exchange.api.administer_keys import KeyWish
from gateway.settings import Settings, load_settings
from gateway.web.people import application
from tests.database_roles import PUBLISH, as_role
from tests.web.api.conftest import NUMBER
from tests.web.api.test_confirmations import BODY
from tests.web.api.test_declarations import acting, declared
from tests.web.customs.conftest import Clock, Desk
from tests.web.customs.test_desk_pages import filled, looked_up, path_of
from tests.web.people.conftest import cheap_hash  # noqa: F401 - a fixture
from tests.web.people.database_of_pages import variables_of_pages
from tests.web.people.visitor import Answer, Visitor

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("cheap_hash")]
OWN = f"country=MZ&number={NUMBER}"


def of_serving(settings: Settings) -> Settings:
    return settings


@pytest.fixture
def prepared_database(tmp_path: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(application, "SLOT_SECONDS", 0.001)
    with variables_of_pages(tmp_path, prepared / "data/gateway.sqlite") as variables:
        yield variables


@pytest.mark.long_haul  # the short form has the pages of the authority
def test_systems_and_officers_do_their_work_with_either_role(
    prepared: Path, prepared_database: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    settings = load_settings(prepared, prepared_database)
    publishing = {"EPIX_DATABASE__URL": as_role(prepared_database["EPIX_DATABASE__URL"], PUBLISH)}
    with build(load_settings(prepared, publishing)) as gateway:
        wish = KeyWish("Single Window", tuple(Scope))
        key = gateway.api.administer.add(wish, "T. Sitoe")[1]
        # The database was restored from another, which closes the service.
        gateway.service.maintenance.declare(closed=False, person="T. Sitoe", reason="a test")
    with build(of_pages(settings)) as gateway:
        add_sandbox_people(gateway)
    roles: tuple[Callable[[Settings], Settings], ...] = (of_pages, of_serving)
    for place, of in enumerate(roles):
        with build(of(settings), Clock()) as gateway:
            _system(Visitor(application_of(gateway)), key, place)
        with build(of(settings), Clock()) as gateway:
            desk = Desk(gateway, Clock(), country="ZA")
            _customs(desk)
            _readers(desk, gateway)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "InsufficientPrivilege" not in caplog.text


def _system(visitor: Visitor, key: str, place: int) -> None:
    """Every operation of the JSON API. place: of the round, for keys and numbers of its own."""
    asked: list[str] = []

    def call(method: str, path: str, body: object = None, expected: int = 200) -> Any:
        asked.append(path)
        headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        if method == "POST":
            headers["idempotency-key"] = f"request-{place}-{len(asked)}"
        path, _, query = path.partition("?")
        sent = b"" if body is None else json.dumps(body).encode()

        def send() -> Answer:
            return visitor.send(method, f"/api/v1{path}", sent, query=query, headers=headers)

        answer = send()
        assert answer.status == expected, (path, answer.text)
        if method == "POST" and not path.endswith("/check"):
            assert send().headers["idempotency-replayed"] == "true"
        return json.loads(answer.text) if "json" in answer.headers["content-type"] else None

    for path in ("", "/document", "/status", "/trace", "/risk"):
        call("GET", f"/certificates{path}?{OWN}")
    for path in ("", "/findings"):  # the partner is not there
        call("GET", f"/certificates{path}?country=ZA&number=ZA1", expected=502)
    made = call("POST", "/confirmations", BODY, 202)
    call("GET", f"/confirmations/{made['id']}")
    number = f"26MZ{place}"
    body = acting("3")
    body["declaration"]["declaration"] = number
    call("POST", "/declarations/check", {"declaration": declared("3")})
    call("POST", "/declarations/reservations", body)
    body["declaration"]["lines"][0]["quantity"] = "2"
    call("POST", "/declarations/amendments", body | {"reason": "recounted"})
    call("POST", "/declarations/write-offs", body)
    call("GET", f"/declarations?number={number}")
    body["declaration"]["declaration"] = f"{number}R"
    call("POST", "/declarations/reservations", body)
    released = {"number": f"{number}R", "officer": "T. Nkosi", "reason": "withdrawn"}
    call("POST", "/declarations/releases", released)
    for path in (f"/ledger?{OWN}", "/service", "/partners", "/webhooks"):
        call("GET", path)
    described = json.loads(visitor.get("/api/v1/openapi.json").text)["paths"]
    called = {path.partition("?")[0] for path in asked}
    assert {path for path in described if "{" not in path} <= called


def _customs(desk: Desk) -> None:
    """Look-up, comparison, count, declarations and a question that is asked again."""
    officer = desk.officer()
    page = looked_up(officer, country="ZA")
    counted = filled(officer, path_of(page, "/count"), {"counted-0": "1", "dead-0": "1"})
    assert counted.status == 303, counted.words
    assert "Kept." in officer.get(path_of(page, "")).words
    compared = filled(officer, path_of(page, "/compare"), {})
    assert compared.status == 303, compared.words
    assert officer.get(path_of(page, "/declarations")).status == 200
    assert desk.gateway.customs.look_ups.ask_waiting() == 0


def _readers(desk: Desk, gateway: Gateway) -> None:
    """Traces and risk, as pages and as the commands read them."""
    officer = desk.officer("authority")
    assert f"Trace of MZ {NUMBER}" in officer.get("/trace", OWN).words
    assert desk.officer().get("/inspections").status == 200
    assert gateway.trace.judge.judge("MZ", NUMBER)
    assert gateway.trace.inspections.listed(None)
