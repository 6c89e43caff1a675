"""A partner's certificate expires at 02:00: log, alert, metric, journal and `explain` name it.

A real gateway, direct TLS, and a real Prometheus with the rules and the panels of conf/.
"""

import json
import socket
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from gateway.bootstrap import build
from gateway.cli.main import app
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.availability.results import Result
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.partner import OperationName
from gateway.exchange.ports.availability.results import PartnerResult
from gateway.settings import load_settings
from tests.forked.commands import running
from tests.journeys.caller_wire import REQUEST, TOKEN, call, context
from tests.nginx import NAME
from tests.operations.test_monitoring_files import RULES, expressions
from tests.pki import NOW, SERVER, Authority
from tests.programs import program, started
from tests.waiting import until

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "adapters/national/examples/sandbox.json"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def pki(tmp_path: Path) -> SimpleNamespace:
    listed = Authority(tmp_path, "listed")
    parties = {
        "partner": listed.issue("partner", country="ZA"),
        "expired": listed.issue("expired", country="CH", until=NOW),
    }
    server = listed.issue("server", SERVER, hosts=[NAME])
    return SimpleNamespace(listed=listed, parties=parties, server=server)


@pytest.fixture
def directory(tmp_path: Path, pki: SimpleNamespace) -> Path:
    """A gateway with two partners: ZA, and CH whose certificate has just expired."""
    folder = tmp_path / "mz"
    pins = "".join(
        f'[[partner]]\nkey = "{key}"\ncountry = "{key.upper()}"\n'
        f'certificate_sha256 = ["{pki.parties[who].sha256}"]\naddress = "https://{key}.example/"\n'
        for key, who in (("za", "partner"), ("ch", "expired"))
    )
    make(folder, Plan(IsoCountryCode("MZ"), "ANAC"), DevelopmentCa(), pins)
    with build(load_settings(folder, {})) as gateway:
        for record in gateway.permits.source_of(SAMPLES).records(SAMPLES):
            gateway.permits.publish.publish(record)
        asked = PartnerResult("za", OperationName.SERVICE_STATE, NOW, Result.ANSWERED, 120)
        gateway.database.store.availability.results.add(asked)
    return folder


@contextmanager
def prometheus(folder: Path, target: str) -> Iterator[str]:
    """A Prometheus that scrapes a gateway each second. Yields its address."""
    address = f"127.0.0.1:{free_port()}"
    configuration = folder / "prometheus.yml"
    configuration.write_text(
        json.dumps(
            {
                "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
                "rule_files": [str(RULES)],
                "scrape_configs": [
                    {"job_name": "epix-gateway", "static_configs": [{"targets": [target]}]}
                ],
            }
        )
    )
    command = [
        program("prometheus"),
        f"--config.file={configuration}",
        f"--storage.tsdb.path={folder / 'series'}",
        f"--web.listen-address={address}",
        "--log.level=error",
    ]
    with started(command):
        yield f"http://{address}"


def series(address: str, expression: str) -> list[dict[str, Any]]:
    query = urllib.parse.urlencode({"query": expression})
    try:
        with urllib.request.urlopen(f"{address}/api/v1/query?{query}", timeout=10) as answer:
            return list(json.load(answer)["data"]["result"])
    except OSError:
        return []  # it is starting


@pytest.mark.long_haul  # tests/crypto/callers judges expired ones
def test_a_certificate_that_expired_at_night_is_named_everywhere(
    directory: Path, pki: SimpleNamespace, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    operations = f"127.0.0.1:{free_port()}"
    environment = {
        "EPIX_SERVER__LISTEN": "127.0.0.1:0",
        "EPIX_SERVER__CERTIFICATE_FILE": str(pki.server.certificate_file),
        "EPIX_SERVER__KEY_FILE": str(pki.server.key_file),
        "EPIX_SERVER__CLIENT_CA_FILE": str(pki.listed.pem),
        "EPIX_OPERATIONS__ENABLED": "true",
        "EPIX_OPERATIONS__LISTEN": operations,
        "EPIX_ALERTS__CHECK_SECONDS": "1",
    }
    command = [sys.executable, "-m", "gateway", "serve", "--quiet", "--dir", str(directory)]
    with running(command, environment) as server, prometheus(tmp_path, operations) as watching:
        status, fault = call(server.address, context(pki, "expired"))
        assert (status, "has expired" in fault) == (500, True)
        for token in (TOKEN, "WRONG-TOKEN"):
            call(
                server.address,
                context(pki, "partner"),
                message=REQUEST.replace(TOKEN.encode(), token.encode()),
            )
        firing = 'ALERTS{alertname="EpixPartnerRefused", alertstate="firing", partner="ch"}'
        until(lambda: series(watching, firing), "the alert of the partner")
        (refused,) = series(watching, "epix_partner_refusals_total{partner='ch'}")
        assert refused["metric"]["outcome"] == "CertificateMissing"
        for expression in expressions():
            until(
                lambda expression=expression: series(watching, expression),
                f"a series of {expression}",
            )
    log = capfd.readouterr().err
    (line,) = [line for line in log.splitlines() if "alert=partner-refused" in line]
    incident = line.partition(" id=")[2].split()[0]
    assert "partner=ch" in line
    assert "+00:00 ERROR" in line
    found = CliRunner().invoke(
        app, ["journal", "search", "--caller", "ch", "--dir", str(directory), "--json"]
    )
    assert [exchange["id"] for exchange in json.loads(found.stdout)] == [incident]
    told = CliRunner().invoke(app, ["explain", incident[:18], "--dir", str(directory), "--json"])
    explained = json.loads(told.stdout)
    assert (explained["partner"], explained["actor"]) == ("ch", "the partner")
    assert explained["fingerprint"] == pki.parties["expired"].sha256
    assert explained["certificate"]["subject"] == "CN=expired,C=CH"
    assert "has expired: it was valid until" in explained["fault"]["text"]
