"""Fitting of a permit to CBFShip: signatures, categories and marks without an element there."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.conversions import read_foreign_moment
from adapters.fitting.both_versions import (
    HEADER,
    Fitting,
    day,
    fit_both,
    line_path,
    losses_of_both,
    restore_both,
)
from adapters.required import refuse_other_referenced_types
from adapters.tree import WHITESPACE, collapse
from gateway.domain.codes import code_name
from gateway.domain.errors import DocumentInvalid
from gateway.domain.permit.loss import LossNote
from gateway.domain.permit.party import Location, ReferencedDocument, Signatory
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition, RegisteredOperation

_BLOCKS = (
    ("management_authority", "6", "First"),
    ("applicant", "4", "Second"),
    ("issuer", "13", "Third"),
    ("examiner", "14", "Fourth"),
)
"""Signature blocks: attribute of Permit, box, ordinal of its element."""
_SIGNED_ON, _SIGNED_AT, _SIGNED_AT_CODE = "Signed on: ", "Signed at: ", "Signed at (code): "
_CATEGORY = "category "
_NAME = "ApplicableCrossBorderGovernmentProcedure/PreviousReferencedDocument/Name"
_WITH_CATEGORY = re.compile(r"(?:(?P<name>.*), )?category (?P<code>\S(?:.*\S)?)", re.DOTALL)


def fitting() -> Fitting:
    """The fitting of this version."""
    return Fitting(fit, restore, losses)


def fit(permit: Permit) -> Permit:
    """Put date and place of a signature into its statement, a category beside the operation's name.

    Marks are written as descriptions after the first, so a line without one is described by its
    term. Raises DocumentInvalid where it has no term either.
    """
    refuse_other_referenced_types(permit)
    permit = fit_both(permit)
    blocks: dict[str, Any] = {
        name: _fitted_block(signatory, *_lost_of(permit, name, signatory))
        for name, _, _ in _BLOCKS
        if (signatory := _block(permit, name)) is not None
    }
    return replace(permit, **blocks, positions=tuple(map(_fitted_line, permit.positions)))


def restore(permit: Permit) -> Permit:
    """Inverse of `fit`; a date or place that box 13 or 14 shows stays there alone."""
    blocks: dict[str, Any] = {
        name: _restored_block(signatory)
        for name, _, _ in _BLOCKS
        if (signatory := _block(permit, name)) is not None
    }
    lines = tuple(map(_restored_line, permit.positions))
    return restore_both(replace(permit, **blocks, positions=lines))


def losses(permit: Permit) -> Iterator[LossNote]:
    """A note for each date and place of a signature, each category, and what no version has."""
    yield from losses_of_both(permit)
    for name, box, ordinal in _BLOCKS:
        signatory = _block(permit, name)
        if signatory is None:
            continue
        signed_at, place = _lost_of(permit, name, signatory)
        path = f"{HEADER}/{ordinal}SignatoryDocumentAuthentication/Statement"
        if signed_at:
            yield LossNote(box, f"{name}.signed_at", day(signed_at), path)
        for part, value in (("name", place and place.name), ("code", place and place.code)):
            if value:
                yield LossNote(box, f"{name}.place.{part}", value, path)
    for line in permit.positions:
        if line.operation and line.operation.category_code:
            code = line.operation.category_code
            path = line_path(line.id, _NAME)
            yield LossNote("12b", "operation.category_code", code, path, line.id)


def _block(permit: Permit, name: str) -> Signatory | None:
    signatory: Signatory | None = getattr(permit, name)
    return signatory


def _lost_of(
    permit: Permit, name: str, signatory: Signatory
) -> tuple[datetime | None, Location | None]:
    """Date and place of a signature, each unless box 13, or 14 for its examiner, shows the same."""
    shown: tuple[datetime | None, Location | None] = (permit.issued_at, permit.issued_where)
    if name == "examiner":
        seen = permit.examination
        shown = (seen.at, seen.port) if seen else (None, None)
    at, place = signatory.signed_at, signatory.place
    return None if at == shown[0] else at, None if place == shown[1] else place


def _fitted_block(
    signatory: Signatory, signed_at: datetime | None, place: Location | None
) -> Signatory:
    lines = [signatory.statement] if signatory.statement else []
    if signed_at:
        lines.append(f"{_SIGNED_ON}{day(signed_at)}")
    if place and place.name:
        lines.append(f"{_SIGNED_AT}{place.name}")
    if place and place.code:
        lines.append(f"{_SIGNED_AT_CODE}{place.code}")
    return replace(signatory, statement="\n".join(lines) or None, signed_at=None, place=None)


def _restored_block(signatory: Signatory) -> Signatory:
    lines = (signatory.statement or "").split("\n")
    code = _taken(lines, _SIGNED_AT_CODE)
    name = _taken(lines, _SIGNED_AT)
    moment = _taken(lines, _SIGNED_ON)
    try:
        signed_at = read_foreign_moment(moment) if moment else None
    except ValueError:
        return signatory
    if not (code or name or signed_at):
        return signatory
    place = Location(code, name) if code or name else None
    statement = "\n".join(lines) or None
    return replace(signatory, statement=statement, signed_at=signed_at, place=place)


def _taken(lines: list[str], start: str) -> str | None:
    """The value of the last line, which is taken away, if it begins so."""
    if lines and lines[-1].startswith(start):
        return lines.pop().removeprefix(start)
    return None


def _fitted_line(line: CitesPosition) -> CitesPosition:
    if line.marks and not (line.description or "").strip(WHITESPACE):
        term = code_name("terms", line.term)
        if term is None:
            text = "v1 shows marks after a description; there is none."
            raise DocumentInvalid(text, box="9", position=line.id)
        line = replace(line, description=term)
    operation = line.operation
    if operation is None or not operation.category_code:
        return line
    known = operation.registration or ReferencedDocument()
    category = f"{_CATEGORY}{collapse(operation.category_code)}"
    name = f"{known.name}, {category}" if known.name else category
    return replace(
        line,
        operation=replace(operation, category_code=None, registration=replace(known, name=name)),
    )


def _restored_line(line: CitesPosition) -> CitesPosition:
    operation: RegisteredOperation | None = line.operation
    known = operation.registration if operation else None
    found = _WITH_CATEGORY.fullmatch(known.name or "") if known else None
    if operation is None or known is None or found is None:
        return line
    named = replace(known, name=found["name"])
    registration = None if named == ReferencedDocument() else named
    return replace(
        line,
        operation=replace(operation, category_code=found["code"], registration=registration),
    )
