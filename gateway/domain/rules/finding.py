"""What a rule says about a permit: where, how grave, and what is expected instead."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.identifiers import Authority
from gateway.domain.permit import Permit


class Severity(StrEnum):
    """How grave a finding is."""

    ERROR = "error"
    """The document is invalid under a text; it is not published."""
    WARNING = "warning"
    """A partner will ask; a person should look."""
    INFO = "info"
    """Worth knowing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a rule found. text: a sentence for a person: what is wrong and what is expected.

    rule: its id (`F04`).  box: of the CITES form.  position: letter of the line, None where it is about the whole form.
    """

    rule: str
    severity: Severity
    text: str
    box: str
    position: str | None = None


Rule = Callable[[Permit, Authority], Iterator[Finding]]


def error(rule: str, text: str, *, box: str, position: str | None = None) -> Finding:
    """A finding that blocks publication."""
    return Finding(rule, Severity.ERROR, text, box, position)


def warning(rule: str, text: str, *, box: str, position: str | None = None) -> Finding:
    """A finding for a person to look at."""
    return Finding(rule, Severity.WARNING, text, box, position)


def info(rule: str, text: str, *, box: str, position: str | None = None) -> Finding:
    """A finding worth knowing."""
    return Finding(rule, Severity.INFO, text, box, position)
