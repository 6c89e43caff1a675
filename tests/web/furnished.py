"""A sandbox with something on every page for people: permits, questions, counts, a busy console."""

import email
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from email.policy import default
from pathlib import Path
from typing import Any

from gateway.bootstrap import SANDBOX_PASSWORD, Gateway, build
from gateway.bootstrap.parts.console.part import ConsolePart
from gateway.domain.people.roles import Grant, Role
from gateway.domain.training.course import TOURS
from gateway.exchange.people.administer import Actor
from gateway.exchange.ports.people.accounts import Passkey
from gateway.settings import load_settings
from tests.crypto.permit_seal.seal_pki import NOON
from tests.exchange.asking_acts import RIGHT, a_partner
from tests.smtp_server import smtp
from tests.supporting_files import a_pdf
from tests.web.console.conftest import PARTNERS
from tests.web.console.test_console_in_chromium import lived_in
from tests.web.customs.conftest import Desk
from tests.web.customs.test_desk_pages import filled, looked_up, path_of
from tests.web.people.authority.acts import confirm
from tests.web.people.authority.conftest import OTHER, place_of
from tests.web.people.authority.test_documents import upload
from tests.web.people.visitor import Visitor
from tests.web.training.conftest import Course
from tests.web.training.test_training import right_answer

ADMINISTRATOR = Actor("T. Sitoe")
TOTP_SECRET = "JBSWY3DPEHPK3PXP"
MAIL_PARTNER = """
[[mail_partner]]
country = "NA"
name = "Management Authority of Namibia"
mail = "cites@na.example.org"
language = "en"
"""
SHARING_PARTNER = """
[[partner]]
key = "bw"
country = "BW"
mismatch_address = "https://bw.example.org/epix/mismatches"
"""
BOXES = "7 A: Crocodylus niloticus\n\n11 A: 5 NAR\n"


@dataclass(frozen=True)
class Furnished:
    """desk: the gateway and its pages.

    visitors: who visits, by the name of the role; `nobody` and `half` (a session that waits for the
    second factor) too.  hidden: addresses that no page leads to, by visitor.
    """

    desk: Desk
    visitors: Mapping[str, Visitor]
    hidden: Mapping[str, Sequence[str]]


@contextmanager
def furnished(sandbox: Path, folder: Path) -> Iterator[Furnished]:
    """The pages of a copy of a sandbox in a folder."""
    directory = Path(shutil.copytree(sandbox, folder / "furnished", symlinks=True))
    partners = PARTNERS.format(port=9) + MAIL_PARTNER + SHARING_PARTNER
    (directory / "conf/partners.toml").write_text(partners, encoding="utf-8")
    with smtp() as mails:
        environment = {
            "EPIX_WEB__SECOND_FACTOR": "offered",
            "EPIX_WEB__ENABLED": "true",
            "EPIX_MAIL__HOST": "127.0.0.1",
            "EPIX_MAIL__PORT": str(mails.server_address[1]),
            "EPIX_MAIL__SENDER": "epix@mz.example.org",
        }
        with build(load_settings(directory, environment)) as gateway:
            ConsolePart(gateway).keep_configuration()
        changed = {**environment, "EPIX_WEB__IDLE_MINUTES": "20"}
        with build(load_settings(directory, changed)) as gateway:
            ConsolePart(gateway).keep_configuration()
            yield _furnish(gateway, mails)


def _furnish(gateway: Gateway, mails: Any) -> Furnished:
    lived_in(gateway)
    people = gateway.people
    for role in (Role.OPERATOR, Role.AUDITOR):
        everywhere = [Grant(role, authority) for authority in people.authorities]
        people.administer.set_grants(ADMINISTRATOR, role.value, everywhere)
    foreign = replace(RIGHT, valid_until=NOON + timedelta(days=60))
    desk = Desk(gateway, gateway.clock, a_partner(foreign), country="ZA")  # type: ignore[arg-type]
    officers = {role.value: desk.officer(role.value) for role in Role}
    visitors = {"nobody": Visitor(desk.application), "half": _half(desk), **officers}
    verdict, answer = _of_customs(desk, visitors["customs"], mails)
    of_authority = _of_authority(desk, visitors["authority"])
    confirmation = _of_training(desk, visitors["auditor"])
    query = f"?country=MZ&number={OTHER}"
    hidden = {
        "nobody": [answer],
        "half": ["/sign-in/code"],
        "customs": [verdict, f"/trace{query}"],
        "authority": of_authority,
        "administrator": ["/people/by-name/customs"],
        "auditor": [confirmation],
    }
    return Furnished(desk, visitors, hidden)


def _half(desk: Desk) -> Visitor:
    """The customs officer, who has an authenticator now and has shown the password alone."""
    people = desk.gateway.people
    account = people.accounts.named("customs")
    assert account is not None
    identity = account.person.id
    key = Passkey(b"key", identity, b"public", 0, "Telephone of the office", desk.clock())
    hidden = people.sign_in.cipher.encrypt(TOTP_SECRET, identity)
    with people.accounts.begin() as work:
        work.change(replace(account, totp_secret=hidden))
        work.add_passkey(key)
        work.commit()
    visitor = Visitor(desk.application)
    assert visitor.sign_in("customs", SANDBOX_PASSWORD).status == 303
    return visitor


def _of_customs(desk: Desk, officer: Visitor, mails: Any) -> tuple[str, str]:
    """A look-up, its verdict, its count, a question by mail: addresses of verdict and answer."""
    page = looked_up(officer, country="ZA")
    compared = filled(officer, path_of(page, "/compare"), {"typed-4": "7"})
    assert compared.status == 303
    filled(officer, path_of(page, "/count"), {"counted-0": "1", "dead-0": "1"})
    officer.get("/questions")
    form = {"country": "NA", "number": "NA26EX000017", "boxes": BOXES}
    asked = officer.post("/questions", form)
    assert asked.status == 303, asked.words
    body = email.message_from_bytes(mails.mails[-1], policy=default).get_body()
    assert body is not None
    link = re.search(r"http://[^/\s]+(/answer/\S+)", body.get_content())
    assert link
    return compared.headers["location"], link[1]


def _of_authority(desk: Desk, officer: Visitor) -> Sequence[str]:
    """A permit with a supporting document and two confirmations that differ, one of them shared.

    Addresses of the permit and of the shared difference.
    """
    permit = place_of(desk, OTHER)  # type: ignore[arg-type]
    for country, line in (("ZA", "A"), ("BW", "B")):
        confirm(desk, country, line=line)  # type: ignore[arg-type]
    added = upload(officer, permit, "Finding.pdf", a_pdf(), lines=["A"])  # type: ignore[arg-type]
    assert added.status == 303, added.words
    shared = officer.post(f"{permit}/settle/B", {"agreed": "4", "reason": "one was torn"})
    assert shared.status == 303, shared.words
    return permit, shared.headers["location"]


def _of_training(desk: Desk, visitor: Visitor) -> str:
    """The address of the confirmation of a tour that was passed."""
    course = Course(desk.gateway, desk.application)
    for module in TOURS[Role.AUDITOR]:
        path = f"/training/{module.key}"
        for exercise in module.exercises:
            visitor.get(path)
            answer = right_answer(course, exercise)
            visitor.post(path, {"exercise": exercise.key, "answer": answer})
    return f"/training/confirmation/{Role.AUDITOR.value}"
