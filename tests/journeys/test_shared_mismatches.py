"""Two gateways settle a difference of counts over mutual TLS; both annual reports say the same."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gateway.bootstrap import build
from gateway.bootstrap.jobs import jobs_of
from gateway.bootstrap.parts.report.sharing import SHARING_JOB
from gateway.cli.demo import two_gateways
from gateway.cli.demo.two_gateways import Country, TwoGateways
from gateway.cli.main import app
from tests.cli.test_ledger_command import confirm
from tests.journeys.in_process import served

pytestmark = pytest.mark.slow

NUMBER = "MZ26EX000101"
OF_MZ, OF_ZA = ("MZ/ANAC", NUMBER, "A"), ("MZ", NUMBER, "A")


def epix(country: Country, *words: str | Path, status: int = 0) -> str:
    done = CliRunner().invoke(app, [*map(str, words), "--dir", str(country.directory)])
    assert done.exit_code == status, done.stdout + done.stderr
    return done.stdout + done.stderr if status else done.stdout


def shared(country: Country) -> dict[str, Any]:
    (found,) = json.loads(epix(country, "report", "mismatches", "shared", "--json"))
    return dict(found)


def act(country: Country, *words: str, status: int = 0) -> str:
    answers = ("--person", "A. Person", "--reason", "two skins were torn")
    return epix(country, "report", "mismatches", *words, *answers, status=status)


def share(country: Country) -> None:
    """A round of the background job."""
    with build(country.settings) as gateway:
        (job,) = [each for each in jobs_of(gateway) if each.name == SHARING_JOB]
        job.run(lambda: False)


@pytest.fixture
def gateways(tmp_path: Path) -> Iterator[TwoGateways]:
    """Mozambique counted 1200 skins out, South Africa 1198 in."""
    made = two_gateways.make(tmp_path)
    for country, other in zip(made.both, reversed(made.both), strict=True):
        with (country.directory / "conf/partners.toml").open("a", encoding="utf-8") as file:
            file.write(f'mismatch_address = "{other.plan.public_address}/epix/mismatches"\n')
    records = resources.files("adapters.national.examples") / "mozambique.json"
    token = tmp_path / "token"
    token.write_text(
        next(each["token"] for each in json.loads(records.read_text()) if each["number"] == NUMBER)
    )
    with resources.as_file(records) as file:
        epix(made.mozambique, "publish", file)
    confirm(made.mozambique.directory, "mz-customs", "1200", "MZ")
    mozambique, south_africa = (build(country.settings) for country in made.both)
    with mozambique, south_africa, served(mozambique), served(south_africa):
        with_token = ("MZ", NUMBER, "--token-file", token)
        epix(made.south_africa, "ask", *with_token)
        counted = ("A=1198", "--person", "P. Naidoo")
        epix(made.south_africa, "confirm", *with_token[:2], *counted, *with_token[2:])
        epix(made.south_africa, "outbox", "deliver")
        yield made


def reported(country: Country, part: str, folder: Path) -> tuple[str, str]:
    """Quantity and basis of the line in the annual report of this year."""
    year, code = f"{datetime.now(UTC):%Y}", country.plan.country.text
    CliRunner().invoke(
        app, ["report", year, "--out", str(folder / code), "--dir", str(country.directory)]
    )
    rows, basis = (
        list(csv.DictReader((folder / code / f"{code}-{year}-{name}.csv").read_text().splitlines()))
        for name in (part, f"{part}-basis")
    )
    ((row, beside),) = [
        (row, beside)
        for row, beside in zip(rows, basis, strict=True)
        if (beside["Permit"], beside["Line"]) == (NUMBER, "A")
    ]
    return row["Quantity"], beside["Basis"]


def test_a_difference_is_settled_in_both_gateways(gateways: TwoGateways, tmp_path: Path) -> None:
    mz, za = gateways.both
    share(mz)
    share(za)
    assert [(each["ours"], each["theirs"]) for each in (shared(mz), shared(za))] == [
        ("1200 NAR", "1198 NAR"),
        ("1198 NAR", "1200 NAR"),
    ]
    alone = act(mz, "settle", *OF_MZ, "1199", "--partner-person", "P. Naidoo", status=28)
    assert "settles in its own gateway" in alone
    act(mz, "propose", *OF_MZ, "1200")
    assert "does not follow" in act(mz, "agree", *OF_MZ, "1200", status=28)  # its own proposal
    share(mz)
    act(za, "disagree", *OF_ZA)
    act(za, "propose", *OF_ZA, "1199", status=28)  # Mozambique numbers the acts
    share(za)
    act(za, "propose", *OF_ZA, "1199")
    assert reported(za, "imports", tmp_path / "before") == ("1198", "counted")
    share(za)
    share(za)  # nothing is told twice
    assert "changed meanwhile" in act(mz, "agree", *OF_MZ, "1198", status=28)
    act(mz, "agree", *OF_MZ, "1199.0")
    share(mz)
    first, second = shared(mz), shared(za)
    assert first["state"] == second["state"] == "agreed"
    assert [each["kind"] for each in first["acts"]] == [
        *("proposed", "disagreed", "proposed", "agreed")
    ]
    assert [each["id"] for each in first["acts"]] == [each["id"] for each in second["acts"]]
    assert [each["person"] for each in second["acts"]] == [None, "A. Person", "A. Person", None]
    assert reported(mz, "exports", tmp_path / "after") == ("1199", "agreed")
    assert reported(za, "imports", tmp_path / "after") == ("1199", "agreed")
    for country in gateways.both:
        assert json.loads(epix(country, "report", "mismatches", "list", "--json")) == []
        words = ("--operation", "MismatchAgreed", "--json")
        assert len(json.loads(epix(country, "journal", "search", *words))) == 1
