"""Printed form: the text on the pages of a permit, for the room that draws them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FormRow:
    """A box, or a part of one. box: its number.  lines: none where it is blank."""

    box: str
    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormLine:
    """A line of the permit. rows: boxes 7 to 12b.  endorsement: its part of box 14."""

    letter: str
    rows: tuple[FormRow, ...]
    endorsement: tuple[FormRow, ...]


@dataclass(frozen=True, slots=True)
class FormWords:
    """Words around the boxes, in one language.

    caption: beside the QR code, what it discloses.  annex: title of the annex pages.
    page: before the page numbers.  code: description of the QR code for those who do not see it.
    """

    convention: str
    title: str
    caption: tuple[str, ...]
    annex: str
    page: str
    code: str


@dataclass(frozen=True, slots=True)
class FormAttachment:
    """A file inside the PDF."""

    name: str
    content: bytes
    description: str


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """The form of a permit. language: RFC 5646.  address: text of the QR code; empty for none.

    head: boxes 1 to 6.  foot: boxes 13 and 15, and what box 14 says of the whole document.
    """

    language: str
    number: str
    words: FormWords
    head: tuple[FormRow, ...]
    lines: tuple[FormLine, ...]
    foot: tuple[FormRow, ...]
    notes: tuple[str, ...]
    address: str
    attachments: tuple[FormAttachment, ...]
