"""Call: an authenticated request of a system, as a handler sees it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Header
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from gateway.domain.api.key import ApiKey
from gateway.exchange.api.once import Answered
from gateway.web.api.desk import ApiDesk

JSON = "application/json"


@dataclass
class Call:
    """desk: use cases.  key: of the caller.  incident: id of the journal record.

    digest: HMAC-SHA256 of the whole request, keyed with the secret of the API key, hex; so the
    token of a permit cannot be tried against what is stored.
    subject, permit_number: for the journal, beside operation and outcome.
    """

    desk: ApiDesk
    key: ApiKey
    incident: str
    digest: str
    permit_number: str | None = None
    subject: dict[str, str] = field(default_factory=dict)

    @property
    def country(self) -> str:
        """Country of the authority that the caller acts for."""
        return self.key.authority.partition("/")[0]

    @property
    def authority_code(self) -> str:
        """Code of this authority within its country."""
        return self.key.authority.partition("/")[2]

    def about(self, country: str, number: str) -> None:
        """Note the permit that a call is about, for the journal."""
        self.subject["country"], self.permit_number = country, number

    def once(self, idempotency_key: str, status: int, act: Callable[[str], BaseModel]) -> Response:
        """Do something once for this idempotency key, and answer it, the first time and later.

        status: of HTTP.  act: makes something under the id that it is given, or finds it there,
        and returns the answer.  Raises InvalidRequest, and whatever act raises.
        """

        def answered(identity: str) -> Answered:
            return Answered(status, act(identity).model_dump_json().encode())

        done = self.desk.once.do(self.key.id, idempotency_key, self.digest, answered)
        answer = Response(done.body, done.status, media_type=JSON)
        if done.is_repeated:
            answer.headers["Idempotency-Replayed"] = "true"
        return answer


def _call_of(request: Request) -> Call:
    call: Call = request.state.call
    return call


CurrentCall = Annotated[Call, Depends(_call_of)]
"""The call, as a parameter of a handler."""

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=100,
        pattern=r"^[A-Za-z0-9._:-]+$",
        description=(
            "Chosen by you, new for each request, such as a UUID. Send the same request with the"
            " same key until you have an answer: it has one effect."
        ),
    ),
]
"""Header of every operation that changes something."""

PermitToken = Annotated[
    str | None,
    Header(
        alias="Permit-Token",
        min_length=1,
        max_length=70,
        pattern=r"^[A-Za-z0-9/._ -]+$",
        description="Token of the permit (TokenId), where its issuer needs one. Never in a URL.",
    ),
]
"""Header with the token of a permit."""

Schema = dict[str, Any]
