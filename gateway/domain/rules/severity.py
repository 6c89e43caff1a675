"""Severity of a finding, from gravest to lightest."""

from enum import StrEnum


class Severity(StrEnum):
    """Severity of a finding; the members stand in order, the gravest first."""

    ERROR = "error"
    """The document is invalid under a text, and is not published."""
    RISK = "risk"
    """The issuing authority has to be asked before the document is relied on."""
    WARNING = "warning"
    """A partner will ask; a person should look."""
    INFO = "info"
    """Worth knowing."""
