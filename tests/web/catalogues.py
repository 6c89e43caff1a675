"""Sentences of the pages for people, as they stand in templates and in the program."""

from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).parents[2] / "gateway"
_IN_ENGLISH_ALONE = ("portal", "samples", "check")
"""Folders of templates that no catalogue translates. The check page has its words in a script."""
_TEMPLATES = [
    (f"web/templates/{folder.name}/**.html", "jinja2")
    for folder in sorted((ROOT / "web/templates").iterdir())
    if folder.is_dir() and folder.name not in _IN_ENGLISH_ALONE
]
_PROGRAM = [("**.py", "python")]
_OPTIONS = {pattern: {"trimmed": "true", "silent": "false"} for pattern, _ in _TEMPLATES}


@cache
def sentences() -> dict[str, str]:
    """English sentence -> where it stands."""
    found: dict[str, str] = {}
    for method, places in (("templates", _TEMPLATES), ("program", _PROGRAM)):
        keywords = {"gettext": None, "_": None} if method == "templates" else {"Sentence": None}
        for file, line, message, _, _ in extract_from_dir(
            ROOT, method_map=places, options_map=_OPTIONS, keywords=keywords
        ):
            text = message[0] if isinstance(message, tuple) else message
            if text:
                found.setdefault(text, f"{file}:{line}")
    return found
