"""In which words does an error leave: for a person, for a program?"""

from gateway.domain.errors import GatewayError

_PLACES = ("position", "box", "file", "line", "row", "key", "field", "path", "expected", "partner_code")


def sentence(error: GatewayError) -> str:
    """The error's sentence, led by the line and box it blames."""
    where = [f"line {error.position}"] if error.position else []
    where += [f"box {error.box}"] if error.box else []
    return f"{', '.join(where)}: {error.text}" if where else error.text


def described(error: GatewayError) -> dict[str, object]:
    """The error as a program reads it: code, text, and every place that it names."""
    named = {place: getattr(error, place, None) for place in _PLACES}
    return {"code": error.code, "text": error.text} | {
        place: value for place, value in named.items() if value is not None
    }
