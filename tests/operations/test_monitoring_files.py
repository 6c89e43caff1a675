"""Rules for Prometheus and the dashboard: every metric in them is one that a gateway gives."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from gateway.exchange.alerts.alert import AlertKind
from tests.programs import program

ROOT = Path(__file__).parents[2]
RULES = ROOT / "conf/prometheus-rules.yml"
DASHBOARD = ROOT / "conf/grafana-dashboard.json"
_NAME = re.compile(r"\bepix_[a-z_]+")


def expressions() -> list[str]:
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    return [target["expr"] for panel in panels for target in panel["targets"]]


def test_every_metric_of_rules_and_dashboard_is_described() -> None:
    described = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    rules = re.findall(r"expr: (.*)", RULES.read_text(encoding="utf-8"))
    names = {name for text in (*rules, *expressions()) for name in _NAME.findall(text)}
    assert {name for name in names if name.removesuffix("_bucket") not in described} == set()
    assert len(names) > 20


def test_every_kind_of_alert_has_a_rule() -> None:
    kinds = set(re.findall(r'kind="([a-z-]+)"', RULES.read_text(encoding="utf-8")))
    # A database that is away has a rule on a metric of its own.
    assert kinds == {kind.value for kind in AlertKind} - {AlertKind.DATABASE.value}


def test_no_panel_lies_on_another() -> None:
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]
    assert len(set(places)) == len(places) == len({panel["id"] for panel in panels})


@pytest.mark.slow
def test_the_rules_fire_when_they_should(tmp_path: Path) -> None:
    promtool = program("promtool", "prometheus")
    checked = subprocess.run(
        [promtool, "check", "rules", RULES], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    cases = (Path(__file__).parent / "prometheus-rules-test.yml").read_text(encoding="utf-8")
    (tmp_path / "test.yml").write_text(cases.replace("RULES", str(RULES)), encoding="utf-8")
    tested = subprocess.run(
        [promtool, "test", "rules", tmp_path / "test.yml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert tested.returncode == 0, tested.stdout + tested.stderr
