"""`trace`, `risk`, `inspections`: what a person reads, what a program reads, files, exits."""

import csv
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.bootstrap import build
from gateway.domain.permit.party import Signatory
from gateway.domain.permit.permit import Permit
from gateway.domain.trace.named import DocumentName
from gateway.exchange.ports import NationalRecord
from gateway.settings import load_settings
from tests.builders import EXPORTER, IMPORTER
from tests.cli.conftest import Call
from tests.domain.trace.documents import box_12, export, line, reexport

pytestmark = pytest.mark.slow

ORIGIN = DocumentName("MZ", "MZ26EX000801")
FIRST = DocumentName("MZ", "MZ26RX000801")
EVIL = "=cmd|' /C calc'!A0"


def dated(permit: Permit) -> Permit:
    """The permit as Mozambique issued it yesterday."""
    at = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0)
    at -= timedelta(days=1)
    lines = [replace(each, origin=None) for each in permit.positions]
    return replace(
        permit,
        exporter=EXPORTER,
        importer=IMPORTER,
        issuer=Signatory("C", party=permit.issuer.party if permit.issuer else None),
        issued_at=at,
        valid_from=at.replace(hour=0),
        valid_until=at.replace(hour=0) + timedelta(days=150),
        positions=permit.positions if permit.type == "REEXPORT" else tuple(lines),
    )


@pytest.fixture
def house(tmp_path: Path, made_directory: Path) -> Path:
    """Five came home to Mozambique on a permit of ours, six leave again."""
    directory = Path(shutil.copytree(made_directory, tmp_path / "mz", symlinks=True))
    with build(load_settings(directory, {})) as gateway:
        for permit in (
            export(line("5"), name=ORIGIN),
            reexport(line("6", origin=box_12(ORIGIN), marks=(EVIL,)), name=FIRST),
        ):
            gateway.permits.publish.publish(NationalRecord("a.json", 1, dated(permit), None))
    return directory


def test_too_much_is_told_with_its_path(house: Path, call: Call) -> None:
    answer = call("trace", "mz", FIRST.number, "--dir", house)
    assert answer.status == 1, answer.err
    assert "TOO MUCH: MZ MZ26EX000801, Crocodylus niloticus SKI: 5 NAR came in" in answer.out
    assert "path: MZ MZ26RX000801 > MZ MZ26EX000801" in answer.out
    found = call("trace", "show", "MZ", FIRST.number, "--dir", house, "--json").json
    assert found["balances"][0]["excess"] == "1 NAR"
    assert [each["closes"] for each in found["chains"]] == [True]
    assert call("trace", "MZ", "MZ26RX0000", "--dir", house).status == 24
    whole = call("trace", "share", f"{datetime.now(UTC) - timedelta(days=1):%Y}", "--dir", house)
    assert "1 of 1 re-exports" in whole.out
    assert "100.0 %" in whole.out


def test_the_annual_report_says_it_of_each_reexport_that_took_part(
    house: Path, call: Call, tmp_path: Path
) -> None:
    """Six and three leave of the five that came in."""
    second = DocumentName("MZ", "MZ26RX000802")
    with build(load_settings(house, {})) as gateway:
        permit = reexport(line("3", origin=box_12(ORIGIN)), name=second)
        gateway.permits.publish.publish(NationalRecord("a.json", 1, dated(permit), None))
    year = f"{datetime.now(UTC) - timedelta(days=1):%Y}"
    call("report", year, "--out", tmp_path / "out", "--dir", house)
    rows, findings = (
        list(csv.DictReader((tmp_path / f"out/MZ-{year}-{name}.csv").read_text().splitlines()))
        for name in ("exports-basis", "findings")
    )
    of_reexports = [row["Row"] for row in rows if row["Permit"] in (FIRST.number, second.number)]
    found = [each for each in findings if each["Rule"] == "Q06"]
    assert [each["Row"] for each in found] == of_reexports and len(found) == 2
    assert {(each["Value"], each["Expected"]) for each in found} == {("9 NAR", "5 NAR")}
    assert f"came in with MZ {ORIGIN.number}" in found[0]["Finding"]


def test_a_permit_of_the_origin_shows_the_reexports_that_name_it(house: Path, call: Call) -> None:
    found = call("trace", "MZ", ORIGIN.number, "--dir", house, "--json").json
    assert [each["number"] for each in found["other_reexports"]] == [FIRST.number]
    assert found["balances"][0]["standing"] == "over"
    assert found["closes"] is None


def test_every_indicator_is_shown_and_the_list_has_those_that_fired(
    house: Path, call: Call, tmp_path: Path
) -> None:
    found = call("risk", "MZ", FIRST.number, "--dir", house, "--json").json
    points = {each["indicator"]: each["points"] for each in found["indicators"]}
    assert points["more_than_came_in"] == 40
    assert len(points) == 10
    assert found["score"] == sum(points.values())
    assert "No suspensions were imported." in call("risk", "MZ", FIRST.number, "--dir", house).out
    file = tmp_path / "inspections.csv"
    listed = call("inspections", "list", "--csv", file, "--dir", house, "--json").json
    assert {each["number"] for each in listed} == {FIRST.number, ORIGIN.number}
    rows = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
    assert rows[0][:3] == ["Country", "Permit", "Score"]
    assert FIRST.number in {row[1] for row in rows}
    assert len(call("inspections", "list", "--top", "1", "--dir", house, "--json").json) == 1
    again = call("inspections", "list", "--csv", file, "--dir", house)
    assert "exists already" in again.err


def test_weights_are_those_of_the_settings(house: Path, call: Call) -> None:
    path = house / "conf/gateway.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("# more_than_came_in = 40", "more_than_came_in = 7"), encoding="utf-8"
    )
    found = call("risk", "MZ", FIRST.number, "--dir", house, "--json").json
    (weighed,) = [e for e in found["indicators"] if e["indicator"] == "more_than_came_in"]
    assert weighed["points"] == 7
    line_number = 1 + text.splitlines().index("# more_than_came_in = 40")
    for wrong in ("astrology = 7", "more_than_came_in = 1001", "more_than_came_in = -1"):
        changed = text.replace("# more_than_came_in = 40", wrong)
        path.write_text(changed, encoding="utf-8")
        answer = call("risk", "MZ", FIRST.number, "--dir", house)
        assert answer.status
        assert f"gateway.toml, line {line_number}: risk.{wrong.split()[0]}" in answer.err
