"""Commands by role of the database: each does its work with the role that the documentation names.

The gateway that serves is a process of its own: it answers, books, seals, delivers and prunes.
"""

import http.client
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

import psycopg
import pytest

from gateway.bootstrap import build, describe_source
from gateway.bootstrap.jobs import jobs_of
from gateway.bootstrap.serving import publisher_of
from gateway.cli.exits import CANNOT_DO, EXITS
from gateway.domain.errors import DatabaseProblem, ServiceUnavailable
from gateway.exchange.ports import Direction, Exchange
from gateway.serving import RunningServer, running
from gateway.settings import load_settings
from gateway.store import open_store
from tests.cli.conftest import NUMBER, Answer, Call
from tests.cli.national.synchronised import NAME, national_system
from tests.database_roles import (
    BACKUP,
    MIGRATE,
    PRUNE,
    PUBLISH,
    READ,
    SERVE,
    as_role,
    copied_database_with_roles,
)
from tests.postgres import free_port
from tests.reference_data import TABLES
from tests.resilience.confirming import ready
from tests.waiting import until

pytestmark = pytest.mark.slow

WHO = ("--person", "A. Cossa", "--reason", "as the office decided")
OLD = "016b0f47-0000-7000-8000-00000000000{}"
UNAVAILABLE = EXITS[ServiceUnavailable].status
SOON = """
import gateway.bootstrap.jobs as jobs
from gateway.cli.main import main
jobs.PRUNING_SECONDS = jobs.SEALING_SECONDS = 0.5
main()
"""
PARTNER = """
[[partner]]
key = "{}"
country = "{}"
address = "http://127.0.0.1:{}/epix/v2"
"""
ENVELOPE = (
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><v:{0}Request'
    ' xmlns:v="urn:CitesDataExchange/v2/"><CertificateNumber>{1}</CertificateNumber>'
    "<TokenId>{2}</TokenId><IsoCountryCode>MZ</IsoCountryCode></v:{0}Request></e:Body>"
    "</e:Envelope>"
)


class Office:
    """A working directory whose commands name a role each."""

    def __init__(self, call: Call, directory: Path, url: str) -> None:
        self.call, self.directory, self.url = call, directory, url

    def register(self, key: str, country: str, port: int) -> None:
        """Add a partner."""
        with (self.directory / "conf/partners.toml").open("a") as file:
            file.write(PARTNER.format(key, country, port))

    def does(self, role: str, *words: str | Path, typed: str = "", status: int = 0) -> Answer:
        environment = {"EPIX_DATABASE__URL": as_role(self.url, role)}
        if role == SERVE:
            environment["EPIX_DATABASE__PRUNE_URL"] = as_role(self.url, PRUNE)
        answer = self.call(*words, "--dir", self.directory, typed=typed, **environment)
        assert answer.status == status, (role, words, answer.out, answer.err)
        return answer


@pytest.fixture
def office(call: Call, directory: Path) -> Iterator[Office]:
    with copied_database_with_roles() as url:
        yield Office(call, directory, url)


def examples(office: Office) -> None:
    with resources.as_file(resources.files("adapters.national.examples")) as folder:
        office.does(PUBLISH, "publish", folder / "mozambique.json")
        office.does(PUBLISH, "publish", folder / "mozambique.json")  # nothing has changed


def old_records(office: Office, places: int) -> None:
    at = datetime(2019, 6, 1, tzinfo=UTC)
    store = open_store(as_role(office.url, SERVE), lambda: at)
    for place in range(places):
        words = (None, "za", "MZ", None, None, "InvalidRequest", b"", b"")
        store.journal.record(Exchange(OLD.format(place), Direction.IN, at, at, *words))
    store.close()


