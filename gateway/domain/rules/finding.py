"""Finding of a rule: box, line, severity, and a sentence with the expected value."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.identifiers import Authority
from gateway.domain.permit.permit import Permit


class Severity(StrEnum):
    """Severity of a finding."""

    ERROR = "error"
    """The document is invalid under a text, and is not published."""
    WARNING = "warning"
    """A partner will ask; a person should look."""
    INFO = "info"
    """Worth knowing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding of a rule.

    rule: id of the rule (`F04`).  text: sentence for a person with problem and expected value.
    box: of the CITES form.  position: letter of the line, None where it is about the whole form.
    """

    rule: str
    severity: Severity
    text: str
    box: str
    position: str | None = None


Rule = Callable[[Permit, Authority], Iterator[Finding]]


def error(rule: str, text: str, *, box: str, position: str | None = None) -> Finding:
    """Return a finding that blocks publication."""
    return Finding(rule, Severity.ERROR, text, box, position)


def warning(rule: str, text: str, *, box: str, position: str | None = None) -> Finding:
    """Return a finding that a person should look at."""
    return Finding(rule, Severity.WARNING, text, box, position)


def info(rule: str, text: str, *, box: str, position: str | None = None) -> Finding:
    """Return a finding for information."""
    return Finding(rule, Severity.INFO, text, box, position)
