"""Wording of errors: a sentence for a person, values for a program."""

from gateway.domain.errors import DocumentInvalid, GatewayError, RecordInvalid, ReferenceDataInvalid
from gateway.domain.rules.finding import Finding

_PLACES = (
    "position",
    "box",
    "file",
    "line",
    "row",
    "key",
    "field",
    "path",
    "expected",
    "partner_code",
    "problem",
)


def sentence(error: GatewayError) -> str:
    """The error's text, after the place of the error and before the expected value."""
    places: list[tuple[str, object]] = []
    if isinstance(error, RecordInvalid | ReferenceDataInvalid):
        places += [("", error.file), ("row ", error.row), ("field ", error.field)]
    places += [("line ", error.position), ("box ", error.box)]
    if isinstance(error, DocumentInvalid):
        places += [("at ", error.path), ("text line ", error.line)]
    where = ", ".join(f"{name}{value}" for name, value in places if value is not None)
    expected = getattr(error, "expected", None)
    return (
        (f"{where}: " if where else "")
        + error.text
        + (f" Expected: {expected}." if expected else "")
    )


def described(error: GatewayError) -> dict[str, object]:
    """The error for a program: code, text, and every place that it names."""
    named = {place: getattr(error, place, None) for place in _PLACES}
    return {"code": error.code, "text": error.text} | {
        place: value for place, value in named.items() if value is not None
    }


def finding_as_json(finding: Finding) -> dict[str, object]:
    """The finding of a rule for a program; `position` is the letter of the line."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "box": finding.box,
        "position": finding.position,
        "text": finding.text,
    }
