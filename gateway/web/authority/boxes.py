"""Boxes of a permit for a page: number, label, and lines of text, in a language."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from gateway.domain.codes import CodeListName, Language, code_name, form_wording
from gateway.domain.paper.boxes import HEAD, LINE, PaperBox
from gateway.domain.permit.permit import Permit

LANGUAGES: Mapping[str, Language] = {"en": "english", "fr": "french", "es": "spanish"}
"""Tag of a page -> language of the code lists."""

_Of = TypeVar("_Of")


@dataclass(frozen=True, slots=True)
class BoxRow:
    """A box that is filled in. box: its number, empty for the letter of a line."""

    box: str
    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PermitBoxes:
    """Boxes of a permit: of the whole, and of each line by its letter."""

    head: tuple[BoxRow, ...]
    lines: tuple[tuple[str, tuple[BoxRow, ...]], ...]


def boxes_of(permit: Permit, tag: str) -> PermitBoxes:
    """The boxes of a permit that are filled in. tag: language of the page."""
    language = LANGUAGES[tag]
    lines = ((line.id, tuple(_rows(LINE[1:], line, language))) for line in permit.positions)
    return PermitBoxes(tuple(_rows(HEAD, permit, language)), tuple(lines))


def _rows(table: Iterable[PaperBox[_Of]], of: _Of, language: Language) -> Iterator[BoxRow]:
    for row in table:
        if texts := tuple(_texts(row.find(of), row.codes, language)):
            yield BoxRow(row.box, form_wording()[row.word].name(language), texts)


def _texts(
    found: str | datetime | bool | Iterable[str | None] | None,
    codes: CodeListName | None,
    language: Language,
) -> Iterator[str]:
    if found is None or found is False or found == "":
        return
    if found is True:
        yield "X"
    elif isinstance(found, datetime):
        yield found.date().isoformat()
    elif isinstance(found, str):
        yield _named(found, codes, language)
    else:
        for each in found:
            if each:
                yield _named(each, codes, language)


def _named(text: str, codes: CodeListName | None, language: Language) -> str:
    """A code with its name in the language; another text as it is."""
    name = code_name(codes, text, language) if codes else None
    return f"{text} ({name})" if name else text
