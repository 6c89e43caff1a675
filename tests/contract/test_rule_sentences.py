"""Sentences of the rules: in each language with the same places, and each said by a rule."""

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from gateway.domain.codes import Language
from gateway.domain.rules.registry import registered_rules, sentences
from tests.contract import sources

RULES = Path("gateway/domain/rules")
PLACE = re.compile(r"\{(\w+)\}")
BUILDERS = {"error", "risk", "warning", "info"}
"""Functions of `gateway.domain.rules.finding` that make a finding of rule, sentence and words."""
ARGUMENTS = {"box", "position", "value", "expected"}


def rows(name: str) -> list[dict[str, str]]:
    with (sources.ROOT / RULES / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for file in sources.files():
        if file.is_relative_to(RULES):
            yield file, sources.tree(file)


def literals(node: ast.expr) -> set[str]:
    """Texts that an argument can be: one, or two of a condition; none for a name."""
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp():
            return literals(node.body) | literals(node.orelse)
        case _:
            return set()


def calls() -> Iterator[tuple[str, ast.Call]]:
    for file, tree in trees():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in BUILDERS
                and len(node.args) >= 2
            ):
                yield f"{file}:{node.lineno}", node


def test_every_sentence_stands_once_in_each_language_with_the_same_places() -> None:
    of_file = rows("sentences.csv")
    assert len({(row["rule"], row["sentence"]) for row in of_file}) == len(of_file) > 50
    for row in of_file:
        assert list(row) == ["rule", "sentence", *get_args(Language)]
        texts = [row[language] for language in get_args(Language)]
        assert all(text.endswith(".") and text == " ".join(text.split()) for text in texts), row
        assert len({frozenset(PLACE.findall(text)) for text in texts}) == 1, row
        assert len(set(texts)) == len(texts), row


def test_every_sentence_that_a_rule_says_exists_with_its_words() -> None:
    said = 0
    for place, call in calls():
        words = {word.arg for word in call.keywords if word.arg} - ARGUMENTS
        for rule in literals(call.args[0]):
            for sentence in literals(call.args[1]):
                said += 1
                assert (rule, sentence) in sentences(), place
                places = set(PLACE.findall(sentences()[rule, sentence].english))
                assert places - ARGUMENTS == words, place
    assert said > 50, "the calls are not seen"


def test_every_sentence_is_said_by_a_rule() -> None:
    texts = {
        node.value
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    unsaid = [key for key in sentences() if not set(key) <= texts]
    assert not unsaid


def test_every_sentence_belongs_to_a_registered_rule() -> None:
    assert {rule for rule, _ in sentences()} <= set(registered_rules())
