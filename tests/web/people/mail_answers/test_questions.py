"""A question by mail, end to end over a real SMTP server, and what a stranger tries with links."""

import email
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from email.policy import default
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser

from gateway.bootstrap.parts.own_keys import journal_verifier
from gateway.domain.errors import SignatureInvalid
from gateway.domain.people.roles import Grant, Role
from gateway.exchange.journal.records.proof import require_signed
from gateway.exchange.mail_questions.answer import PURPOSE
from gateway.exchange.mail_questions.ask import MOST_PER_HOUR
from gateway.exchange.ports import Exchange, JournalFilter
from tests.browser import (
    NARROW,
    WIDE,
    a_page,
    is_cut_off,
    screenshot,
    violations,
)
from tests.smtp_server import smtp
from tests.web.people.conftest import PASSWORD, Desk
from tests.web.people.in_process import address_of, open_with
from tests.web.people.mail_answers.conftest import ADDRESS, MakeMailDesk
from tests.web.people.visitor import Answer, Visitor

pytestmark = pytest.mark.slow

NUMBER = "NA26EX000017"
BOXES = "7 A: Crocodylus niloticus <i>\n\n11 A: 5  NAR\n"
ANSWER = {
    "issued": "yes",
    "as_written": "no",
    "still_valid": "unknown",
    "remarks": "Box 11 said 4.\nSee our letter <b>",
    "person": "H. Shikongo",
}


@pytest.fixture
def server() -> Iterator[Any]:
    with smtp() as running:
        yield running


@pytest.fixture
def desk(make_mail_desk: MakeMailDesk, server: Any) -> Desk:
    return make_mail_desk(server.server_address[1])


def asked(desk: Desk, **fields: str) -> Answer:
    officer = desk.signed_in("customs")
    officer.get("/questions")
    form = {"country": "NA", "number": NUMBER, "boxes": BOXES}
    return officer.post("/questions", {**form, **fields})


def link_in(server: Any) -> str:
    """The path of the link in the newest mail."""
    mail = email.message_from_bytes(server.mails[-1], policy=default)
    body = mail.get_body()
    assert body is not None
    found = re.search(r"http://localhost:8081(/answer/\S+)", body.get_content())
    assert found
    return found[1]


def records(desk: Desk, operation: str) -> list[Exchange]:
    return list(desk.gateway.store.journal.search(JournalFilter(operation=operation), 100))


