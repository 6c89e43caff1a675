"""Port of the API keys: stored by prefix and digest, with a budget of calls."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from gateway.domain.api.key import ApiKey
from gateway.exchange.ports.journal import Exchange


class ApiKeys(Protocol):
    """API keys as they stand. Every method raises ServiceUnavailable."""

    def find(self, key_id: str) -> ApiKey | None:
        """Return a key by its prefix, also one that is expired or revoked."""

    def all(self) -> Sequence[ApiKey]:
        """Return all keys, oldest first."""

    def add(self, key: ApiKey, record: Exchange) -> None:
        """Store a key and the journal record of this act, in one transaction."""

    def revoke(self, key_id: str, at: datetime, record: Exchange) -> bool:
        """Note that a key counts no longer, with the record. False where it is so already."""

    def count_call(self, key_id: str, at: datetime, window_began: datetime) -> int:
        """Count a call and note the day of use; return the calls in this window, this one too.

        window_began: start of the window in which the call is; a former window is forgotten.
        """
