"""Unreadable leaf: a value of a foreign document that has no meaning, kept as it was written."""

from dataclasses import dataclass, field

from gateway.domain.foreign_text import one_line
from gateway.domain.white_space import collapsed

_MAX_SHOWN_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class UnreadableLeaf:
    """A leaf of a foreign document that gave no value to its box.

    box: its number on the form.  position: letter of the line; None: the whole document.
    element: name of the element in the document (`EndDateTime`).
    text: as written; foreign text, not yet cleaned.
    attributes: name and value, as written (`unitCode`).
    reason: why it is not readable, a sentence for a person.
    not_set: the text is how the partner's software writes that no value was set. The box is empty,
    nothing is hidden.
    path, line_of_text: place in the document; line from 1. The same text at the two places of a
    repeated value is one leaf, so these are not compared.
    """

    box: str
    position: str | None
    element: str
    text: str
    attributes: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    not_set: bool = False
    path: str = field(default="", compare=False)
    line_of_text: int | None = field(default=None, compare=False)

    @property
    def as_written(self) -> str:
        """Text and values of the attributes for people: `12,5 KGM`; on one line, cleaned, short."""
        parts = (self.text, *(value for _, value in self.attributes))
        whole = collapsed(" ".join(parts))
        short = whole[:_MAX_SHOWN_CHARACTERS]
        return one_line(short) + ("..." if len(whole) > len(short) else "")