def test_a_question_is_mailed_and_answered_once_and_shown_as_a_statement(
    desk: Desk, server: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    question = asked(desk)
    assert question.status == 303, question.words
    mail = email.message_from_bytes(server.mails[-1], policy=default)
    body = mail.get_body()
    assert body is not None and mail["To"] == ADDRESS
    text = body.get_content()
    assert NUMBER in mail["Subject"] and "une seule fois" in text and "Crocodylus" not in text
    link, officer = link_in(server), desk.signed_in("customs")
    waiting = officer.get(question.headers["location"]).words
    assert "waits for an answer" in waiting and link not in waiting

    stranger = desk.visitor("198.51.100.7")
    shown = stranger.get(link)
    assert (shown.status, shown.headers["referrer-policy"]) == (200, "strict-origin")
    assert shown.headers["cache-control"] == "no-store"
    for words in (NUMBER, "Crocodylus niloticus <i>", "5 NAR", "Office <of> Namibia", ADDRESS):
        assert words in shown.words, words
    assert "<i>" not in shown.text.split("<dl")[1]
    refused = stranger.post(link, {**ANSWER, "person": " ", "issued": "perhaps"})
    assert (refused.status, "Write your name" in refused.words) == (422, True)
    assert "Box 11 said 4.\nSee our letter &lt;b&gt;" in refused.text  # what was typed stays
    taken = stranger.post(link, ANSWER)
    assert taken.status == 200 and "the answer was taken" in taken.words
    again = stranger.post(link, {**ANSWER, "as_written": "yes"})
    assert "the answer was taken" in again.words and "counts no more" in again.words

    result = officer.get(question.headers["location"]).words
    for words in (
        "A statement by mail, not the record of the issuing authority.",
        ADDRESS, "H. Shikongo", "Box 11 said 4.", "I cannot say",
    ):  # fmt: skip
        assert words in result, words
    (record,) = records(desk, "MailQuestionAnswered")
    said = json.loads(record.request)
    assert (said["as_written"], said["from"], said["address"]) == ("no", "198.51.100.7", ADDRESS)
    verifier = journal_verifier(desk.gateway.settings)
    require_signed(record, PURPOSE, verifier, None)
    forged = replace(record, request=record.request.replace(b'"no"', b'"yes"'))
    with pytest.raises(SignatureInvalid):
        require_signed(forged, PURPOSE, verifier, None)
    secret = link.rpartition("/")[2]
    everything = b"".join(
        each.request + each.answer for each in desk.gateway.store.journal.latest(1000)
    )
    assert secret.encode() not in everything
    assert secret not in caplog.text


def test_a_link_ends_with_its_days_and_is_worth_nothing_for_another_question(
    desk: Desk, server: Any
) -> None:
    asked(desk)
    first = link_in(server)
    asked(desk, number="NA26EX000018")
    second = link_in(server)
    stranger = desk.visitor()
    assert "NA26EX000018" not in stranger.get(first).words
    stranger.post(first, ANSWER)
    assert "NA26EX000018" in stranger.get(second).words
    desk.clock.pass_(days=14)
    assert "time for an answer is over" in stranger.get(second).words
    stranger.post(second, ANSWER)
    assert len(records(desk, "MailQuestionAnswered")) == 1


def test_an_authority_gets_few_questions_within_an_hour(desk: Desk, server: Any) -> None:
    ask, ours = desk.gateway.mail_questions.ask, next(iter(desk.gateway.people.authorities))
    for _ in range(MOST_PER_HOUR):
        ask.ask("NA", NUMBER, BOXES, "C. Border", ours)
    refused = asked(desk)
    assert (refused.status, "Ask later" in refused.words) == (422, True)
    assert len(server.mails) == MOST_PER_HOUR
    desk.clock.pass_(hours=1, seconds=1)
    assert asked(desk).status == 303


@pytest.mark.long_haul  # tests/web/people/test_in_chromium.py has the same template
def test_pages_are_accessible_and_whole_on_the_narrowest_screen(
    desk: Desk,
    server: Any,
    browser: Browser,
) -> None:
    found, place = [], asked(desk).headers["location"]
    officer, stranger, link = desk.signed_in("customs"), desk.visitor(), link_in(server)
    with a_page(browser, scripts=True) as page:
        for name, visitor, path in (
            ("questions", officer, "/questions"),
            ("question", officer, place),
            ("answer", stranger, link),
            ("thanks", stranger, link),
            ("answered", officer, place),
        ):
            if name == "thanks":
                stranger.post(link, ANSWER)
            page.unroute_all()
            open_with(page, visitor)
            page.set_viewport_size({"width": WIDE, "height": 900})
            page.goto(address_of(path))
            screenshot(page, f"mail-{name}-{WIDE}")
            found += [f"{name}: {each}" for each in violations(page)]
            page.set_viewport_size({"width": NARROW, "height": 900})
            screenshot(page, f"mail-{name}-{NARROW}")
            page.set_viewport_size({"width": 320, "height": 640})
            if is_cut_off(page):
                found.append(f"{name}: cut off")
    assert not found


def test_unknown_links_look_alike_and_are_counted(make_mail_desk: MakeMailDesk) -> None:
    desk = make_mail_desk(1)
    stranger = desk.visitor("203.0.113.9")
    answers = {
        (stranger.get(f"/answer/{link}").status, stranger.get(f"/answer/{link}").words)
        for link in ("x", "A" * 43, "' OR 1=1", "\u0000", "x" * 5000, "..%2f")
    }
    assert {status for status, _ in answers} == {404}
    assert len(answers) == 1
    for _ in range(20):
        stranger.get("/answer/guess")
    assert stranger.get("/answer/guess").status == 429
    # Wrong links keep no officer behind the same address from signing in, nor the other way round.
    assert desk.visitor("203.0.113.9").sign_in("customs", PASSWORD).status == 303
    for _ in range(30):
        desk.visitor("203.0.113.8").sign_in("customs", "nine purple ladders")
    assert desk.visitor("203.0.113.8").sign_in("customs", PASSWORD).status == 429
    assert desk.visitor("203.0.113.8").get("/answer/guess").status == 404


def test_mistakes_of_the_officer_are_said_and_nothing_is_sent(make_mail_desk: MakeMailDesk) -> None:
    desk = make_mail_desk(1)
    for fields, sentence in (
        ({"country": "ZZ"}, "Choose the country"),
        ({"number": " "}, "This was not done"),
        ({"number": "x" * 71}, "This was not done"),
        ({"number": "17\u202e"}, "This was not done"),
        ({"boxes": ""}, "Write 1 to 60 boxes"),
        ({"boxes": "99: x"}, "Line 1 of the boxes"),
        ({"boxes": "7 A: x\n11 A 5 NAR"}, "Line 2 of the boxes"),
        ({"boxes": "7: \u202e"}, "not seen"),
        ({"boxes": "7: " + "x" * 301}, "Line 1 of the boxes"),
    ):
        answer = asked(desk, **fields)
        assert (answer.status, sentence in answer.words) == (422, True), answer.words
    assert not records(desk, "MailQuestionAsked")
    not_sent = asked(desk, number="N° 17/2026 (B), <é> #2")
    assert (not_sent.status, "mail server did not take" in not_sent.words) == (422, True)
    officer = desk.signed_in("customs")
    listed = officer.get("/questions").words
    assert "the mail was not taken" in listed and "N° 17/2026 (B), <é> #2" in listed
    for before in ("\u0000", "x", "9" * 40):
        assert "N° 17/2026" in officer.get("/questions", urlencode({"before": before})).words
    assert officer.get("/questions/%00").status == 404


@pytest.mark.parametrize("name", ["authority", "auditor"])
def test_other_roles_ask_nothing(make_mail_desk: MakeMailDesk, name: str) -> None:
    desk = make_mail_desk(1)
    visitor: Visitor = desk.signed_in(name)
    assert visitor.get("/questions").status == 403
    assert visitor.get("/questions/x").status == 403
    assert desk.signed_in("customs").get("/questions/x").status == 404


def test_officers_see_the_questions_of_their_authority_which_the_mail_names(
    desk: Desk, server: Any
) -> None:
    people, part = desk.gateway.people, desk.gateway.mail_questions
    part.services["MZ/PORT"] = "Port Authority"  # type: ignore[index]
    own = asked(desk).headers["location"]
    (mine,) = part.questions.newest(None, 9)
    officer = people.accounts.named("customs")
    assert officer and mine.authority == min(officer.person.authorities(Role.CUSTOMS))
    with people.accounts.begin() as work:
        account = work.account(officer.person.id)
        assert account
        moved = replace(account.person, grants=frozenset({Grant(Role.CUSTOMS, "MZ/PORT")}))
        work.change(replace(account, person=moved))
        work.commit()
    stranger = desk.signed_in("customs")
    assert NUMBER not in stranger.get("/questions").words
    assert stranger.get(own).status == 404
    theirs = asked(desk, number="NA26EX000018")
    assert stranger.get(theirs.headers["location"]).status == 200
    mail = email.message_from_bytes(server.mails[-1], policy=default)
    body = mail.get_body()
    assert body is not None and "Port Authority" in body.get_content()
    assert "Port Authority" in desk.visitor().get(link_in(server)).words
