"""Problems: each error of the tree as an answer of problem+json, by one table of HTTP statuses.

Members beside those of RFC 9457: `code`, `retry`, `incident`, and `position` and `box` where they
apply. They are those of a SOAP fault. Of a failure of this gateway no inside is shown.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from gateway.domain import errors
from gateway.domain.declarations.refused import DeclarationInvalid
from gateway.domain.foreign_text import one_line

MEDIA_TYPE = "application/problem+json"

STATUSES: Mapping[type[errors.GatewayError], HTTPStatus] = {
    errors.CertificateMissing: HTTPStatus.UNAUTHORIZED,
    errors.CallerNotFound: HTTPStatus.UNAUTHORIZED,
    errors.CalleeNotFound: HTTPStatus.NOT_FOUND,
    errors.AccessDenied: HTTPStatus.FORBIDDEN,
    errors.CertificateNotFound: HTTPStatus.NOT_FOUND,
    errors.CertificateNotFinal: HTTPStatus.CONFLICT,
    errors.CertificateCancelled: HTTPStatus.CONFLICT,
    errors.CertificateReplaced: HTTPStatus.CONFLICT,
    errors.CertificateExpired: HTTPStatus.CONFLICT,
    errors.QuantityExceeded: HTTPStatus.CONFLICT,
    errors.AlreadyConfirmed: HTTPStatus.CONFLICT,
    errors.MessageTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    errors.OperationNotAvailable: HTTPStatus.NOT_FOUND,
    errors.RequestRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.TrustRefused: HTTPStatus.BAD_GATEWAY,
    errors.PartnerTimeout: HTTPStatus.GATEWAY_TIMEOUT,
    errors.PartnerFailed: HTTPStatus.BAD_GATEWAY,
    errors.ServiceUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.UnderMaintenance: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.PermitAltered: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.InternalFailure: HTTPStatus.INTERNAL_SERVER_ERROR,
    DeclarationInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.InputInvalid: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""Error -> status; a class that is not here has the status of its nearest base that is."""

_FAILED = "This gateway could not do this. Name the incident to its operator."


class Problem(BaseModel):
    """An answer that is no success (RFC 9457)."""

    type: str = Field("about:blank", description="Always about:blank: `code` tells the kind.")
    title: str = Field(description="The HTTP status in words.")
    status: int
    detail: str = Field(description="A sentence for a person.")
    code: str = Field(description="Code of the error, as in a SOAP fault, such as QuantityInvalid.")
    retry: str = Field(description="never, later or after-change.")
    incident: str = Field(description="Id of the record in the journal and the log.")
    position: str | None = Field(None, description="Letter of the line that it is about.")
    box: str | None = Field(None, description="Box of the CITES form that it is about.")


def status_of(error: errors.GatewayError) -> HTTPStatus:
    """HTTP status of an error."""
    return next(STATUSES[base] for base in type(error).__mro__ if base in STATUSES)


def problem_of(error: errors.GatewayError, incident: str) -> JSONResponse:
    """The answer to an error. incident: id under which the operator finds it."""
    status = status_of(error)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        error = errors.InternalError(_FAILED)
    members: dict[str, Any] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": one_line(error.text),
        "code": error.code,
        "retry": error.retry.value,
        "incident": incident,
    }
    members |= {
        name: one_line(value)
        for name in ("position", "box")
        if (value := getattr(error, name)) is not None
    }
    answer = JSONResponse(members, int(status), media_type=MEDIA_TYPE)
    if status is HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="epix-gateway"'
    return answer


def http_problem(status: int, text: str, incident: str) -> JSONResponse:
    """The answer to a request that reaches no operation: unknown path, or method not allowed."""
    code = "OperationNotAvailable" if status in (404, 405) else "InvalidRequest"
    retry = "never" if status in (404, 405) else "after-change"
    members = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": text,
        "code": code,
        "retry": retry,
        "incident": incident,
    }
    return JSONResponse(members, status, media_type=MEDIA_TYPE)


_UNREAD: dict[str, Any] = {
    "description": "The HTTP server cannot read the request, and says why in plain text.",
    "content": {"text/plain": {"schema": {"type": "string"}}},
}
_BY_PROBLEM: dict[int | str, dict[str, Any]] = {
    status: {
        "description": text,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, text in {
        401: "No valid API key came with the request.",
        403: "The key does not open this operation.",
        404: "No such permit, partner or entry is known here.",
        409: "The state of the permit does not allow it.",
        413: "The request is too large.",
        422: "The request does not follow this description.",
        429: "The call budget is spent; `Retry-After` says when it is there again.",
        500: "A defect of this gateway.",
        502: "The partner failed, or its answer cannot be trusted or read.",
        503: "This gateway cannot answer at the moment.",
        504: "The partner did not answer in time.",
    }.items()
}
DOCUMENTED: dict[int | str, dict[str, Any]] = {400: _UNREAD, **_BY_PROBLEM}
"""Problems that every operation can answer, for the OpenAPI description."""
