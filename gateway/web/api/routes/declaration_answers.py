"""Answers about customs declarations, as the API describes them."""

from datetime import datetime

from pydantic import BaseModel, Field

from gateway.domain.declarations.use import LineUse
from gateway.domain.declarations.verdict import DeclarationVerdict, LineVerdict
from gateway.domain.foreign_text import one_line
from gateway.domain.permit.quantity import plain
from gateway.exchange.declarations.acting import Acted


class FieldAnswer(BaseModel):
    """Verdict on a field."""

    field: str
    verdict: str = Field(description="agrees, differs or unknown.")
    box: str = Field(description="Box of the permit.")
    declared: str | None
    permitted: str | None = Field(description="Of the permit; of a quantity, what is free.")
    sentence: str


class LineAnswer(BaseModel):
    """Verdict on a line."""

    item: str
    country: str
    number: str
    position: str | None = Field(description="Line of the permit; null where none was found.")
    verdict: str
    fields: list[FieldAnswer]


class DeclarationAnswer(BaseModel):
    """Verdict on a declaration."""

    declaration: str
    verdict: str = Field(description="agrees only where every field of every line does.")
    lines: list[LineAnswer]


class EventAnswer(BaseModel):
    """An event of a line."""

    id: str
    act: str
    quantity: str
    authority: str
    officer: str
    at: datetime
    reason: str


class LineHeld(BaseModel):
    """Quantity that a line of a declaration holds of a permit."""

    declaration: str
    item: str
    country: str
    number: str
    position: str
    state: str = Field(description="reserved, written-off, released or lapsed.")
    holds: str
    unit: str
    lapses_at: datetime | None
    confirmation: str | None = Field(description="Id of its confirmation to the issuing country.")
    events: list[EventAnswer]


class ActedAnswer(BaseModel):
    """Result of an act."""

    changed: int = Field(description="Lines that changed; 0 where this was done before.")
    lines: list[LineHeld]
    booked: list[str] = Field(description="Ids of confirmations that will be sent.")
    to_be_corrected: list[str] = Field(
        description="Ids of confirmations that partners may have with other quantities."
    )


def verdict_answer(verdict: DeclarationVerdict) -> DeclarationAnswer:
    """The answer to a check; without tokens."""
    return DeclarationAnswer(
        declaration=verdict.declaration.number,
        verdict=verdict.agreement.value,
        lines=[_line(each) for each in verdict.lines],
    )


def _line(verdict: LineVerdict) -> LineAnswer:
    return LineAnswer(
        item=verdict.line.item,
        country=verdict.line.country,
        number=verdict.line.number,
        position=verdict.position,
        verdict=verdict.agreement.value,
        fields=[
            FieldAnswer(
                field=each.field.value,
                verdict=each.agreement.value,
                box=each.box,
                declared=one_line(each.declared) if each.declared else None,
                permitted=one_line(each.permitted) if each.permitted else None,
                sentence=one_line(str(each.sentence)),
            )
            for each in verdict.fields
        ],
    )


def held_of(use: LineUse) -> LineHeld:
    """Return the quantity that a line holds, with its events."""
    first, confirmed = use.first, use.confirmed
    return LineHeld(
        declaration=first.declaration,
        item=first.item,
        country=first.country,
        number=first.number,
        position=first.position,
        state=use.state.value,
        holds=plain(use.held),
        unit=use.last.allowed.written_unit,
        lapses_at=use.lapses_at,
        confirmation=confirmed.outgoing if confirmed else None,
        events=[
            EventAnswer(
                id=event.id,
                act=event.act.value,
                quantity=plain(event.quantity.amount),
                authority=event.authority,
                officer=one_line(event.officer),
                at=event.at,
                reason=one_line(event.reason),
            )
            for event in use.events
        ],
    )


def acted_answer(acted: Acted) -> ActedAnswer:
    """The answer to an act."""
    return ActedAnswer(
        changed=len(acted.changed),
        lines=[held_of(use) for use in acted.uses],
        booked=[outgoing.id for outgoing in acted.booked.outgoing],
        to_be_corrected=[outgoing.id for outgoing in acted.booked.not_booked],
    )
