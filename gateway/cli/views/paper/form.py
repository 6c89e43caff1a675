"""Printed form of a permit in a language: the boxes of its view, and the words around them."""

from collections.abc import Iterable, Iterator

from gateway.cli.views.words import LanguageTag, word
from gateway.domain.codes import Language
from gateway.domain.foreign_text import one_line
from gateway.domain.form.boxes import Form, Row
from gateway.domain.permit.permit import Permit
from gateway.exchange.permits.paper.issue import PermitCode
from gateway.exchange.permits.paper.prepare import PermitToPrint
from gateway.exchange.ports.paper.form import (
    FormAttachment,
    FormLine,
    FormRow,
    FormWords,
    PrintedForm,
)


def printed(found: PermitToPrint, made: PermitCode | None, tag: LanguageTag) -> PrintedForm:
    """The form. made: its code; None where no key signs codes here."""
    permit, language = found.permit, tag.language
    form = Form(permit, language)
    return PrintedForm(
        tag.value,
        one_line(permit.number.text),
        _words(permit, made, language),
        _rows(form.head()),
        tuple(
            FormLine(
                one_line(line.id),
                _rows(form.line(line)),
                _rows((form.endorsed(line), *form.inspected(line))),
            )
            for line in permit.positions
        ),
        _rows(form.foot()),
        tuple(form.notes()),
        made.address if made else "",
        tuple(_attachments(found, language)),
    )


def _words(permit: Permit, made: PermitCode | None, language: Language) -> FormWords:
    title = permit.document_type.name(language)
    number = one_line(permit.number.text)
    return FormWords(
        word("paper_convention", language),
        title,
        tuple(_caption(made, language)),
        word("paper_annex", language, title=title, number=number),
        word("paper_page", language),
        word("paper_code", language),
    )


def _caption(made: PermitCode | None, language: Language) -> Iterator[str]:
    """Sentences on what the code discloses, and how it is verified."""
    if made is None:
        yield word("paper_no_code", language)
        return
    said = made.statement
    yield word("paper_discloses", language, at=f"{said.signed_at:%Y-%m-%d %H:%M} UTC")
    if said.token:
        yield word("paper_discloses_token", language)
    if said.digest is not None:
        yield word("paper_first_lines", language, count=len(said.lines), all=said.count)
    yield word("paper_check", language, page=made.address.partition("#")[0])


def _attachments(found: PermitToPrint, language: Language) -> Iterator[FormAttachment]:
    words = ("paper_file_document", "paper_file_seal")
    for (name, content), key in zip(found.files, words, strict=False):
        yield FormAttachment(name, content, word(key, language))


def _rows(rows: Iterable[Row]) -> tuple[FormRow, ...]:
    return tuple(FormRow(row.box, row.label, tuple(map(one_line, row.lines))) for row in rows)
