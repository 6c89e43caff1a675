"""Wording of mistakes in a configuration file: the key as people spell it, and what it expects."""

import difflib
from collections.abc import Sequence
from typing import get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from gateway.settings.reading.lines import Place, place_at
from gateway.settings.reading.toml import Mistake

_EXPECTED = {
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "string_type": "must be a text in quotes",
    "tuple_type": "must be a list in [ ]",
    "frozen_set_type": "must be a list in [ ]",
    "model_type": "must be a table",
    "too_short": "must hold at least {min_length}",
    "too_long": "must hold at most {max_length}",
    "string_too_short": "must not be empty",
    "string_too_long": "must be at most {max_length} characters",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
    "finite_number": "must be a finite number",
}


def place_below(key: str | None) -> Place:
    """Path of a dotted key: `partner.0.key`."""
    return tuple(int(step) if step.isdigit() else step for step in key.split(".")) if key else ()


def place_of(detail: ErrorDetails) -> Place:
    """Path to the value that an error of pydantic is about."""
    return (*detail["loc"], *place_below(detail.get("ctx", {}).get("key")))


def spelled(place: Place) -> str:
    """`partner[2].country`, counted from one as people do."""
    steps = [f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in place]
    return "".join(steps).removeprefix(".")


def said_of(mistake: Mistake, text: str) -> tuple[str | None, str]:
    """Key of a line that is no TOML, where it has one, and what is said. text: of the file."""
    if mistake.key is None:
        return None, mistake.text
    key = spelled(place_at(text, mistake.line, mistake.key))
    return key, f"{key} {mistake.text}"


def expected_there(detail: ErrorDetails, place: Place, root: type[BaseModel]) -> str:
    """The rest of the sentence that begins with the key. root: the model that was read."""
    error, context = detail["type"], detail.get("ctx", {})
    if error == "wrong":
        return str(context["expected"])
    if error == "missing":
        return "is missing"
    if error == "extra_forbidden":
        return (
            f"is not a key that is known here{near_hint(str(place[-1]), _keys_beside(place, root))}"
        )
    text = _EXPECTED.get(error, "is not what is expected here").format_map(context)
    return text.replace("'", "")


def near_hint(word: str, known: Sequence[str]) -> str:
    """A hint at the known name that is spelled most alike; empty where none is near."""
    near = difflib.get_close_matches(word, known, 1)
    return f" (perhaps {near[0]} is meant)" if near else ""


def _keys_beside(place: Place, section: type[BaseModel]) -> tuple[str, ...]:
    """Keys that are known in the table of a place. section: the model at the root."""
    for step in place[:-1]:
        if isinstance(step, str):
            annotation = section.model_fields[step].annotation
            inner = next((one for one in get_args(annotation) if isinstance(one, type)), annotation)
            if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
                return ()
            section = inner
    return tuple(section.model_fields)
