"""Sentences of the pages for people, as they stand in templates and in the program."""

import ast
import re
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


_OF_OFFICERS = re.compile(
    r"web/(templates/)?(customs|mail_answers|people)/|(domain|exchange|store)/people/"
    r"|(domain|exchange)/(customs|declarations|mail_questions)/"
)
"""Files whose sentences stand on the pages that a customs officer sees."""


def sentences() -> dict[str, str]:
    """English sentence -> where it stands first."""
    return {text: places[0] for text, places in _places().items()}


@cache
def officers_sentences() -> set[str]:
    """Sentences of the pages that a customs officer sees, with the whole navigation."""
    of_pages = {text for text, places in _places().items() if any(map(_OF_OFFICERS.match, places))}
    return of_pages | _of_navigation()


def folders_whose_area_names(name: str) -> set[str]:
    """Folders of `web` with an area that names something of the program."""
    return {
        file.parent.name
        for file in (ROOT / "web").rglob("*.py")
        for call in _calls(file, "Area")
        if name in {each.id for each in ast.walk(call) if isinstance(each, ast.Name)}
    }


def _of_navigation() -> set[str]:
    return {
        str(sentence.args[0].value)
        for file in (ROOT / "web").rglob("*.py")
        for entry in _calls(file, "Entry")
        for sentence in _calls_in(entry, "Sentence")
        if isinstance(sentence.args[0], ast.Constant)
    }


def _calls(file: Path, name: str) -> list[ast.Call]:
    return _calls_in(ast.parse(file.read_text("utf-8")), name)


def _calls_in(tree: ast.AST, name: str) -> list[ast.Call]:
    return [
        each
        for each in ast.walk(tree)
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == name
    ]


@cache
def _places() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for method, places in (("templates", _TEMPLATES), ("program", _PROGRAM)):
        keywords = {"gettext": None, "_": None} if method == "templates" else {"Sentence": None}
        for file, line, message, _, _ in extract_from_dir(
            ROOT, method_map=places, options_map=_OPTIONS, keywords=keywords
        ):
            text = message[0] if isinstance(message, tuple) else message
            if text:
                found.setdefault(text, []).append(f"{file}:{line}")
    return found
