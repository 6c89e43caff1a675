"""Rules that need reference data: each finds its failing document, and passes the other."""

from collections import Counter
from typing import get_args

import pytest

from gateway.domain.codes import Language
from gateway.domain.permit.permit import Permit
from gateway.domain.rules import Finding, findings, reference_data
from gateway.domain.rules.reference_data import RULES
from gateway.domain.rules.registry import sentences
from tests.domain.references.chain_pairs import IN_ORDER
from tests.domain.references.reference_pairs import HISTORY, PAIRS, REFERENCES
from tests.domain.rules.pair import ANAC, Pair, boxes_that_differ

EACH = pytest.mark.parametrize("pair", PAIRS, ids=str)
ALSO_OF_THE_PERMIT_ALONE = {"F12", "C09", "C14", "C15"}
"""Rules of which one half reads the permit alone."""
RULES_OF_DATA = {pair.rule for pair in PAIRS}
OF_REPORT_ROWS = {("C08", "appendix-of-row"), ("Q06", "all-reexports")}
"""Sentences on rows of an annual report: tests/domain/report, tests/cli/test_trace_commands.py."""


def found(permit: Permit, pair: Pair) -> tuple[Finding, ...]:
    return reference_data.reference_findings(permit, pair.authority, REFERENCES, HISTORY)


@EACH
def test_the_failing_document_is_found_with_box_line_and_severity(pair: Pair) -> None:
    said = [
        (each.rule, each.sentence, each.severity, each.box, each.position)
        for each in found(pair.failing, pair)
    ]
    assert (pair.rule, pair.sentence, pair.severity, pair.box, pair.line) in said


@EACH
def test_the_passing_document_passes(pair: Pair) -> None:
    said = [(each.rule, each.sentence) for each in found(pair.passing, pair)]
    assert (pair.rule, pair.sentence) not in said


@EACH
def test_the_two_documents_differ_in_one_box(pair: Pair) -> None:
    assert len(boxes_that_differ(pair.passing, pair.failing)) == 1


@EACH
def test_without_reference_data_nothing_is_said(pair: Pair) -> None:
    alone = findings(pair.failing, pair.authority)
    assert (pair.rule, pair.sentence) not in [(each.rule, each.sentence) for each in alone]


@EACH
def test_a_finding_is_a_sentence_for_a_person_in_each_language(pair: Pair) -> None:
    for finding in found(pair.failing, pair):
        texts = [finding.text(language) for language in get_args(Language)]
        assert len(set(texts)) == len(texts)
        for text in texts:
            assert text.endswith(".") and "None" not in text and "  " not in text


def test_every_sentence_of_these_rules_has_a_pair() -> None:
    rules = RULES_OF_DATA - ALSO_OF_THE_PERMIT_ALONE
    wanted = {key for key in sentences() if key[0] in rules} - OF_REPORT_ROWS
    said = {(pair.rule, pair.sentence) for pair in PAIRS}
    assert wanted == {key for key in said if key[0] not in ALSO_OF_THE_PERMIT_ALONE}
    assert {rule for rule, _ in said} >= ALSO_OF_THE_PERMIT_ALONE


def everything() -> Counter[Finding]:
    return Counter(finding for pair in PAIRS for finding in found(pair.failing, pair))


ALL = everything()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_that_is_switched_off_turns_its_own_documents_red_and_no_others(
    rule: reference_data.ReferenceRule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference_data, "RULES", tuple(each for each in RULES if each is not rule))
    gone = ALL - everything()
    assert gone
    assert len({finding.rule for finding in gone}) == 1
    assert ALL - gone == everything()


@pytest.mark.parametrize("permit", IN_ORDER.values(), ids=list(IN_ORDER))
def test_a_chain_in_order_has_no_finding(permit: Permit) -> None:
    said = reference_data.reference_findings(permit, ANAC, REFERENCES, HISTORY)
    assert not {each.rule for each in said} & {"C12", "Q05", "Q06"}


def test_each_rule_names_its_source() -> None:
    assert all("Source:" in (rule.__doc__ or "") for rule in RULES)