@pytest.mark.long_haul  # the short form has the gateway that serves, and its synchronisation
def test_persons_decide_with_one_role_and_read_with_others(office: Office, tmp_path: Path) -> None:
    examples(office)
    ledger = ("MZ", NUMBER, *WHO)
    office.register("za", "ZA", 9)
    office.does(PUBLISH, "ledger", "record", *ledger[:2], "za", "A=1", *WHO)
    office.does(PUBLISH, "ledger", "close", *ledger)
    office.does(PUBLISH, "ledger", "reopen", *ledger)
    shown = office.does(PUBLISH, "ledger", "show", "MZ", NUMBER, "--json").json
    (booked, *_) = (event["id"] for event in shown["events"])
    office.does(PUBLISH, "ledger", "reverse", *ledger[:2], booked, *WHO)
    office.does(PUBLISH, "permits", "show", "MZ", NUMBER)
    office.does(PUBLISH, "permits", "rewrite", *WHO)
    office.does(PUBLISH, "seal", "issued")
    office.does(PUBLISH, "journal", "hold", "--permit", NUMBER, *WHO)
    (hold,) = office.does(READ, "journal", "holds", "--json").json
    office.does(PUBLISH, "journal", "release", hold["id"], *WHO)
    office.does(PUBLISH, "maintenance", "on", *WHO)
    office.does(PUBLISH, "maintenance", "off", "--person", "A. Cossa")
    today, tomorrow = (f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}" for days in (0, 1))
    times = ("--from", today, "--until", tomorrow)
    office.does(PUBLISH, "partners", "window", "add", "za", *times, *WHO)
    (window,) = office.does(READ, "partners", "window", "list", "--json").json
    office.does(PUBLISH, "partners", "window", "remove", window["id"], "--person", "A. Cossa")
    who = ("--person", "A. Cossa")
    key = ("api-keys", "add", "Single Window", "--scope", "events")
    key_id = office.does(PUBLISH, *key, *who, "--json").json["key"]
    hook = ("api-keys", "add-webhook", key_id, "https://sw.example/")
    webhook = office.does(PUBLISH, *hook, *who, "--json").json["webhook"]
    office.does(PUBLISH, "api-keys", "webhooks")
    office.does(PUBLISH, "api-keys", "remove-webhook", webhook, *who)
    office.does(PUBLISH, "api-keys", "revoke", key_id, *who)
    office.does(SERVE, "state", "--history")
    for words in (("trace",), ("trace", "show"), ("risk",)):
        office.does(SERVE, *words, "MZ", NUMBER)
    office.does(SERVE, "trace", "share", f"{datetime.now(UTC):%Y}")
    office.does(SERVE, "inspections", "list", "--csv", tmp_path / "inspections.csv")
    declared = {"item": "1", "country": "MZ", "number": NUMBER, "position": "A", "quantity": 1}
    declaration = json.dumps({"declaration": "26MZ1", "lines": [declared]})
    reserve = ("declarations", "reserve", "--file", "-", "--officer", "A. Cossa")
    office.does(SERVE, *reserve, typed=declaration)
    office.does(READ, "declarations", "list")
    tables = sorted(TABLES.glob("*.csv"))
    office.does(PUBLISH, "listings", "import", *tables, *WHO)
    office.does(PUBLISH, "listings", "import", *tables, *WHO)  # replaces the same
    office.does(READ, "listings", "show", "Panthera tigris")
    office.does(READ, "listings", "list")
    office.does(READ, "listings", "changes", "--from", "2026-03-05")
    office.does(READ, "quotas", "list")
    office.does(BACKUP, "listings", "verify")
    examples(office)  # judged by them
    report = ("report", "2026", "--out", tmp_path / "report")
    office.does(PUBLISH, *report, status=CANNOT_DO)  # its rows have findings
    office.does(PUBLISH, "report", "mismatches", "list")
    office.does(READ, "report", "mismatches", "shared")
    office.does(PUBLISH, "validate", _of_zimbabwe(tmp_path), status=CANNOT_DO)
    office.does(SERVE, "journal", "search")
    office.does(BACKUP, "journal", "verify")
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    secret.write_text("a long sentence\n")
    backup = ("backup", "--out", tmp_path / "b.age", "--passphrase-file", secret)
    office.does(BACKUP, *backup)
    refused = office.does(READ, *backup[:2], tmp_path / "c.age", *backup[3:], status=UNAVAILABLE)
    assert "conf/database-roles.sql" in refused.err
    office.does(MIGRATE, "migrate")
    refused = office.does(SERVE, "publish", _changed(tmp_path), status=UNAVAILABLE)
    assert "may not do this" in refused.err


def _of_zimbabwe(folder: Path) -> Path:
    """A document of another country: whether it was used before is asked of the outbox."""
    ours = Path(__file__).parents[1] / "documents/v2/full.xml"
    file = folder / "theirs.xml"
    file.write_text(ours.read_text(encoding="utf-8").replace(">MZ<", ">ZW<"), encoding="utf-8")
    return file


def _changed(folder: Path) -> Path:
    example = resources.files("adapters.national.examples") / "mozambique.json"
    records = json.loads(example.read_text(encoding="utf-8"))
    for record in records:
        record["number"] = record["number"].replace("MZ26", "MZ27")
    file = folder / "more.json"
    file.write_text(json.dumps(records), encoding="utf-8")
    return file


