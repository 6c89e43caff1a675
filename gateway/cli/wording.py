"""In which words does an error leave: for a person, for a program?"""

from gateway.domain.errors import DocumentInvalid, GatewayError, RecordInvalid

_PLACES = ("position", "box", "file", "line", "row", "key", "field", "path", "expected", "partner_code", "trouble")


def sentence(error: GatewayError) -> str:
    """The error's text, led by the place it blames and followed by what belongs there."""
    places: list[tuple[str, object]] = []
    if isinstance(error, RecordInvalid):
        places += [("", error.file), ("row ", error.row), ("field ", error.field)]
    places += [("line ", error.position), ("box ", error.box)]
    if isinstance(error, DocumentInvalid):
        places += [("at ", error.path), ("text line ", error.line)]
    where = ", ".join(f"{name}{value}" for name, value in places if value is not None)
    expected = error.expected if isinstance(error, RecordInvalid) else None
    return (f"{where}: " if where else "") + error.text + (f" Expected: {expected}." if expected else "")


def described(error: GatewayError) -> dict[str, object]:
    """The error as a program reads it: code, text, and every place that it names."""
    named = {place: getattr(error, place, None) for place in _PLACES}
    return {"code": error.code, "text": error.text} | {
        place: value for place, value in named.items() if value is not None
    }
