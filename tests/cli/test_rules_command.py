"""`rules`: the registry as a table, one rule in detail, and both for a program."""

import pytest

from gateway.domain.rules.registry import registered_rules
from tests.cli.conftest import Call


@pytest.mark.slow
def test_every_rule_is_in_the_table_with_the_place_that_holds_it(call: Call) -> None:
    told = call("rules", "--json").json
    assert [each["rule"] for each in told] == list(registered_rules())
    by_id = {each["rule"]: each for each in told}
    assert by_id["F04"]["met_by"] == ["gateway.domain.rules.form:dates_are_there"]
    assert by_id["F04"]["source"].startswith("50 CFR 23.23(c)(4)")
    shown = call("rules").out
    assert all(f" {rule} " in shown for rule in registered_rules())


@pytest.mark.parametrize(
    ("language", "title", "sentence", "severity"),
    [
        ("en", "Date of issue and last day", "The date of issue is missing.", "Severity: error"),
        ("fr", "Date de délivrance et", "La date de délivrance manque.", "Gravité: erreur"),
        ("es", "Fecha de expedición y", "Falta la fecha de expedición.", "Gravedad: error"),
    ],
)
def test_one_rule_is_shown_with_its_sentences_in_each_language(
    call: Call, language: str, title: str, sentence: str, severity: str
) -> None:
    answer = call("rules", "f04", "--lang", language)
    assert answer.status == 0
    for said in (title, sentence, severity, "tests/domain/rules/form_pairs.py"):
        assert said in answer.out
    told = call("rules", "F04", "--lang", language, "--json").json
    assert told["sentences"]["issue-date-missing"] == sentence
    assert (told["layer"], told["severity"]) == ("document", "error")


def test_a_rule_that_there_is_not(call: Call) -> None:
    answer = call("rules", "F99")
    assert answer.status == 1
    assert "There is no rule F99." in answer.err
    assert "F01 F02" in answer.err
