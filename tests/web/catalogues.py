"""Sentences of the pages for people, as they stand in templates and in the program."""

from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).parents[2] / "gateway"
_METHODS = [
    ("web/templates/people/**.html", "jinja2"),
    ("**.py", "python"),
]
_OPTIONS = {"web/templates/people/**.html": {"trimmed": "true", "silent": "false"}}


@cache
def sentences() -> dict[str, str]:
    """English sentence -> where it stands."""
    found: dict[str, str] = {}
    for method, places in (("templates", _METHODS[:1]), ("program", _METHODS[1:])):
        keywords = {"gettext": None, "_": None} if method == "templates" else {"Sentence": None}
        for file, line, message, _, _ in extract_from_dir(
            ROOT, method_map=places, options_map=_OPTIONS, keywords=keywords
        ):
            text = message[0] if isinstance(message, tuple) else message
            if text:
                found.setdefault(text, f"{file}:{line}")
    return found