@pytest.mark.long_haul  # the short form serves and publishes
def test_a_gateway_that_serves_synchronises_with_the_role_that_publishes(office: Office) -> None:
    national_system(office.directory, office.call)
    serving = {"EPIX_DATABASE__URL": as_role(office.url, SERVE)}
    told = office.call("check-config", "--dir", office.directory, "--json", **serving)
    assert "database.publish_url is left out" in " ".join(told.json["warnings"])
    both = {**serving, "EPIX_DATABASE__PUBLISH_URL": as_role(office.url, PUBLISH)}
    settings = load_settings(office.directory, both)
    with build(settings) as gateway, publisher_of(settings, gateway) as publishing:
        (job,) = (job for job in jobs_of(gateway, publishing) if job.name == f"sync-{NAME}")
        job.run(lambda: False)
        (figures,) = gateway.national.figures()
    assert figures.state is not None
    assert figures.state.counts.published == 4
    described = describe_source(office.directory, NAME)
    with build(load_settings(office.directory, serving)) as gateway:
        run = gateway.national.synchronise(described).use_case.run
        with pytest.raises(ServiceUnavailable) as refused:
            run()
    assert refused.value.problem is DatabaseProblem.NOT_GRANTED


def test_check_config_says_what_the_role_that_serves_may_do_beyond_serving(office: Office) -> None:
    def warnings(role: str, **environment: str) -> str:
        address = {"EPIX_DATABASE__URL": as_role(office.url, role), **environment}
        answer = office.call("check-config", "--dir", office.directory, "--json", **address)
        return " ".join(answer.json["warnings"])

    other = {"EPIX_DATABASE__PRUNE_URL": as_role(office.url, PRUNE)}
    assert "database-roles.md" not in warnings(SERVE, **other)
    assert "database.prune_url is left out" in warnings(SERVE)
    assert "may remove rows of exchange" in warnings(PRUNE)
    assert "epix_migrate of database.url may do more than serving needs: it owns the tables" in (
        warnings(MIGRATE, **other)
    )
    assert "it is a superuser" in warnings("tests", **other)
    with psycopg.connect(office.url, autocommit=True) as superuser:
        superuser.execute("GRANT UPDATE (outcome) ON exchange TO epix_serve")
        assert "it may change exchange (outcome)" in warnings(SERVE, **other)


def ask(server: RunningServer, operation: str, token: str) -> tuple[int, str]:
    line = http.client.HTTPConnection(*server.address.removeprefix("http://").split(":"))
    try:
        body = ENVELOPE.format(operation, NUMBER, token).encode()
        line.request("POST", "/epix/v2", body, {"Content-Type": "text/xml"})
        answer = line.getresponse()
        return answer.status, answer.read().decode()
    finally:
        line.close()


@pytest.mark.long_haul  # tests/store/roles has each privilege
def test_a_gateway_that_serves_answers_books_seals_delivers_and_prunes(
    office: Office, token_file: Path
) -> None:
    examples(office)
    old_records(office, 3)
    port, operations = free_port(), free_port()
    office.register("mz", "MZ", port)
    environment = {
        "EPIX_DATABASE__URL": as_role(office.url, SERVE),
        "EPIX_DATABASE__PRUNE_URL": as_role(office.url, PRUNE),
        "EPIX_SERVER__MODE": "plain-loopback",
        "EPIX_SERVER__LISTEN": f"127.0.0.1:{port}",
        "EPIX_JOURNAL__PRUNE": "true",
        "EPIX_OUTBOX__POLL_SECONDS": "0.2",
        "EPIX_OPERATIONS__ENABLED": "true",
        "EPIX_OPERATIONS__LISTEN": f"127.0.0.1:{operations}",
    }
    command = [sys.executable, "-c", SOON, "serve", "--quiet", "--dir", str(office.directory)]
    token = token_file.read_text().strip()
    with running(command, environment, ready_seconds=150) as server:
        status, body = ask(server, "GetNonFinalCitesCertificate", token)
        assert (status, NUMBER in body) == (200, True)
        status, body = ask(server, "GetFinalCertificate", token)
        assert (status, "CertificateNotFinal" in body) == (500, True)
        assert "CertificateNotFound" in ask(server, "GetNonFinalCitesCertificate", "WRONG-1")[1]
        assert ready(operations)[0] == 200
        lines = office.does(PUBLISH, "ledger", "show", "MZ", NUMBER, "--json").json["lines"]
        counted = [f"{line['line']}={line['authorised']}" for line in lines]
        confirm = ("confirm", "MZ", NUMBER, *counted, "--person", "T. Nkosi")
        office.does(SERVE, *confirm, "--token-file", token_file)
        until(lambda: ask(server, "GetFinalCertificate", token)[0] == 200)
        until(lambda: office.does(BACKUP, "journal", "verify", "--json").json["removed"] == 3)
    verified = office.does(BACKUP, "journal", "verify", "--json").json
    assert verified["holds"]
    office.does(READ, "journal", "head")
