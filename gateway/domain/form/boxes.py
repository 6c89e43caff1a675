"""Boxes of a permit as rows, in the order of the standard form, for people and for programs.

Every box of the form has a row, blank ones too. What the form has no box for, such as a first day
of validity, has a row only where the document says it.
Source: Res. Conf. 12.3 (Rev.), Annex 2.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.domain.codes import Language, form_wording
from gateway.domain.foreign_text import one_line
from gateway.domain.form.values import Values, day, joined, location, paragraphs
from gateway.domain.form.variants import box_5, box_12b, box_14
from gateway.domain.permit.party import ReferencedDocument
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import (
    CitesPosition,
    Examination,
    LastReexport,
    Origin,
    Quota,
    RegisteredOperation,
)
from gateway.domain.white_space import collapsed

_KINDS = {"E": "export", "R": "reexport", "I": "import", "O": "other"}
"""The boxes to tick in box 1, in their order."""
_NOTES = {"*": "note_origin", "**": "note_operation", "***": "note_acquired"}
_TICKED, _UNTICKED = "☒", "☐"


@dataclass(frozen=True, slots=True)
class Row:
    """A box, or a part of one. box: its number on the form.

    lines: each with white space collapsed, as XML writers indent and wrap text; none where the box
    is blank.
    """

    box: str
    label: str
    lines: tuple[str, ...]

    @property
    def value(self) -> str:
        """The lines as one text for a program."""
        return "\n".join(map(one_line, self.lines))


_Value = str | tuple[str, ...]
"""A line, or several; empty where a box is not filled in."""


@dataclass(frozen=True, slots=True)
class Form:
    """The boxes of a permit, in a language."""

    permit: Permit
    language: Language = "english"

    def head(self) -> list[Row]:
        """Boxes 1 to 6."""
        return list(self._head())

    def line(self, position: CitesPosition) -> list[Row]:
        """Boxes 7 to 12b of a line."""
        return [*self._specimens(position), *self._history(position)]

    def foot(self, lines: Sequence[CitesPosition] = ()) -> list[Row]:
        """Boxes 13 to 15. lines: those whose quantities stand in box 14."""
        blocks = (row for line in lines for row in (self.endorsed(line), *self.inspected(line)))
        return [*self._issued(), *blocks, *self._endorsement(), self._transport()]

    def endorsed(self, position: CitesPosition) -> Row:
        """Box 14 of a line."""
        label = f"{self._text('endorsement')}, {self._text('block')} {position.id}"
        return _row("14", label, self._examination(position.examination))

    def inspected(self, position: CitesPosition) -> Iterator[Row]:
        """Findings of the inspection of a line, beside its box 14."""
        for key, value in box_14(position.examination, Values(self.language)):
            label = f"{self._text(key)}, {self._text('block')} {position.id}"
            row = _row("14", label, value)
            if row.lines:
                yield row

    def notes(self) -> list[str]:
        """The footnotes of the form, and the sentence that is printed in box 5."""
        live = self._text("box_note").format(box=5, text=self._text("note_live_animals"))
        return [*(f"{mark} {self._text(key)}" for mark, key in _NOTES.items()), live]

    def _head(self) -> Iterator[Row]:
        permit, values = self.permit, Values(self.language)
        importer, authority = permit.importer, permit.management_authority
        yield self._row("1", "number", self._number())
        yield self._row("1", "kind", self._kinds())
        if permit.document_type.letter == "O":
            named = permit.type_name or permit.document_type.name(self.language)
            yield self._row("1", "other", named)
        yield from self._unprinted("2", "valid_from", day(permit.valid_from))
        yield self._row("2", "valid_until", day(permit.valid_until))
        yield self._row("3", "importer", values.party(importer, with_country=False))
        country = values.country(importer.country if importer else None)
        yield self._row("3a", "country_of_import", country)
        yield self._row("4", "exporter", values.party(permit.exporter))
        yield self._row("4", "applicant", values.signatory(permit.applicant))
        yield self._row("5", "special_conditions", paragraphs(permit.special_conditions))
        for key, value in box_5(permit, values):
            yield self._row("5", key, value)
        purpose = (values.code("purposes", permit.purpose), permit.purpose_text or "")
        yield self._row("5a", "purpose", purpose)
        yield self._row("5b", "stamp", (authority and authority.stamp) or "")
        yield self._row("6", "authority", values.signatory(authority))

    def _number(self) -> str:
        copy = f" ({self._text('copy')})" if self.permit.copy else ""
        return f"{self.permit.number}{copy}"

    def _kinds(self) -> tuple[str, ...]:
        """The boxes to tick. A name that came with the document stays apart: none looks ticked."""
        ticked = self.permit.document_type.letter
        return tuple(
            f"{_TICKED if letter == ticked else _UNTICKED} {self._text(key)}"
            for letter, key in _KINDS.items()
        )

    def _specimens(self, position: CitesPosition) -> Iterator[Row]:
        values = Values(self.language)
        sources = ", ".join(values.code("sources", source) for source in position.sources)
        described = joined(values.code("terms", position.term), position.description)
        quota = position.quota or Quota()
        yield self._row("7", "scientific_name", position.scientific_name or "")
        yield self._row("8", "common_name", ", ".join(position.common_names))
        yield self._row("9", "description", described)
        yield from self._unprinted("9", "marks", ", ".join(position.marks))
        yield self._row("10", "appendix", position.appendix or "")
        yield self._row("10", "source", sources)
        yield from self._unprinted("10", "annotation", position.annotation or "")
        yield self._row("11", "quantity", values.quantity(position.quantity))
        yield self._row("11a", "exported", values.quantity(quota.used_to_date))
        yield self._row("11a", "quota", values.quantity(quota.annual))
        yield from self._unprinted("11a", "quota_text", quota.text or "")

    def _history(self, position: CitesPosition) -> Iterator[Row]:
        values = Values(self.language)
        origin = position.origin or Origin()
        last = position.last_reexport or LastReexport()
        operation = position.operation or RegisteredOperation()
        yield self._row("12", "origin", values.country(origin.country))
        yield from self._document("12", "permit_number", origin.permit)
        yield self._row("12a", "last_reexport", values.country(last.country))
        yield from self._document("12a", "certificate_number", last.certificate)
        registered = operation.registration or ReferencedDocument()
        named = (registered.number, registered.name, day(registered.issued))
        yield self._row("12b", "operation", joined(operation.category_code, *named))
        yield self._row("12b", "acquired", day(operation.acquired))
        for key, value in box_12b(operation):
            yield from self._unprinted("12b", key, value)

    def _document(self, box: str, key: str, document: ReferencedDocument | None) -> Iterator[Row]:
        document = document or ReferencedDocument()
        yield self._row(box, key, joined(document.number, document.name))
        yield self._row(box, "date", day(document.issued))

    def _issued(self) -> Iterator[Row]:
        permit = self.permit
        yield self._row("13", "issuer", Values(self.language).signatory(permit.issuer))
        yield self._row("13", "place", location(permit.issued_where))
        yield self._row("13", "date", day(permit.issued_at))

    def _endorsement(self) -> Iterator[Row]:
        values, seen = Values(self.language), self.permit.examination or Examination()
        yield from self._unprinted("14", "endorsed_quantity", values.quantity(seen.quantity))
        yield self._row("14", "port", location(seen.port))
        yield self._row("14", "date", day(seen.at))
        by = (*values.party(seen.authority), *values.signatory(self.permit.examiner))
        yield self._row("14", "examiner", by)

    def _transport(self) -> Row:
        document = self.permit.transport or ReferencedDocument()
        value = joined(document.number, document.name, day(document.issued))
        return self._row("15", "transport", value)

    def _examination(self, seen: Examination | None) -> str:
        if seen is None:
            return ""
        values = Values(self.language)
        by = values.party(seen.authority, with_country=False)
        return joined(values.quantity(seen.quantity), day(seen.at), location(seen.port), *by)

    def _text(self, key: str) -> str:
        return form_wording()[key].name(self.language)

    def _row(self, box: str, key: str, value: _Value) -> Row:
        return _row(box, self._text(key), value)

    def _unprinted(self, box: str, key: str, value: _Value) -> Iterator[Row]:
        """A row without a place of its own on the form, only where it is filled in."""
        row = self._row(box, key, value)
        if row.lines:
            yield row


def _row(box: str, label: str, value: _Value) -> Row:
    parts = (value,) if isinstance(value, str) else value
    return Row(box, label, tuple(line for part in parts if (line := collapsed(part))))
