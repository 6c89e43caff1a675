"""Rules on documents: each finds its failing document, passes the other, and stands alone."""

import ast
import inspect
import sys
from collections import Counter
from typing import get_args

import pytest

from gateway.domain import rules
from gateway.domain.codes import Language
from gateway.domain.rules import RULES, Finding, Severity, findings
from gateway.domain.rules.finding import Rule
from gateway.domain.rules.registry import registered_rules, sentences
from tests.domain.rules import consistency_pairs, form_pairs, period_pairs, quantity_pairs
from tests.domain.rules.pair import Pair, boxes_that_differ

PAIRS = (
    *form_pairs.PAIRS,
    *period_pairs.PAIRS,
    *quantity_pairs.PAIRS,
    *consistency_pairs.PAIRS,
)
EACH = pytest.mark.parametrize("pair", PAIRS, ids=str)


def functions_of(rule: str) -> set[Rule]:
    """The functions that the registry names for a rule, of those that judge every document."""
    names = set(registered_rules()[rule].met_by)
    return {each for each in RULES if f"{each.__module__}:{each.__name__}" in names}


OF_DOCUMENTS = {rule for rule in registered_rules() if functions_of(rule)}


@EACH
def test_the_failing_document_is_found_with_box_line_and_severity(pair: Pair) -> None:
    said = [
        (each.rule, each.sentence, each.severity, each.box, each.position)
        for each in findings(pair.failing, pair.authority)
    ]
    assert (pair.rule, pair.sentence, pair.severity, pair.box, pair.line) in said


@EACH
def test_the_passing_document_passes(pair: Pair) -> None:
    said = findings(pair.passing, pair.authority)
    assert not [each for each in said if each.rule == pair.rule]
    assert not [each for each in said if each.severity is Severity.ERROR]


@EACH
def test_the_two_documents_differ_in_one_box(pair: Pair) -> None:
    assert len(boxes_that_differ(pair.passing, pair.failing)) == 1


@EACH
def test_a_finding_is_a_sentence_for_a_person_in_each_language(pair: Pair) -> None:
    for finding in findings(pair.failing, pair.authority):
        texts = [finding.text(language) for language in get_args(Language)]
        assert len(set(texts)) == len(texts)
        for text in texts:
            assert text.endswith(".") and len(text) > 15
            assert "None" not in text and "  " not in text and " ," not in text


def test_every_document_rule_has_a_pair_at_its_gravest() -> None:
    gravest = {
        rule: min((pair.severity for pair in PAIRS if pair.rule == rule), key=list(Severity).index)
        for rule in {pair.rule for pair in PAIRS}
    }
    assert set(gravest) == OF_DOCUMENTS


def texts_of_the_rules() -> set[str]:
    """Every text that stands in a module of the rules that judge a document alone."""
    modules = {sys.modules[rule.__module__] for rule in RULES}
    trees = [ast.parse(inspect.getsource(module)) for module in modules]
    constants = (node for tree in trees for node in ast.walk(tree))
    return {str(node.value) for node in constants if isinstance(node, ast.Constant)}


@pytest.mark.slow
def test_every_sentence_of_a_document_rule_has_a_pair() -> None:
    texts = texts_of_the_rules()
    wanted = {key for key in sentences() if key[0] in OF_DOCUMENTS and key[1] in texts}
    assert wanted == {(pair.rule, pair.sentence) for pair in PAIRS}


def everything(pairs: tuple[Pair, ...]) -> Counter[Finding]:
    return Counter(finding for pair in pairs for finding in findings(pair.failing, pair.authority))


ALL = everything(PAIRS)


@pytest.mark.parametrize("rule", sorted(OF_DOCUMENTS))
def test_a_rule_that_is_switched_off_turns_its_own_documents_red_and_no_others(
    rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    off = functions_of(rule)
    monkeypatch.setattr(rules, "RULES", tuple(each for each in RULES if each not in off))
    left = everything(PAIRS)
    assert not [finding for finding in left if finding.rule == rule]
    assert left == Counter({each: count for each, count in ALL.items() if each.rule != rule})
