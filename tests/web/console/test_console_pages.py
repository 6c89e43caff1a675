"""Pages of the console: who may open them, what they show, and what they never show."""

import io
import re
import shutil
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.bootstrap import jobs_of
from gateway.bootstrap.parts.console.part import ConsolePart
from gateway.domain.delivery_state import DeliveryState
from gateway.exchange.ports import Direction
from tests.web.console.conftest import TOKEN, MakeConsole, booked, exchanged
from tests.web.people.conftest import Desk

pytestmark = pytest.mark.slow

PATHS = (
    "",
    "/partners/za",
    "/partners/ch",
    "/exchanges",
    "/outbox",
    "/charts",
    "/keys",
    "/journal",
    "/service",
    "/configuration",
    "/diagnostics",
)


def count(desk: Desk) -> None:
    """Run the job that counts, once its exchanges have settled."""
    desk.clock.pass_(minutes=5)
    (job,) = (job for job in jobs_of(desk.gateway) if job.name == "counting")
    job.run(lambda: False)


def test_every_page_opens_for_operator_and_auditor_and_for_nobody_else(console: Desk) -> None:
    entry, exchange = booked(console), exchanged(console)
    paths = [*PATHS, f"/outbox/{entry.id}", f"/exchanges/{exchange.id}"]
    for name, status in (("operator", 200), ("auditor", 200), ("customs", 403), ("authority", 403)):
        visitor = console.signed_in(name)
        for path in paths if name == "operator" else paths[-3:]:
            answer = visitor.get(f"/console{path}")
            assert answer.status == status, (name, path, answer.words)
        assert ('href="/console"' in visitor.get("/").text) == (status == 200)


def test_an_auditor_changes_nothing(console: Desk) -> None:
    entry, exchange = booked(console), exchanged(console)
    visitor = console.signed_in("auditor")
    visitor.get("/console")
    before = console.acts()
    for path, form in (
        (f"/console/outbox/{entry.id}", {"decision": "drop", "reason": "x"}),
        (f"/console/exchanges/{exchange.id}", {"reason": "x"}),
        ("/console/service", {"mode": "closed", "reason": "x"}),
        ("/console/diagnostics", {"reason": "x"}),
    ):
        assert "<form" not in visitor.get(path).text.partition("<main")[2].partition("</main")[0]
        assert visitor.post(path, form).status == 403, path
    assert console.acts() == before
    assert not console.gateway.maintenance.current()


def test_a_role_at_one_of_two_authorities_is_not_enough(
    make_console: MakeConsole, configured: Path, tmp_path: Path
) -> None:
    directory = Path(shutil.copytree(configured, tmp_path / "two", symlinks=True))
    file = directory / "conf/gateway.toml"
    second = '\n[[gateway.authorities]]\ncountry = "MZ"\ncode = "X"\nname = "B"\n'
    file.write_text(file.read_text().replace("\n[server]", f"{second}\n[server]", 1))
    console = make_console(directory)
    assert len(console.gateway.people.authorities) == 2
    assert console.signed_in("operator").get("/console").status == 403


def test_no_page_and_no_file_of_an_exchange_shows_its_token(console: Desk) -> None:
    exchange = exchanged(console)
    page = console.signed_in("operator").get(f"/console/exchanges/{exchange.id}")
    assert TOKEN not in page.text
    assert "&lt;TokenId&gt;____&lt;/TokenId&gt;" in page.text
    assert "&lt;IsoCountryCode&gt;MZ&lt;/IsoCountryCode&gt;" in page.text
    assert page.text.count("MZ26EX000001") == 2 + page.text.count("for permit MZ26EX000001")


def test_the_words_of_a_partners_fault_do_not_show_the_token_that_it_repeats(console: Desk) -> None:
    fault = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>'
        f"<faultcode>s:Client</faultcode><faultstring>Wrong token {TOKEN}, said we</faultstring>"
        "</s:Fault></s:Body></s:Envelope>"
    ).encode()
    exchange = exchanged(
        console,
        direction=Direction.OUT,
        caller=None,
        callee="za",
        outcome="PartnerFault",
        answer=fault,
    )
    page = console.signed_in("auditor").get(f"/console/exchanges/{exchange.id}")
    assert "said we" in page.words
    assert TOKEN not in page.text


