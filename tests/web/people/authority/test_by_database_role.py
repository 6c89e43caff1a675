"""The pages for people by the database role epix_web: all that people do is possible with it."""

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.bootstrap import build
from gateway.bootstrap.parts.console.part import keep_configuration
from gateway.bootstrap.web.serving import of_pages
from gateway.domain.people.roles import Grant, Role
from gateway.exchange.people.administer import Actor
from gateway.settings import load_settings
from gateway.web.people import application
from tests.web.people.authority.acts import confirm, fields_of
from tests.web.people.authority.conftest import NOW, NUMBER, OTHER, place_of, status_of
from tests.web.people.conftest import Clock, Desk
from tests.web.people.database_of_pages import variables_of_pages
from tests.web.people.visitor import Answer, Visitor

pytestmark = pytest.mark.slow
ROLES = ("customs", "authority", "operator", "auditor", "administrator")


@pytest.fixture
def desk(tmp_path: Path, issuing: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(application, "SLOT_SECONDS", 0.001)
    with variables_of_pages(tmp_path, issuing / "data/gateway.sqlite") as variables:
        settings = of_pages(load_settings(issuing, variables))
        with build(settings, Clock(NOW)) as gateway:
            yield Desk(gateway, gateway.clock)  # type: ignore[arg-type]


def sent(visitor: Visitor, path: str, page: str = "", **fields: str) -> Answer:
    visitor.get(page or path)
    return visitor.post(path, fields)


@pytest.mark.long_haul  # the short form has tests/store/roles
def test_people_do_their_work_with_the_role_of_the_pages(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    keep_configuration(desk.gateway)
    desk.gateway.store.check()
    desk.gateway.store.check_writing()
    people = desk.gateway.people
    for role in (Role.OPERATOR, Role.AUDITOR):  # the console is for those of all authorities
        everywhere = [Grant(role, authority) for authority in people.authorities]
        people.administer.set_grants(Actor("T. Sitoe"), role.value, everywhere)
    seen: set[str] = set()
    for name in ROLES:  # every page of the navigation, and each that it leads to, once
        visitor = desk.signed_in(name)
        for path in links(visitor.get("/")) - seen:
            seen.add(path)
            answer = visitor.get(path)
            assert answer.status == 200, (name, path)
            for deeper in links(answer) - seen:
                seen.add(deeper)
                assert visitor.get(deeper).status in {200, 303}, (name, deeper)
        visitor.post("/sign-out")
    _authority(desk)
    _administrator(desk)
    _operator(desk)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    visitor = desk.signed_in("operator")  # the one act that the database refuses this role
    refused = sent(visitor, "/console/service", mode="closed", reason="disks")
    assert refused.status == 409
    assert "InsufficientPrivilege" in caplog.text


def links(answer: Answer) -> set[str]:
    """Addresses of ours on a page, without queries."""
    found = set(re.findall(r'href="(/[a-z0-9/._-]*)"', answer.text))
    return {path for path in found if not path.startswith("/static")}


def _authority(desk: Desk) -> None:
    identity, visitor = confirm(desk), desk.signed_in("authority")
    address = place_of(desk, OTHER)
    path = f"{address}/confirmations/{identity}"
    corrected = sent(
        visitor, path, **{"act": "correct", "quantity-1": "3", "reason": "counted wrongly"}
    )
    assert corrected.status == 303
    confirm(desk, "BW", "4", "B")
    shared = str(sent(visitor, f"{address}/settle/B").headers["location"])
    proposed = visitor.post(shared, fields_of(visitor, shared, act="propose", quantity="4"))
    assert proposed.status == 303, proposed.words
    ended = sent(visitor, f"{place_of(desk)}/end", status="lost", reason="stolen in the port")
    assert ended.status in {200, 303}, ended.words
    assert status_of(desk, NUMBER) == "lost"


def _administrator(desk: Desk) -> None:
    visitor = desk.signed_in("administrator")
    form = {"name": "m.tembe", "full_name": "Marta Tembe", "grants": "customs@MZ/ANAC"}
    assert sent(visitor, "/people/add", **form).status == 200
    person = "/people/by-name/m.tembe"
    for act in ("reset", "disable", "enable", "roles"):
        answer = sent(visitor, f"{person}/{act}", person, grants="auditor@MZ/ANAC", factors="yes")
        assert answer.status in {200, 303}, act
    wrong = desk.visitor("203.0.113.9").sign_in("m.tembe", "nine purple ladders")
    assert wrong.status == 422
    people, now = desk.gateway.people, desk.clock()
    people.linking.link(Actor("T. Sitoe"), "m.tembe", "https://id.example.org", "s-1")
    with people.accounts.begin() as work:
        assert work.take_answer("a" * 64, now + timedelta(minutes=10), now)
        assert work.end_sign_on_sessions("0192-nobody", "b" * 64) == []
        work.commit()
    people.linking.unlink(Actor("T. Sitoe"), "m.tembe")


def _operator(desk: Desk) -> None:
    visitor = desk.signed_in("operator")
    taken = sent(visitor, "/console/diagnostics", reason="support asked")
    assert taken.status == 200
