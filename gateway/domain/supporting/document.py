"""Supporting document: a file that an authority keeps with a permit as its evidence.

The kinds are a code list of this gateway, as the Convention has none
(`codelists/supporting_documents.csv`). A document supports lines of the permit, or all of it.
"""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.codes import Code, code_list
from gateway.domain.foreign_text import first_unsafe
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.permit import Permit
from gateway.domain.supporting.content import FileType
from gateway.domain.supporting.refused import DocumentRefused
from gateway.domain.white_space import collapsed

LONGEST_NAME = 120
_NOT_IN_A_NAME = frozenset('/\\:*?"<>|')
"""Separators of paths, and characters that file systems of recipients refuse."""
_OF_DEVICES = frozenset({"con", "prn", "aux", "nul"})
"""Names that Windows takes for devices, with any ending."""

_NAME = Sentence(
    'The file needs a name of at most {most} letters, without / \\ : * ? " < > | and without'
    " hidden characters.",
    {"most": LONGEST_NAME},
)
_KIND = Sentence("Choose the kind of the document.")
_LINE = Sentence("The permit has no such line.")


@dataclass(frozen=True, slots=True)
class Removal:
    """Removal of a document: when, by which person, why. at: aware."""

    at: datetime
    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class SupportingDocument:
    """A document with its history. Its file stays in the store after its removal.

    kind: code of the list.  size: in bytes.  sha256: digest of the file, hex.
    lines: letters of the lines that it supports; empty: the whole permit.
    for_partners: travels with the permit to partners that may see it; else for authorities only.
    added_by: the person.  added_at: aware.
    """

    id: str
    kind: str
    name: str
    type: FileType
    size: int
    sha256: str
    lines: tuple[str, ...]
    for_partners: bool
    added_at: datetime
    added_by: str
    reason: str
    removal: Removal | None = None

    @property
    def travels(self) -> bool:
        """Whether partners get it with the permit now."""
        return self.for_partners and self.removal is None

    def lines_gone(self, permit: Permit) -> tuple[str, ...]:
        """Return the letters that it names and that a later version of its permit has no more."""
        present = {position.id for position in permit.positions}
        return tuple(letter for letter in self.lines if letter not in present)


def kinds() -> dict[str, Code]:
    """Return the kinds of documents by code."""
    return code_list("supporting_documents")


def valid_kind(text: str) -> str:
    """Return the code of a kind. Raises DocumentRefused."""
    code = text.strip().upper()
    if code not in kinds():
        raise DocumentRefused("kind", _KIND)
    return code


def valid_name(text: str) -> str:
    """Return the name of a file as it is kept: composed letters, single spaces.

    A name is shown, and travels to partners; it is never used as a path here. Raises
    DocumentRefused.
    """
    name = collapsed(unicodedata.normalize("NFC", text))
    stem, dot, _ = name.rpartition(".")
    is_safe = (
        dot
        and stem.strip(". ")
        and len(name) <= LONGEST_NAME
        and not name.startswith((".", "-"))
        and first_unsafe(text) is None
        and "\n" not in text
        and "\t" not in text
        and not _NOT_IN_A_NAME & set(name)
        and name.partition(".")[0].casefold().strip() not in _OF_DEVICES
    )
    if not is_safe:
        raise DocumentRefused("file", _NAME)
    return name


def valid_lines(wanted: Collection[str], of_permit: Sequence[str]) -> tuple[str, ...]:
    """Return the letters of lines in the order of the permit. Raises DocumentRefused."""
    named = {letter.strip().upper() for letter in wanted} - {""}
    if not named <= set(of_permit):
        raise DocumentRefused("lines", _LINE)
    return tuple(letter for letter in of_permit if letter in named)
