"""Pages of traceability and risk: who sees them, what they show, in three languages."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from playwright.sync_api import Browser
from sqlalchemy import text

from gateway.domain.errors import CertificateNotFound
from gateway.domain.trace.named import DocumentName
from gateway.exchange.ports import NationalRecord
from gateway.web.people.languages import OF_THE_CONVENTION
from gateway.web.people.visit import Visit
from gateway.web.trace.pages import TraceDesk, TracePages
from tests.browser import WIDE, a_page, is_cut_off, screenshot, show, violations
from tests.cli.test_trace_commands import dated
from tests.domain.trace.documents import box_12, export, line, reexport
from tests.web.people.conftest import Desk
from tests.web.people.visitor import ORIGIN as SITE

EXPORT = DocumentName("MZ", "MZ26EX000801")
UNKNOWN = DocumentName("MZ", "MZ26EX000899")
OTHER = DocumentName("MZ", "MZ26RX000802")
OURS = DocumentName("MZ", "MZ26RX000801")
HOSTILE = "Lacerta <script>alert(1)"
QUERY = f"country=mz&number={OURS.number}"


@pytest.fixture
def traced(desk: Desk) -> Desk:
    """Five came in, six leave; box 7 of a line is hostile. Both are of this country."""
    desk.clock.now = datetime.now(UTC)  # the key of the seal was made today
    lines = (
        line("6", origin=box_12(EXPORT)),
        line("1", "B", origin=box_12(UNKNOWN), scientific_name=HOSTILE),
    )
    for permit in (export(line("5", origin=None), name=EXPORT), reexport(*lines, name=OURS)):
        record = NationalRecord("a.json", 1, dated(permit), None)
        desk.gateway.permits.publish.publish(record)
    return desk


@pytest.mark.long_haul  # tests/exchange/trace has trees and sums
@pytest.mark.slow
def test_the_tree_the_sums_and_the_risk_are_shown_and_the_look_is_recorded(traced: Desk) -> None:
    visitor = traced.signed_in("authority")
    page = visitor.get("/trace", QUERY)
    assert page.status == 200
    assert "Trace of MZ MZ26RX000801" in page.words
    assert "Box 12 of lines A: MZ MZ26EX000801" in page.words
    assert "6 NAR (+1 NAR)" in page.words
    assert "MZ MZ26RX000801 > MZ MZ26EX000801" in page.words or "&gt;" in page.text
    assert "Risk: score" in page.words
    assert "<script>alert" not in page.text and HOSTILE in page.words
    assert traced.acts()[-1]["details"] == {
        "country": "MZ",
        "number": OURS.number,
        "page": "trace",
    }


@pytest.mark.slow
def test_the_inspection_list_has_the_evidence(traced: Desk) -> None:
    page = traced.signed_in("customs").get("/inspections")
    assert page.status == 200
    assert "MZ MZ26RX000801" in page.words
    assert "5 NAR came in, 6 NAR were re-exported" in page.words


@pytest.mark.slow
def test_an_altered_permit_is_named_in_the_inspection_list(traced: Desk) -> None:
    with traced.gateway.store._engines.writing.begin() as connection:
        connection.execute(
            text("UPDATE permit SET content = replace(content, '6', '5') WHERE number = :number"),
            {"number": OURS.number},
        )
    page = traced.signed_in("customs").get("/inspections")
    assert page.status == 200
    assert f"{OURS}: This permit of ours is not what was recorded of it" in page.words
    assert "more were looked up" not in page.words


@pytest.mark.slow
def test_a_name_in_box_12_cannot_turn_the_letters_round(traced: Desk) -> None:
    turned = DocumentName("ZA", "ZA26\u202eXR")
    lines = line("1", origin=box_12(turned))
    record = NationalRecord("a.json", 1, dated(reexport(lines, name=OTHER)), None)
    traced.gateway.permits.publish.publish(record)
    page = traced.signed_in("customs").get("/trace", f"country=MZ&number={OTHER.number}")
    assert page.status == 200
    assert "\u202e" not in page.text


def test_countries_that_are_served_are_hidden_from_people_of_others(traced: Desk) -> None:
    """A list for one country must not be used up by permits of another that it cannot show."""
    asked: list[Any] = []

    def noted(*values: Any) -> Any:
        asked.append(values)
        raise CertificateNotFound

    pages = TracePages(TraceDesk(noted, noted, noted, noted, {"MZ", "ZW"}, traced.clock))
    person = SimpleNamespace(authorities=lambda *_: frozenset({"MZ/ANAC"}))
    visit = SimpleNamespace(
        signed_in=(person, None), query={"number": "1"}, language="en", page=lambda *_: None
    )
    pages.show(cast(Visit, visit))
    with pytest.raises(CertificateNotFound):
        pages.show_inspections(cast(Visit, visit))
    assert [values[-1] for values in asked] == [{"ZW"}, {"ZW"}]


@pytest.mark.slow
def test_other_roles_see_neither(traced: Desk) -> None:
    operator = traced.signed_in("operator")
    for path in ("/trace", "/inspections"):
        assert operator.get(path).status in (403, 404), path
        assert traced.visitor().get(path).status in (303, 401, 403), path


@pytest.mark.slow
def test_what_is_not_there_is_said(desk: Desk) -> None:
    visitor = desk.signed_in("customs")
    for query, words in (
        ("country=MZ&number=MZ26RX009999", "No copy of this permit is at hand"),
        ("country=ZA&number=ZA26RX009999", "No copy of this permit is at hand"),
        ("country=9&number=1", "Write the code of the country"),
        ("country=MZ&number=%00", "Write the code of the country"),
    ):
        page = visitor.get("/trace", query)
        assert (page.status, words in page.words) == (404, True), query


@pytest.mark.slow
def test_the_pages_are_in_french_and_spanish(traced: Desk) -> None:
    visitor = traced.signed_in("authority")
    for language, words in (("fr", "Traçabilité de MZ"), ("es", "Trazabilidad de MZ")):
        visitor.get("/trace")
        visitor.post("/language", {"language": language, "next": "/trace"})
        assert words in visitor.get("/trace", QUERY).words


@pytest.mark.slow
def test_a_choice_of_portuguese_shows_no_page_half_translated(traced: Desk) -> None:
    visitor = traced.signed_in("customs")
    visitor.get("/")
    visitor.post("/language", {"language": "pt", "next": "/trace"})
    first, page = visitor.get("/"), visitor.get("/inspections")
    assert ('<html lang="pt">' in first.text, "Português" in first.words) == (True, True)
    assert "Licenças a ver primeiro, com os motivos." in first.words
    assert ('<html lang="en">' in page.text, "Português" in page.words) == (True, False)
    in_french = visitor.get("/inspections", **{"accept-language": "pt-MZ, fr;q=0.5"})
    assert '<html lang="fr">' in in_french.text


@pytest.mark.slow
@pytest.mark.long_haul  # tests/web/people/test_in_chromium.py has the same template
def test_the_pages_are_accessible_and_whole_on_the_narrowest_screen(
    browser: Browser, traced: Desk
) -> None:
    visitor = traced.signed_in("authority")

    with a_page(browser) as page:
        show(page, visitor)
        for name, address in (("trace", f"/trace?{QUERY}"), ("inspections", "/inspections")):
            page.set_viewport_size({"width": WIDE, "height": 900})
            page.goto(f"{SITE}{address}")
            screenshot(page, name)
            assert not violations(page)
            page.set_viewport_size({"width": 320, "height": 640})
            for language in OF_THE_CONVENTION:
                visitor.get("/trace")
                visitor.post("/language", {"language": language, "next": "/trace"})
                page.reload()
                assert not is_cut_off(page), (name, language)
