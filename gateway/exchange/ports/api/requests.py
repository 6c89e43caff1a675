"""Port of idempotent requests: digest and answer of each, by its idempotency key."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request that is done once.

    key_id: the API key.  idempotency_key: chosen by the caller.  digest: of the request, hex.
    operation_id: id of what the request makes (UUIDv7); a primary key there, so that the same
    request, done again after a crash, makes it once.
    status, answer: HTTP status and JSON body; None until it is done.
    """

    key_id: str
    idempotency_key: str
    digest: str
    operation_id: str
    began_at: datetime
    status: int | None = None
    answer: bytes | None = field(default=None, repr=False)


class ApiRequests(Protocol):
    """Requests that are done once. Every method raises ServiceUnavailable."""

    def begin(self, request: ApiRequest) -> ApiRequest:
        """Store a request that is new; return it, or the one that has its two keys already."""

    def finish(self, request: ApiRequest) -> None:
        """Store status and answer of a request."""

    def of_operation(self, operation_id: str) -> ApiRequest | None:
        """Return the request that made something."""
