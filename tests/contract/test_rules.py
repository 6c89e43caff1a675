"""Registry of the rules: 85 of 85 and our own, each met by something that is there, with its test.

The registry is `gateway/domain/rules/rules.csv`; `epix-gateway rules` shows it.
"""

import ast
import csv
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from gateway.domain import rules
from gateway.domain.rules import reference_data
from gateway.domain.rules.registry import Layer, RegisteredRule, registered_rules
from gateway.domain.rules.report.report import REPORT_RULES, SEQUENCE_RULES
from gateway.domain.rules.report.rows import ROW_RULES
from gateway.domain.rules.severity import Severity
from tests.contract import sources
from tests.contract.test_rule_sentences import BUILDERS, calls, literals
from tests.domain.references import reference_pairs
from tests.domain.rules import test_pairs
from tests.programs import unavailable

PAIRS = (*test_pairs.PAIRS, *reference_pairs.PAIRS)
PUBLISHED = Path(__file__).parents[3] / "shared" / "domain" / "rules.csv"
OUR_OWN = {"C20", "T01", "T02", "T03"}
"""Rules for kinds of document and the age of reference data, beside the 85."""
PARTS = {"F": 15, "V": 10, "Q": 9, "K": 9, "C": 20, "S": 8, "R": 10, "E": 5, "T": 3}
EACH = pytest.mark.parametrize("rule", registered_rules().values(), ids=lambda rule: rule.code)


def test_there_are_85_rules_and_four_of_our_own() -> None:
    wanted = {f"{part}{at:02}" for part, last in PARTS.items() for at in range(1, last + 1)}
    assert set(registered_rules()) == wanted
    assert len(wanted - OUR_OWN) == 85


SEVERITIES = {
    "block": Severity.ERROR,
    "primary": Severity.ERROR,
    "process": Severity.ERROR,
    "must": Severity.ERROR,
    "design": Severity.ERROR,
    "should": Severity.WARNING,
}
OTHERWISE = {"V06": Severity.RISK, "Q07": Severity.ERROR}
"""V06: a document does not show whether the import permit was only left out. Q07: specimens are
counted in whole numbers, on permits as in confirmations."""


def test_the_severities_are_those_of_the_published_table() -> None:
    if not PUBLISHED.is_file():
        unavailable("the table of rules is not beside this checkout")
    with PUBLISHED.open(encoding="utf-8", newline="") as lines:
        severities = {row["id"]: row["severity"] for row in csv.DictReader(lines)}
    assert set(severities) == set(registered_rules()) - OUR_OWN
    for rule, severity in severities.items():
        expected = SEVERITIES.get(severity) or Severity(severity)
        assert registered_rules()[rule].severity is OTHERWISE.get(rule, expected), rule


@EACH
def test_a_rule_is_met_by_what_is_there(rule: RegisteredRule) -> None:
    assert rule.met_by
    for place in rule.met_by:
        module, _, names = place.partition(":")
        found: object = import_module(module)
        for name in names.split("."):
            found = getattr(found, name)
        assert callable(found), place


@EACH
def test_a_rule_has_a_title_in_each_language_and_a_source(rule: RegisteredRule) -> None:
    titles = {rule.english, rule.french, rule.spanish}
    assert len(titles) == 3
    assert all(title == " ".join(title.split()) and title[-1] != "." for title in titles)
    assert rule.source


def functions(table: tuple[object, ...]) -> set[str]:
    return {f"{each.__module__}:{each.__name__}" for each in table}  # type: ignore[attr-defined]


def test_every_function_that_judges_belongs_to_one_rule() -> None:
    of_reports = (*ROW_RULES, *REPORT_RULES, *SEQUENCE_RULES)
    judging = functions((*rules.RULES, *reference_data.RULES, *of_reports))
    named = [place for rule in registered_rules().values() for place in rule.met_by]
    assert {place: named.count(place) for place in judging} == dict.fromkeys(judging, 1)


def said_by(function: str) -> set[str]:
    """The rules whose findings a function makes, itself or by functions of its module."""
    module, _, name = function.partition(":")
    tree = sources.tree(Path(*module.split(".")).with_suffix(".py"))
    below = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    found: set[str] = set()
    waiting = [name]
    while waiting:
        node = below.pop(waiting.pop(), None)
        for each in ast.walk(node) if node else ():
            if isinstance(each, ast.Call) and isinstance(each.func, ast.Name):
                waiting.append(each.func.id)
                if each.func.id in BUILDERS and each.args:
                    found |= literals(each.args[0])
            elif isinstance(each, ast.Name):
                waiting.append(each.id)
    return found


@EACH
def test_a_function_of_a_rule_makes_findings_of_that_rule_alone(
    rule: RegisteredRule,
) -> None:
    for place in rule.met_by:
        is_judging = place.startswith("gateway.domain.rules.") and ".use:" not in place
        if is_judging and rule.code not in {"R04", "R09"}:
            assert said_by(place) == {rule.code}, place


def severities_found() -> Iterator[tuple[str, Severity]]:
    """Rule and severity of each pair of documents, and of each call that makes a finding."""
    for pair in PAIRS:
        yield pair.rule, pair.severity
    for _, call in calls():
        assert isinstance(call.func, ast.Name)
        for rule in literals(call.args[0]):
            yield rule, Severity(call.func.id)


def test_the_severity_of_a_rule_is_that_of_its_gravest_finding() -> None:
    order = list(Severity)
    gravest: dict[str, Severity] = {}
    for rule, severity in severities_found():
        gravest[rule] = min(gravest.get(rule, severity), severity, key=order.index)
    registered = {code: rule.severity for code, rule in registered_rules().items()}
    assert gravest.items() <= registered.items()
    mechanisms = {"R04", "V09", "V10", "C19", "E01", "E02", "E03", "E04", "E05"}
    assert set(registered) - set(gravest) == mechanisms


def names_in(file: str) -> set[str]:
    path = sources.ROOT / file
    return {
        node.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }


@EACH
def test_a_rule_has_its_test(rule: RegisteredRule) -> None:
    file, _, name = rule.tested_by.partition("::")
    if file.endswith("_pairs.py"):
        module = import_module(file.removesuffix(".py").replace("/", "."))
        assert rule.code in {pair.rule for pair in module.PAIRS}
    elif name:
        assert name in names_in(file)
    else:
        assert f'"{rule.code}"' in (sources.ROOT / file).read_text(encoding="utf-8")


def test_a_document_rule_has_a_document_that_passes_and_one_that_fails() -> None:
    paired = {pair.rule for pair in PAIRS}
    of_documents = {
        code for code, rule in registered_rules().items() if rule.layer is Layer.DOCUMENT
    }
    assert of_documents <= paired


DOCS = sources.ROOT / "docs" / "national-records.md"


def test_the_documentation_lists_the_rules_on_documents() -> None:
    rows = re.findall(r"^\| ([A-Z][0-9]{2}) \| (\w+) \| (.+) \|$", DOCS.read_text(), re.MULTILINE)
    assert rows == [
        (code, rule.severity.value, rule.english)
        for code, rule in registered_rules().items()
        if rule.layer is Layer.DOCUMENT
    ]