def test_exchanges_are_found_by_permit_partner_outcome_and_day(console: Desk) -> None:
    first = exchanged(console, permit_number="MZ26EX000007", outcome="CertificateNotFound")
    console.clock.pass_(days=1)
    second = exchanged(console, direction=Direction.OUT, caller=None, callee="za")
    third = exchanged(console, caller="ch", operation="ConfirmQuantities")
    visitor = console.signed_in("operator")

    def found(query: str) -> set[str]:
        text = visitor.get("/console/exchanges", query).text
        return {each.id for each in (first, second, third) if each.id in text}

    assert found("") == {first.id, second.id, third.id}
    assert found("permit=MZ26EX000007") == {first.id}
    assert found("partner=za") == {first.id, second.id}
    assert found("partner=za&outcome=failed") == {first.id}
    assert found("outcome=ok") == {second.id, third.id}
    assert found("operation=ConfirmQuantities") == {third.id}
    assert found("until=2026-11-02") == {first.id}
    assert found("since=2026-11-03") == {second.id, third.id}
    whole = visitor.get("/console/exchanges", f"incident={first.id.upper()}")
    assert (whole.status, whole.headers["location"]) == (303, f"/console/exchanges/{first.id}")
    assert found("permit=%00%27%22%3Cscript%3E") == set()


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "incident=019a",
        "incident=//evil.example",
        "until=9999-12-31",
        "since=0001-01-01",
        "permit=" + "x" * 71,
        "outcome=%E2%80%AE" + "x" * 80,
    ],
)
def test_a_search_that_cannot_be_is_refused_beside_its_field(console: Desk, query: str) -> None:
    answer = console.signed_in("operator").get("/console/exchanges", query)
    assert (answer.status, f'id="{query.partition("=")[0]}-error"' in answer.text) == (
        422,
        not query.startswith("outcome"),
    )


