"""Confirmed quantities: booked in the outbox, and how far their delivery is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from gateway.domain.api.key import Scope
from gateway.domain.errors import CertificateNotFound, PositionRepeated
from gateway.domain.foreign_text import one_line
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.exchange.ports import OutgoingConfirmation
from gateway.web.api.call import CurrentCall, IdempotencyKey, PermitToken
from gateway.web.api.route import router
from gateway.web.api.texts import Line

routes = router(Scope.CONFIRM, "confirmations")


class CountedLine(BaseModel):
    """Quantity that customs counted of a line."""

    model_config = ConfigDict(extra="forbid")

    position: Line = Field(max_length=70, description="Letter of the line.")
    quantity: str = Field(
        pattern=r"^[0-9]{1,15}(\.[0-9]{1,6})?$",
        max_length=22,
        description="In the unit of box 11, in plain digits; a text, so that nothing is rounded.",
        examples=["12.5"],
    )


class BookedLine(BaseModel):
    """Line of a confirmation. unit: null where no document was at hand when it was booked."""

    position: str
    quantity: str
    unit: str | None = Field(description="Of box 11, as its issuer writes it; not sent.")


class Counted(BaseModel):
    """Quantities that customs counted on a permit of another country."""

    model_config = ConfigDict(extra="forbid")

    country: str = Field(pattern=r"^[A-Z]{2}$", description="Country that issued the permit.")
    number: Line = Field(max_length=70, description="Box 1.")
    lines: list[CountedLine] = Field(min_length=1, max_length=500)
    person: Line = Field(max_length=200, description="Name of the officer.")


class Event(BaseModel):
    """A step of the delivery."""

    at: datetime
    state: str
    outcome: str
    reason: str | None


class Confirmation(BaseModel):
    """A confirmation in the outbox."""

    id: str
    country: str
    number: str
    lines: list[BookedLine]
    person: str
    created_at: datetime
    state: str = Field(description="waiting, held, delivered, dropped: docs/outbox.md.")
    confirmation_id: str | None = Field(description="Id that the issuing country gave it.")
    events: list[Event]


@routes.post("/confirmations", status_code=202, response_model=Confirmation)
def confirm_quantities(
    call: CurrentCall,
    body: Counted,
    idempotency_key: IdempotencyKey,
    permit_token: PermitToken = None,
) -> Response:
    """Tell the country that issued a permit what customs counted.

    It is kept before this is answered, and sent as soon as that country can be reached. Ask for it
    by its id to learn whether it was taken.
    """
    call.about(body.country, body.number)
    seen = [SeenQuantity(line.position, line.quantity) for line in body.lines]
    _require_each_once(seen)

    def booked(identity: str) -> Confirmation:
        outgoing = call.desk.book().book(
            body.country, body.number, permit_token, seen, body.person, identity=identity
        )
        return _shown(call, outgoing)

    return call.once(idempotency_key, 202, booked)


@routes.get("/confirmations/{id}")
def confirmation(
    call: CurrentCall, id: Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
) -> Confirmation:
    """A confirmation that a system of the same authority has sent, while its request is kept."""
    sender = call.desk.identify.keys.find(call.desk.once.made_by(id))
    outgoing = call.desk.outbox.outbox.find(id)
    if outgoing is None or sender is None or sender.authority != call.key.authority:
        raise CertificateNotFound
    call.about(outgoing.country, outgoing.permit_number)
    return _shown(call, outgoing)


def _require_each_once(seen: Sequence[SeenQuantity]) -> None:
    named: set[str] = set()
    for line in seen:
        if line.position in named:
            raise PositionRepeated("Name each line once.", position=line.position, box="14")
        named.add(line.position)


def _shown(call: CurrentCall, outgoing: OutgoingConfirmation) -> Confirmation:
    events = call.desk.outbox.history(outgoing.id)
    return Confirmation(
        id=outgoing.id,
        country=outgoing.country,
        number=outgoing.permit_number,
        lines=[
            BookedLine(
                position=each.position,
                quantity=each.amount,
                unit=one_line(each.unit) if each.unit else None,
            )
            for each in outgoing.seen
        ],
        person=outgoing.person,
        created_at=outgoing.created_at,
        state=outgoing.state.value,
        confirmation_id=outgoing.confirmation_id,
        events=[
            Event(
                at=each.at,
                state=each.state.value,
                outcome=each.outcome,
                reason=one_line(each.reason) if each.reason else None,
            )
            for each in events
        ],
    )
