"""Customs desk: look-up, verdict, comparison, count, and the partner that does not answer."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.errors import GatewayError, PartnerFault, PartnerTimeout, PartnerUnreachable
from gateway.domain.identifiers import CertificateNumber
from gateway.exchange.permits.foreign.ask_partner import PartnerDirectory
from tests.crypto.permit_seal.seal_pki import NOON
from tests.exchange.asking_acts import RIGHT, a_partner, sealed
from tests.web.catalogues import officers_sentences
from tests.web.customs.conftest import Desk, MakeDesk
from tests.web.people.visitor import Answer, Visitor

TOKEN = "TOKEN-7d1f"
FORM = {"country": "MZ", "number": "MZ26EX000001", "token": TOKEN}
DOWN = PartnerUnreachable("No connection.")


def looked_up(officer: Visitor, **changes: str) -> Answer:
    officer.get("/desk")
    sent = officer.post("/desk", {**FORM, **changes})
    assert sent.status == 303, sent.words
    return officer.get(sent.headers["location"])


def filled(officer: Visitor, path: str, fields: dict[str, str]) -> Answer:
    """Open a form and send it with these fields."""
    found = re.search(r'name="document" value="([0-9a-f]{64})"', officer.get(path).text)
    assert found
    return officer.post(path, {"document": found[1], **fields})


def path_of(answer: Answer, end: str) -> str:
    found = answer.text.partition('href="/desk/look-ups/')[2].partition("/")[0]
    return f"/desk/look-ups/{found}{end}"


def test_a_permit_that_may_pass_is_shown_with_its_form(desk: Desk) -> None:
    page = looked_up(desk.officer())
    assert 'class="verdict good"' in page.text
    assert "MAY PASS" in page.words
    assert "Crocodylus niloticus" in page.words
    for box in ("1", "5b", "11a", "12b", "15"):
        assert f'<div class="cell"><b>{box}</b>' in page.text
    assert "Not confirmed live" not in page.words
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.long_haul  # test_catalogues.py has every sentence
@pytest.mark.slow
def test_the_desk_is_whole_in_portuguese(make_desk: MakeDesk) -> None:
    permit = replace(RIGHT, purpose="?")
    officer = make_desk(partner=a_partner(permit)).officer()
    officer.cookies["__Host-epix-language"] = "pt"
    page = looked_up(officer)
    pages = [
        page,
        officer.get("/desk"),
        *(officer.get(path_of(page, each)) for each in ("/compare", "/count", "/declarations")),
        officer.post("/desk", {**FORM, "number": ""}),
    ]
    # Words that are the same in both are no mistake; long sentences never are.
    english = [text for text in officers_sentences() if len(text) > 15 and "%" not in text]
    for each in pages:
        assert '<html lang="pt">' in each.text
        assert not [text for text in english if text in each.text]
    assert "Licença de exportação" in page.words
    assert "Moçambique (MZ)" in page.words
    assert "não é uma finalidade" in page.words  # the sentence of a rule


def test_no_token_and_no_number_reaches_an_address_or_the_page(desk: Desk) -> None:
    officer = desk.officer()
    officer.get("/desk")
    sent = officer.post("/desk", FORM)
    assert TOKEN not in str(sent.headers)
    assert FORM["number"] not in sent.headers["location"]
    page = officer.get(sent.headers["location"])
    assert TOKEN not in page.text
    assert desk.partner.asked[0][1:] == (FORM["number"], TOKEN)


@pytest.mark.slow
def test_each_look_up_is_an_act_in_the_journal(desk: Desk) -> None:
    looked_up(desk.officer())
    (act,) = desk.acts("looked-up")
    assert (act["by"], act["details"]) == (
        "customs",
        {"authority": "ZA/MA", "country": "MZ", "number": "MZ26EX000001"},
    )
    assert TOKEN not in json.dumps(act)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["authority", "operator", "auditor", "administrator"])
def test_no_other_role_sees_anything_of_the_desk(desk: Desk, name: str) -> None:
    other = desk.officer(name)
    assert "/desk" not in other.get("/").text
    page = looked_up(desk.officer())
    for path in ("/desk", path_of(page, ""), path_of(page, "/compare"), path_of(page, "/count")):
        assert other.get(path).status == 403
    assert other.post("/desk", FORM).status == 403
    assert len(desk.acts("looked-up")) == 1


@pytest.mark.slow
def test_an_officer_opens_no_look_up_of_another(desk: Desk) -> None:
    page = looked_up(desk.officer())
    people = desk.gateway.people.accounts
    stranger = desk.gateway.store.look_ups.find(path_of(page, "").rpartition("/")[2], "another")
    assert stranger is None
    assert people.named("customs") is not None
    assert desk.officer().get("/desk/look-ups/0190-none").status == 404


@pytest.mark.slow
def test_a_form_with_mistakes_says_what_to_type(desk: Desk) -> None:
    officer = desk.officer()
    officer.get("/desk")
    for changes, field, sentence in (
        ({"country": "CZ"}, "country", "no other country can be asked"),
        ({"number": " "}, "number", "as box 1 of the paper says it"),
        ({"number": "x" * 71}, "number", "at most 70 characters"),
        ({"token": "no\u202etoken"}, "token", "as the paper says it"),
    ):
        answer = officer.post("/desk", {**FORM, **changes})
        assert (answer.status, sentence in answer.words) == (422, True), answer.words
        assert f'id="{field}-error"' in answer.text
    assert not desk.partner.asked


@pytest.mark.slow
def test_an_expired_permit_is_not_accepted(make_desk: MakeDesk) -> None:
    old = replace(RIGHT, valid_until=NOON - timedelta(days=2))
    page = looked_up(make_desk(partner=a_partner(old)).officer())
    assert 'class="verdict stop"' in page.text
    assert "DO NOT ACCEPT" in page.words
    assert "Box 2:" in page.words


def fault(code: str) -> GatewayError:
    return PartnerFault("The partner refused.", partner_code=code, partner_text="x")


@pytest.mark.parametrize(
    ("code", "level", "words"),
    [
        ("CertificateCancelled", "stop", "DO NOT ACCEPT"),
        ("CertificateNotFound", "ask", "letter by letter"),
        ("SomethingElse", "ask", "refused the question"),
    ],
)
def test_a_refusal_says_what_to_do(make_desk: MakeDesk, code: str, level: str, words: str) -> None:
    page = looked_up(make_desk(partner=a_partner(fails=fault(code))).officer())
    assert f'class="verdict {level}"' in page.text
    assert words in page.words
    assert "Compare with the paper" not in page.words


@pytest.mark.slow
def test_values_of_a_partner_are_text_everywhere(make_desk: MakeDesk) -> None:
    evil = "<script>alert(1)</script>\u202e{{ 7*7 }}%(x)s"
    line = replace(RIGHT.positions[0], scientific_name=evil, description=evil, common_names=(evil,))
    desk = make_desk(
        partner=a_partner(replace(RIGHT, special_conditions=(evil,), positions=(line,)))
    )
    officer = desk.officer()
    page = looked_up(officer)
    pages = [page, officer.get(path_of(page, "/compare")), officer.get(path_of(page, "/count"))]
    sent = filled(officer, path_of(page, "/compare"), {"typed-3": evil})
    pages.append(officer.get(sent.headers["location"]))
    for each in pages:
        assert each.status == 200
        assert "<script>alert" not in each.text
        assert "\u202e" not in each.text
        assert "&lt;script&gt;" in each.text
        assert "{{ 7*7 }}%(x)s" in each.text


@pytest.mark.slow
def test_a_comparison_shows_the_wrong_field_and_is_signed(desk: Desk) -> None:
    officer = desk.officer()
    page = looked_up(officer)
    form = officer.get(path_of(page, "/compare"))
    assert "Box 7, line A: Scientific name" in form.words
    entries = {"same-0": "yes", "same-1": "yes", "same-2": "yes", "same-3": "yes"}
    sent = filled(officer, path_of(page, "/compare"), {**entries, "typed-4": "7", "same-5": "yes"})
    verdict = officer.get(sent.headers["location"])
    assert 'class="verdict stop"' in verdict.text
    assert verdict.words.count("differs") == 2  # the headline and one field
    assert verdict.words.count(" agrees ") == 5
    evidence = sent.headers["location"].rpartition("/")[2]
    record = desk.gateway.store.journal.find(evidence)
    assert record is not None
    said = json.loads(record.request)
    assert (said["officer"], said["result"], said["summary"]) == (
        "Celeste Border",
        "differs",
        "may-pass",
    )
    assert desk.acts("compared")[0]["details"]["verdict"] == evidence


@pytest.mark.slow
def test_the_file_of_a_verdict_is_verified_and_an_altered_one_is_not(
    desk: Desk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    desk.clock.now = datetime.now(UTC)  # the key that signs is of today
    officer = desk.officer()
    page = looked_up(officer)
    sent = filled(officer, path_of(page, "/compare"), {"typed-4": "7"})
    content = officer.get(f"{sent.headers['location']}/file").text
    file = tmp_path_factory.mktemp("verdict") / "verdict.json"
    file.write_text(content, encoding="utf-8")
    verified = desk.gateway.customs.verify_file(file)
    assert verified.in_journal
    assert verified.fields["result"] == "differs"
    file.write_text(content.replace("differs", "agrees"), encoding="utf-8")
    with pytest.raises(GatewayError, match="altered"):
        desk.gateway.customs.verify_file(file)
    file.write_text("[1]", encoding="utf-8")
    with pytest.raises(GatewayError, match="no file of a signed verdict"):
        desk.gateway.customs.verify_file(file)


@pytest.mark.slow
def test_quantities_are_booked_and_what_remains_shrinks(desk: Desk) -> None:
    officer = desk.officer()
    page = looked_up(officer)
    whole = RIGHT.positions[0].quantity
    assert whole is not None
    assert f"remaining: {whole}" in officer.get(path_of(page, "/count")).words
    fields = {"counted-0": "3", "dead-0": "1", "seized-0": "2"}
    assert filled(officer, path_of(page, "/count"), fields).status == 303
    (booked,) = desk.gateway.store.outbox.of_permit("MZ", "MZ26EX000001")
    assert [(line.position, line.amount) for line in booked.seen] == [("A", "3")]
    assert (booked.person, booked.token is not None) == ("Celeste Border", True)
    assert desk.acts("counted")[0]["details"]["lines"] == "A: 3, dead 1, seized 2"
    again = officer.get(path_of(page, "/count")).words
    assert f"remaining: {whole.amount - 3} " in again
    assert "Kept. The issuing country is told" in officer.get(path_of(page, "")).words


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "at least one line"),
        ({"counted-0": "three"}, "plain digits"),
        ({"counted-0": "1.5"}, "whole where specimens are counted"),
        ({"counted-0": "999999"}, "remain of this line"),
        ({"dead-0": "1"}, "plain digits"),
        ({"counted-0": "1", "seized-0": "-1"}, "plain digits"),
    ],
)
def test_a_wrong_count_is_refused_as_a_whole(
    desk: Desk, fields: dict[str, str], sentence: str
) -> None:
    officer = desk.officer()
    page = looked_up(officer)
    answer = filled(officer, path_of(page, "/count"), fields)
    assert (answer.status, sentence in answer.words) == (422, True), answer.words
    assert not desk.gateway.store.outbox.of_permit("MZ", "MZ26EX000001")
    assert not desk.acts("counted")


@pytest.mark.slow
def test_without_the_partner_the_last_copy_is_shown_and_the_question_is_answered_later(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk(partner=a_partner(fails=DOWN))
    desk.earlier.add(sealed(RIGHT), 5)
    officer = desk.officer()
    page = looked_up(officer)
    assert 'class="verdict ask"' in page.text
    assert "Not confirmed live" in page.words
    assert "5 hours old" in page.words
    assert "Crocodylus niloticus" in page.words
    assert "waiting, earlier copy shown" in officer.get("/desk").words
    look_ups = desk.gateway.customs.look_ups
    assert look_ups.ask_waiting() == 0  # not due yet
    desk.clock.now += timedelta(seconds=40)
    assert look_ups.ask_waiting() == 1  # asked, still down
    desk.partner.fails = None
    desk.clock.now += timedelta(minutes=2)
    assert look_ups.ask_waiting() == 1
    assert "new answer" in officer.get("/desk").words
    answered = officer.get(path_of(page, ""))
    assert "MAY PASS" in answered.words
    assert "Not confirmed live" not in answered.words
    assert "new answer" not in officer.get("/desk").words
    assert look_ups.ask_waiting() == 0


@pytest.mark.slow
def test_without_partner_and_copy_the_question_is_kept_then_given_up_and_removed(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk(partner=a_partner(fails=PartnerTimeout("Too late.")))
    officer = desk.officer()
    page = looked_up(officer)
    assert "there is no earlier copy" in page.words
    look_ups = desk.gateway.customs.look_ups
    desk.clock.now += timedelta(days=3, minutes=1)
    look_ups.ask_waiting()
    officer = desk.officer()
    assert "never answered" in officer.get("/desk").words
    desk.clock.now += timedelta(days=5)
    assert desk.gateway.people.remove_old.round()["look-up"] == 1
    assert "no permit yet" in desk.officer().get("/desk").words


def test_a_busy_partner_is_asked_again(make_desk: MakeDesk) -> None:
    desk = make_desk(partner=a_partner(fails=fault("TooManyRequests")))
    page = looked_up(desk.officer())
    assert "Your question is kept" in page.words


def test_another_permit_than_the_one_asked_for_is_not_shown(make_desk: MakeDesk) -> None:
    other = replace(RIGHT, number=CertificateNumber("MZ26EX000999"))
    page = looked_up(make_desk(partner=a_partner(other)).officer())
    assert "cannot be used" in page.words
    assert "Crocodylus" not in page.words


@pytest.mark.slow
def test_a_text_that_is_no_code_is_refused(desk: Desk) -> None:
    officer = desk.officer()
    officer.get("/desk")
    for code in ("", "https://example.org/", "1" * 7000, "<svg onload=alert(1)>"):
        answer = officer.post("/desk/scan", {"code": code})
        assert answer.status == 422, answer.words
        assert "QR code" in answer.words
        assert "onload" not in answer.text


@pytest.mark.slow
def test_asking_again_is_another_look_up(desk: Desk) -> None:
    officer = desk.officer()
    page = looked_up(officer)
    sent = officer.post(path_of(page, "/again"))
    assert sent.headers["location"] != path_of(page, "")
    assert len(desk.acts("looked-up")) == 2
    assert [asked[2] for asked in desk.partner.asked] == [TOKEN, TOKEN]


@pytest.mark.slow
@pytest.mark.parametrize("end", ["/compare", "/count"])
def test_a_form_of_an_earlier_copy_is_not_taken_for_the_permit_of_now(
    make_desk: MakeDesk, end: str
) -> None:
    desk = make_desk(partner=a_partner(fails=DOWN))
    desk.earlier.add(sealed(RIGHT), 5)
    officer = desk.officer()
    path = path_of(looked_up(officer), end)
    found = re.search(r'name="document" value="([0-9a-f]{64})"', officer.get(path).text)
    assert found
    other = replace(RIGHT.positions[0], scientific_name="Crocodylus porosus")
    now = a_partner(replace(RIGHT, positions=(other,)))
    desk.partner.document, desk.partner.attachments = now.document, now.attachments
    desk.partner.fails = None
    desk.clock.now += timedelta(minutes=2)
    assert desk.gateway.customs.look_ups.ask_waiting() == 1
    fields = {"document": found[1], "same-3": "yes", "counted-0": "3"}
    answer = officer.post(path, fields)
    assert (answer.status, "Nothing was kept" in answer.words) == (409, True), answer.words
    assert "Crocodylus porosus" in answer.words
    assert not desk.acts("compared")
    assert not desk.acts("counted")
    assert not desk.gateway.store.outbox.of_permit("MZ", "MZ26EX000001")


@pytest.mark.slow
def test_lines_of_another_page_leave_the_verdict_open(make_desk: MakeDesk) -> None:
    lines = tuple(replace(RIGHT.positions[0], id=f"L{place}") for place in range(13))
    desk = make_desk(partner=a_partner(replace(RIGHT, positions=lines)))
    officer = desk.officer()
    page = looked_up(officer)
    ticked = {f"same-{place}": "yes" for place in range(39)}
    sent = filled(officer, path_of(page, "/compare"), ticked)
    verdict = officer.get(sent.headers["location"])
    assert "agrees as far as it was compared" in verdict.words
    record = desk.gateway.store.journal.find(sent.headers["location"].rpartition("/")[2])
    assert record is not None
    assert json.loads(record.request)["result"] == "not-compared"


@pytest.mark.slow
def test_a_look_up_of_a_partner_that_was_removed_says_so_without_a_bug(desk: Desk) -> None:
    officer = desk.officer()
    path = path_of(looked_up(officer), "")
    ask = desk.gateway.customs.look_ups.ask_partner
    gone = replace(ask, partners=PartnerDirectory({}), seals={})
    object.__setattr__(desk.gateway.customs.look_ups, "ask_partner", gone)
    assert officer.get(path).status == 503