@pytest.mark.parametrize(
    "path",
    [
        "/exchanges/nothing",
        "/exchanges/019a0000-0000-7000-8000-000000000000",
        "/exchanges/" + "%25" * 50,
        "/outbox/nothing",
        "/partners/nobody",
        "/configuration/019a0000-0000-7000-8000-000000000000",
        "/configuration/..",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(console: Desk, path: str) -> None:
    answer = console.signed_in("operator").get(f"/console{path}")
    assert (answer.status, "There is nothing at this address" in answer.words) == (404, True)


def test_text_of_others_is_text_and_stays_on_its_line(console: Desk) -> None:
    hostile = '<script>alert("x")</script>\u202e'
    exchange = exchanged(
        console, permit_number=hostile, operation=hostile, caller=None, answer=hostile.encode()
    )
    visitor = console.signed_in("operator")
    for path in ("/console/exchanges", f"/console/exchanges/{exchange.id}"):
        text = visitor.get(path).text
        assert "<script" not in text
        assert "\u202e" not in text


def test_a_decision_needs_a_reason_and_is_an_act_of_the_journal(console: Desk) -> None:
    entry = booked(console)
    visitor = console.signed_in("operator")
    path = f"/console/outbox/{entry.id}"
    visitor.get(path)
    for form, field in (
        ({"decision": "hold", "reason": " "}, "reason"),
        ({"decision": "hold", "reason": "x" * 501}, "reason"),
        ({"decision": "explode", "reason": "x"}, "decision"),
    ):
        answer = visitor.post(path, form)
        assert (answer.status, f'href="#{field}"' in answer.text) == (422, True)
    assert visitor.post(path, {"decision": "hold", "reason": "they called"}).status == 303
    assert console.gateway.outbox.decide.find(entry.id).state is DeliveryState.HELD
    assert "they called" in visitor.get(path).words
    assert visitor.post(path, {"decision": "drop", "reason": "paper went"}).status == 303
    again = visitor.post(path, {"decision": "retry", "reason": "too late"})
    assert (again.status, "dropped already" in again.words) == (409, True)
    done = [act for act in console.acts() if act["act"].startswith("delivery")]
    assert [(act["act"], act["by"], act["details"]["reason"]) for act in done] == [
        ("delivery-held", "operator", "they called"),
        ("delivery-dropped", "operator", "paper went"),
    ]
    assert TOKEN not in str(done) + visitor.get(path).text
    assert "Confirmation given up" in console.signed_in("auditor").get("/acts").words


def test_the_service_is_closed_and_opened_with_a_reason(console: Desk) -> None:
    visitor = console.signed_in("operator")
    visitor.get("/console/service")
    assert visitor.post("/console/service", {"mode": "closed"}).status == 422
    assert console.gateway.maintenance.current() is None
    assert visitor.post("/console/service", {"mode": "closed", "reason": "disks"}).status == 303
    mode = console.gateway.maintenance.current()
    assert mode is not None
    assert (mode.maintenance, mode.person, mode.reason) == (True, "Olga Server", "disks")
    assert "closed for maintenance" in visitor.get("/console").words
    visitor.get("/console/service")
    assert visitor.post("/console/service", {"reason": "no button"}).status == 422
    assert "closed for maintenance" in visitor.get("/console").words
    visitor.post("/console/service", {"mode": "open", "reason": "done"})
    assert [act["act"] for act in console.acts()][-2:] == ["service-closed", "service-opened"]


def test_evidence_of_a_record_that_is_not_sealed_is_refused_in_words(console: Desk) -> None:
    exchange = exchanged(console)
    visitor = console.signed_in("operator")
    path = f"/console/exchanges/{exchange.id}"
    visitor.get(path)
    answer = visitor.post(path, {"reason": "a court asked"})
    assert (answer.status, "not sealed" in answer.words) == (409, True)
    visitor.cookies["__Host-epix-language"] = "fr"
    answer = visitor.post(path, {"reason": "a court asked"})
    assert (answer.status, "Cet échange n’est pas scellé" in answer.words) == (409, True)
    assert "evidence-taken" not in str(console.acts())


def test_the_archive_for_support_holds_no_secret(console: Desk) -> None:
    exchanged(console, outcome="AccessDenied")
    visitor = console.signed_in("operator")
    visitor.get("/console/diagnostics")
    assert visitor.post("/console/diagnostics", {"reason": ""}).status == 422
    answer = visitor.post("/console/diagnostics", {"reason": "support asked"})
    assert answer.headers["content-type"] == "application/zip"
    assert console.acts()[-1]["act"] == "diagnostics-taken"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert "configuration.json" in archive.namelist()
    assert TOKEN not in str([archive.read(name) for name in archive.namelist()])


def test_the_configuration_is_kept_where_it_is_new_and_shown_with_its_differences(
    make_console: MakeConsole,
) -> None:
    console = make_console()
    assert ConsolePart(console.gateway).keep_configuration()
    assert not ConsolePart(console.gateway).keep_configuration()
    database = console.gateway.settings.database.address
    console.clock.pass_(minutes=1)
    later = make_console(EPIX_DATABASE__URL=database, EPIX_ALERTS__REFUSALS="77")
    later.clock.now = console.clock.now
    assert ConsolePart(later.gateway).keep_configuration()
    visitor = later.signed_in("operator")
    page = visitor.get("/console/configuration")
    newest, first = re.findall(r'"/console/configuration/([0-9a-f-]{36})"', page.text)
    changed = visitor.get(f"/console/configuration/{newest}").text
    assert "<del>-alerts.refusals = 10</del>" in changed
    assert "<ins>+alerts.refusals = 77</ins>" in changed
    assert "<ins>+gateway.public_address" in visitor.get(f"/console/configuration/{first}").text
    checked = visitor.get("/console/configuration", "check=now").words
    assert "The files have no problem." in checked
    assert "development certificates" in checked
    record = later.gateway.store.journal.find(newest)
    assert record is not None and record.operation == "ConfigurationLoaded"
    secret = later.gateway.settings.tokens.key_file.read_bytes().hex()
    assert secret not in page.text + changed + record.request.decode()


def test_charts_and_board_show_what_was_counted(console: Desk) -> None:
    now = console.clock()
    for seconds in (1, 1, 1, 19.9):
        exchanged(console, began_at=now, ended_at=now + timedelta(seconds=seconds))
    exchanged(console, outcome="CertificateNotFound")
    exchanged(console, direction=Direction.OUT, callee="za", outcome="PartnerTimeout")
    count(console)
    count(console)
    visitor = console.signed_in("operator")
    page = visitor.get("/console/charts")
    assert "2026-11-02 4 1 1" in page.words
    assert "2026-11-02 1000 ms 20.0 s" in page.words
    assert "2026-11-02 0 0 0" in visitor.get("/console/charts", "partner=ch").words
    assert page.text.count("<svg") == 3
    board = visitor.get("/console")
    assert "Nov 2, 2026" in board.words.replace("\u202f", " ")


@pytest.mark.long_haul  # test_catalogues.py has every sentence
def test_every_page_is_there_in_another_language(console: Desk) -> None:
    entry, exchange = booked(console), exchanged(console, outcome="AccessDenied")
    visitor = console.signed_in("operator")
    visitor.cookies["__Host-epix-language"] = "es"
    for path in (*PATHS, f"/outbox/{entry.id}", f"/exchanges/{exchange.id}"):
        answer = visitor.get(f"/console{path}")
        assert answer.status == 200, path
        for english in ("Keys and certificates", "Nothing waits", "Archive for support"):
            assert english not in answer.words, path


def test_explanation_alerts_and_keys_are_in_the_language_of_the_page(console: Desk) -> None:
    exchange = exchanged(console, outcome="AccessDenied")
    visitor = console.signed_in("operator")
    visitor.cookies["__Host-epix-language"] = "fr"
    page = visitor.get(f"/console/exchanges/{exchange.id}").words
    assert "le partenaire za a interrogé cette passerelle : GetFinalCertificate pour le" in page
    assert "Pas de réponse utile : AccessDenied, après 0.1 secondes." in page
    board = visitor.get("/console").words
    assert "le partenaire za a été refusé 1 fois : AccessDenied" in board
    keys = visitor.get("/console/keys").words
    assert "sceau actuelle" in keys
    assert "autorité de certification des appelants" in keys
