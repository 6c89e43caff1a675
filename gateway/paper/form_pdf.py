"""Form as PDF: the official form of a permit with its QR code; the sealed XML is attached.

typst lays the pages out by `form.typ`. Every value reaches it as a string of JSON, never as markup,
so what a permit says cannot be taken for commands. The template imports nothing, and nothing is
fetched. Its fonts come with typst (Latin, Greek, Cyrillic); other scripts need a font of the
machine. PDF/A forbids a character without a glyph: such a permit is not printed with a hole in it.
Source: ISO 19005-3 (PDF/A-3), level A.
"""

import json
from datetime import datetime
from importlib import resources

import typst

from gateway.domain.errors import InvalidRequest
from gateway.exchange.ports.paper.form import FormRow, PrintedForm
from gateway.paper.qr import qr_code

_STANDARD = "a-3a"
_NO_GLYPH = "could not be displayed"
_LINES_ON_FIRST_PAGE = 3
"""As many as fit beside box 14; of a permit with more, the others stand on annex pages."""


def form_pdf(form: PrintedForm, at: datetime) -> bytes:
    """Return the PDF. at: moment that it says it was made, aware.

    Raises InvalidRequest naming a character that no font of this machine has.
    """
    files = {
        "main": _template(),
        "form.json": json.dumps(_data(form), ensure_ascii=False).encode("utf-8", "replace"),
        **{_path(place): each.content for place, each in enumerate(form.attachments)},
    }
    if form.address:
        files["code.svg"] = qr_code(form.address).svg
    try:
        # Files by name, as typst's page has it; its type hints leave them out.
        pdf: bytes = typst.compile(  # type: ignore[call-overload]
            files, format="pdf", pdf_standards=[_STANDARD], timestamp=int(at.timestamp())
        )
    except typst.TypstError as problem:
        if _NO_GLYPH in str(problem):
            raise InvalidRequest(_sentence(str(problem))) from None
        raise
    return pdf


def _template() -> bytes:
    return resources.files(__package__).joinpath("form.typ").read_bytes()


def _data(form: PrintedForm) -> dict[str, object]:
    code = qr_code(form.address) if form.address else None
    return {
        "language": form.language,
        "number": form.number,
        "words": {
            "convention": form.words.convention,
            "title": form.words.title,
            "caption": form.words.caption,
            "annex": form.words.annex,
            "page": form.words.page,
            "code": form.words.code,
        },
        "head": _boxes(form.head),
        "lines": [
            {
                "letter": line.letter,
                "boxes": _boxes(line.rows),
                "endorsement": _boxes(line.endorsement),
            }
            for line in form.lines
        ],
        "foot": _boxes(form.foot),
        "notes": form.notes,
        "first_page": _LINES_ON_FIRST_PAGE,
        "code_mm": code.side_mm if code else 0,
        "attachments": [
            {"path": _path(place), "name": each.name, "description": each.description}
            for place, each in enumerate(form.attachments)
        ],
    }


def _boxes(rows: tuple[FormRow, ...]) -> dict[str, list[dict[str, object]]]:
    """Rows by the number of their box."""
    boxes: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        boxes.setdefault(row.box, []).append({"label": row.label, "lines": row.lines})
    return boxes


def _path(place: int) -> str:
    return f"attachment-{place}"


def _sentence(problem: str) -> str:
    text = problem.partition('`"')[2].partition('"`')[0]
    named = ", ".join(f"{each} (U+{ord(each):04X})" for each in dict.fromkeys(text[:8]))
    return (
        f"No font of this machine has {named}. Install one that has, such as those of Debian's"
        " fonts-noto-core or fonts-noto-cjk."
    )
