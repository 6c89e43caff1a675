"""Wording of errors: a sentence for a person, values for a program."""

from gateway import bootstrap
from gateway.domain.codes import Language
from gateway.domain.errors import DocumentInvalid, GatewayError, RecordInvalid, ReferenceDataInvalid
from gateway.domain.rules.finding import Finding, Severity

MARKS = {
    Severity.ERROR: ("✗", "red"),
    Severity.RISK: ("?", "bold yellow"),
    Severity.WARNING: ("!", "yellow"),
    Severity.INFO: ("·", "dim"),
}
"""Severity -> sign and colour of the line that a person sees."""

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
    "partner_incident",
    "problem",
)


def sentence(error: GatewayError, language: Language = "english") -> str:
    """The error's text, after the place of the error and before the expected value.

    language: of the sentence, where a rule has it in several.
    """
    places: list[tuple[str, object]] = []
    if isinstance(error, RecordInvalid | ReferenceDataInvalid):
        places += [("", error.file), ("row ", error.row), ("field ", error.field)]
    places += [("line ", error.position), ("box ", _box(error))]
    if isinstance(error, DocumentInvalid):
        places += [("at ", error.path), ("text line ", error.line)]
    where = ", ".join(f"{name}{value}" for name, value in places if value is not None)
    expected = getattr(error, "expected", None)
    text = error.sentence(language) if isinstance(error, RecordInvalid) else error.text
    return (f"{where}: " if where else "") + text + (f" Expected: {expected}." if expected else "")


def box_of_record(box: str | None, position: str | None, field: str | None) -> str | None:
    """The box with the fields of a national record that fill it, where no field is named."""
    fields = bootstrap.fields_of_box(box, line=position is not None) if box and not field else ()
    return f"{box} ({', '.join(fields)})" if fields else box


def _box(error: GatewayError) -> str | None:
    if isinstance(error, RecordInvalid):
        return box_of_record(error.box, error.position, error.field)
    return error.box


def described(error: GatewayError) -> dict[str, object]:
    """The error for a program: code, text, and every place that it names."""
    named = {place: getattr(error, place, None) for place in _PLACES}
    return {"code": error.code, "text": error.text} | {
        place: value for place, value in named.items() if value is not None
    }


def finding_as_json(finding: Finding, language: Language = "english") -> dict[str, object]:
    """The finding of a rule for a program; `line` is the letter of the line of the permit."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "box": finding.box,
        "line": finding.position,
        "value": finding.value,
        "expected": finding.expected,
        "text": finding.text(language),
        "source": finding.source,
    }
