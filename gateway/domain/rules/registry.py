"""Registry of the rules and their sentences, in English, French, Spanish and Portuguese.

`rules.csv` has a row for each rule, `sentences.csv` one for each sentence that a rule can say. A
sentence has places in braces: `{value}` and `{expected}`, and others that its rule names.
"""

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

from gateway.domain.codes import Code, names_of
from gateway.domain.rules.severity import Severity


class Layer(StrEnum):
    """The kind of thing that a rule looks at."""

    DOCUMENT = "document"
    """A permit on its own, or with listings and other reference data."""
    ROW = "row"
    """A row of the annual report, or the rows of one report together."""
    EXCHANGE = "exchange"
    """A permit in use: confirmations, other documents, what was exchanged before."""
    MECHANISM = "mechanism"
    """The gateway itself: no permit can show whether the rule is kept."""


@dataclass(frozen=True, slots=True)
class RegisteredRule(Code):
    """A rule. code: its id (`F04`).  The names are its title.

    severity: of its gravest finding.
    source: text that the rule comes from: article, box, resolution.
    met_by: module and function that hold the rule, as `gateway.domain.rules.form:name`.
    tested_by: file with a document that it passes and one that it fails, or with its test, which
    follows after two colons.
    """

    layer: Layer
    severity: Severity
    source: str
    met_by: tuple[str, ...]
    tested_by: str


def _rows(name: str) -> list[dict[str, str]]:
    file = resources.files(__package__).joinpath(name)
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


@cache
def registered_rules() -> dict[str, RegisteredRule]:
    """Return every rule by its id."""
    return {
        row["rule"]: RegisteredRule(
            row["rule"],
            *names_of(row),
            Layer(row["layer"]),
            Severity(row["severity"]),
            row["source"],
            tuple(row["met_by"].split()),
            row["tested_by"],
        )
        for row in _rows("rules.csv")
    }


@cache
def sentences() -> dict[tuple[str, str], Code]:
    """Return every sentence by rule and key (`("F04", "issue-date-missing")`)."""
    return {
        (row["rule"], row["sentence"]): Code(row["sentence"], *names_of(row))
        for row in _rows("sentences.csv")
    }
