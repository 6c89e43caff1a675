"""Ledger of a permit of our own authority: authorised, confirmed and remaining quantities."""

from collections.abc import Iterator
from datetime import datetime

from pydantic import BaseModel, Field

from gateway.domain.api.key import Scope
from gateway.domain.ledger.endorsement import Declaration, Reversal, Role
from gateway.domain.permit.quantity import plain
from gateway.domain.published import PublishedPermit
from gateway.web.api.call import CurrentCall
from gateway.web.api.numbers import Country, Number
from gateway.web.api.route import router
from gateway.web.api.routes.status import own_permit

routes = router(Scope.READ, "permits")


class LedgerLine(BaseModel):
    """A line; amounts as text, in the unit of box 11."""

    line: str
    unit: str | None
    authorised: str
    confirmed_at_export: str
    confirmed_at_import: str
    left_at_export: str | None = Field(description="Null on a document for several journeys.")
    left_at_import: str | None = Field(description="Likewise.")
    differs: bool = Field(description="Whether export and import counted differently.")


class LedgerEvent(BaseModel):
    """An event: confirmed, taken-back, used-up or opened."""

    event: str
    id: str
    at: datetime
    by: str | None = Field(description="Partner, or person who decided.")
    role: str | None = Field(description="export or import, of a confirmation.")
    quantities: dict[str, str] = Field(description="Line -> amount, of a confirmation.")
    confirmation: str | None = Field(description="Id of the confirmation that is taken back.")
    reason: str | None


class Ledger(BaseModel):
    """Lines, and every event in its order."""

    country: str
    authority: str
    number: str
    status: str
    used_up: bool
    lines: list[LedgerLine]
    events: list[LedgerEvent]


@routes.get("/ledger")
def ledger(call: CurrentCall, country: Country, number: Number) -> Ledger:
    """Quantities of a permit that the authority of this API key issued."""
    published = own_permit(call, country, number).published
    several = published.permit.document_type.multi_use
    return Ledger(
        country=published.authority.country.text,
        authority=published.authority.code,
        number=published.permit.number.text,
        status=published.status.value,
        used_up=published.used_up,
        lines=[
            LedgerLine(
                line=line.position,
                unit=line.authorised.current_unit,
                authorised=plain(line.authorised.amount),
                confirmed_at_export=plain(line.confirmed_at_export),
                confirmed_at_import=plain(line.confirmed_at_import),
                left_at_export=None if several else plain(line.remaining(Role.EXPORT)),
                left_at_import=None if several else plain(line.remaining(Role.IMPORT)),
                differs=line.differs,
            )
            for line in published.ledger
        ],
        events=sorted(_events(published), key=lambda event: event.at),
    )


def _events(published: PublishedPermit) -> Iterator[LedgerEvent]:
    """Events; at the same moment a reversal before the confirmation that replaces another."""
    for reversal in published.reversals:
        yield _decided(reversal, "taken-back", reversal.confirmation_id)
    for confirmed in published.confirmations:
        yield LedgerEvent(
            event="confirmed",
            id=confirmed.id,
            at=confirmed.at,
            by=confirmed.person or confirmed.by,
            role=confirmed.role.value,
            quantities={each: plain(quantity.amount) for each, quantity in confirmed.quantities},
            confirmation=None,
            reason=confirmed.reason,
        )
    for declared in published.declarations:
        yield _decided(declared, "used-up" if declared.used_up else "opened", None)


def _decided(event: Reversal | Declaration, name: str, confirmation: str | None) -> LedgerEvent:
    return LedgerEvent(
        event=name,
        id=event.id,
        at=event.at,
        by=event.person,
        role=None,
        quantities={},
        confirmation=confirmation,
        reason=event.reason,
    )
