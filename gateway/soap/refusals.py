"""Refusals: answers that carry a fault."""

from gateway.domain.errors import (
    GatewayError,
    InputInvalid,
    InternalError,
    InternalFailure,
    UnderMaintenance,
)
from gateway.http import HttpAnswer
from gateway.soap.exchange_log import log_defect
from gateway.soap.exchange_state import ExchangeState
from gateway.soap.faults import Fault

HEADERS = (("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store"))
"""HTTP fields of each answer to a message."""


def failure(error: Exception, state: ExchangeState) -> HttpAnswer:
    """Return the fault for an exception, which is logged where the defect is ours."""
    known = error if isinstance(error, GatewayError) else InternalError("unexpected")
    is_defect = isinstance(known, InternalFailure | InputInvalid)
    if is_defect and not isinstance(known, UnderMaintenance):
        log_defect(state.id, error)
    return refusal(state.flavour.fault(known, state.soap, state.id), state)


def refusal(
    refused: Fault,
    state: ExchangeState,
    status: int | None = None,
    headers: tuple[tuple[str, str], ...] = (),
) -> HttpAnswer:
    """Return the answer that carries a fault, signed where that was agreed on.

    status: of HTTP, where it is not that of the fault.
    """
    state.outcome = refused.code
    body = _signed(refused.body, state)
    return HttpAnswer(
        status or refused.status,
        (("Content-Type", refused.content_type), *HEADERS, *refused.headers, *headers),
        body,
    )


def _signed(body: bytes, state: ExchangeState) -> bytes:
    """The fault, signed where that was agreed on; unsigned where signing fails.

    An unsigned fault still tells the partner what is wrong.
    """
    try:
        return state.security.ours.secured(body) if state.security.ours else body
    except Exception as error:  # noqa: BLE001 - last resort: the caller always gets a fault
        log_defect(state.id, error)
        return body
