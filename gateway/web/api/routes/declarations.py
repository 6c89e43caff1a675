"""Customs declarations over the API: checked, and their quantities reserved and written off."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.responses import Response

from gateway.domain.api.key import Scope
from gateway.domain.declarations.line import CustomsDeclaration
from gateway.domain.errors import CertificateNotFound
from gateway.exchange.declarations.acting import Acted, ActedBy
from gateway.web.api.call import Call, CurrentCall, IdempotencyKey
from gateway.web.api.route import router
from gateway.web.api.routes.declaration_answers import (
    ActedAnswer,
    DeclarationAnswer,
    LineHeld,
    acted_answer,
    held_of,
    verdict_answer,
)
from gateway.web.api.texts import Line, seen

routes = router(Scope.DECLARE, "declarations")

Declared = Annotated[
    dict[str, Any],
    Field(
        description=(
            "The declaration in one of the shapes of docs/declarations.md: `form` is plain,"
            " us-3-177, no-44 or eu. Quantities are texts, so that nothing is rounded."
        ),
        examples=[
            {
                "form": "plain",
                "declaration": "26ZA0000000123",
                "day": "2026-04-02",
                "lines": [
                    {
                        "item": "1",
                        "country": "MZ",
                        "number": "MZ26EX000001",
                        "position": "A",
                        "scientific_name": "Crocodylus niloticus",
                        "term": "SKI",
                        "source": "R",
                        "quantity": "5",
                        "unit": "NAR",
                        "origin": "MZ",
                    }
                ],
            }
        ],
    ),
]
Officer = Annotated[Line, Field(max_length=200, description="Who acts: a person, or a system.")]
Why = Annotated[str, Field(max_length=1000, description="In words; it stays in the history.")]
Number = Annotated[Line, Field(max_length=70, description="Number of the declaration.")]


class Checked(BaseModel):
    """A declaration that is checked."""

    model_config = ConfigDict(extra="forbid")

    declaration: Declared
    ask: bool = Field(
        True,
        strict=True,
        description="Ask partners; false: take the newest documents at hand.",
    )


class Acting(BaseModel):
    """A declaration whose quantities are reserved or written off."""

    model_config = ConfigDict(extra="forbid")

    declaration: Declared
    officer: Officer


class Amended(BaseModel):
    """A declaration with its quantities after an amendment; 0 where a line is invalidated."""

    model_config = ConfigDict(extra="forbid")

    declaration: Declared
    officer: Officer
    reason: Annotated[Line, Field(max_length=1000)]


class Released(BaseModel):
    """A declaration that is withdrawn before clearance."""

    model_config = ConfigDict(extra="forbid")

    number: Number
    items: list[Line] | None = Field(
        None, max_length=999, description="Lines of it; left out: all."
    )
    officer: Officer
    reason: Why = ""


@routes.post("/declarations/check")
def check_declaration(call: CurrentCall, body: Checked) -> DeclarationAnswer:
    """Compare a declaration with its permits, field by field. Nothing is changed."""
    declaration = _parsed(call, body.declaration)
    check = call.desk.declarations().check
    return verdict_answer(check.check(declaration, ask=body.ask, within=call.key.authority))


@routes.post("/declarations/reservations", response_model=ActedAnswer)
def reserve_quantities(
    call: CurrentCall, body: Acting, idempotency_key: IdempotencyKey
) -> Response:
    """Reserve the quantities of a declaration: all lines or none.

    A reservation that is not used lapses.
    """
    declaration = _parsed(call, body.declaration)
    by = _by(call, body.officer)
    return _once(
        call, idempotency_key, lambda: call.desk.declarations().act.reserve(declaration, by)
    )


@routes.post("/declarations/write-offs", response_model=ActedAnswer)
def write_off_quantities(
    call: CurrentCall, body: Acting, idempotency_key: IdempotencyKey
) -> Response:
    """Write off the quantities of a cleared declaration, reserved before or not.

    Once no line is reserved on a permit any more, its issuing country is told.
    """
    declaration = _parsed(call, body.declaration)
    by = _by(call, body.officer)
    return _once(
        call, idempotency_key, lambda: call.desk.declarations().act.write_off(declaration, by)
    )


@routes.post("/declarations/amendments", response_model=ActedAnswer)
def amend_quantities(call: CurrentCall, body: Amended, idempotency_key: IdempotencyKey) -> Response:
    """Amend quantities that are reserved or, after clearance, written off."""
    declaration = _parsed(call, body.declaration)
    by = _by(call, body.officer, body.reason)
    return _once(call, idempotency_key, lambda: call.desk.declarations().act.amend(declaration, by))


@routes.post("/declarations/releases", response_model=ActedAnswer)
def release_quantities(
    call: CurrentCall, body: Released, idempotency_key: IdempotencyKey
) -> Response:
    """Release what a declaration reserved, as it is withdrawn before clearance."""
    call.subject["declaration"] = body.number
    by = _by(call, body.officer, body.reason)
    return _once(
        call,
        idempotency_key,
        lambda: call.desk.declarations().act.release(body.number, body.items, by),
    )


@routes.get("/declarations")
def declaration_held(
    call: CurrentCall,
    number: Annotated[str, Query(min_length=1, max_length=70), AfterValidator(seen)],
) -> list[LineHeld]:
    """Quantities that a declaration holds of permits, with every event."""
    call.subject["declaration"] = number
    found = [
        held_of(use)
        for use in call.desk.declarations().read.of_declaration(number)
        if use.first.authority == call.key.authority
    ]
    if not found:
        raise CertificateNotFound
    return found


def _parsed(call: Call, document: dict[str, Any]) -> CustomsDeclaration:
    """The declaration of a request. Raises DeclarationInvalid, QuantityInvalid, InvalidRequest."""
    declaration = call.desk.declarations().parsed(document)
    call.subject["declaration"] = declaration.number
    return declaration


def _by(call: Call, officer: str, reason: str = "") -> ActedBy:
    """Who acts; permits of another authority that is served here are answered as not there."""
    return ActedBy(call.key.authority, officer, reason.strip(), own_alone=True)


def _once(call: Call, idempotency_key: str, act: Callable[[], Acted]) -> Response:
    """Acts repeat nothing by themselves, so a crash before the answer is kept does no harm."""
    return call.once(idempotency_key, 200, lambda _: acted_answer(act()))
