"""Authentication of calls by API key, and the call budget of each key.

A key that is unknown, wrong, expired, revoked or used from another network gets the same answer,
so that its finder learns nothing. The log names the reason beside the prefix, which is no secret.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from math import ceil

from gateway.domain.api.key import ApiKey, Scope
from gateway.domain.errors import AccessDenied, CallerNotFound
from gateway.exchange.api.secret import digest_of, parse
from gateway.exchange.ports import Clock
from gateway.exchange.ports.api.keys import ApiKeys

WINDOW_SECONDS = 60
_NO_DIGEST = digest_of("")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Budget:
    """Call budget of a key in this window. reset_seconds: until the next window."""

    limit: int
    used: int
    reset_seconds: int

    @property
    def remaining(self) -> int:
        """Calls that are left."""
        return max(0, self.limit - self.used)

    @property
    def is_exceeded(self) -> bool:
        """Whether this call is one too many."""
        return self.used > self.limit


@dataclass(frozen=True, slots=True)
class IdentifyCaller:
    """Use case: the key of a call."""

    keys: ApiKeys
    clock: Clock

    def key(self, bearer: str, address: str) -> ApiKey:
        """Return the valid key that a call shows. bearer: text after `Bearer` in Authorization.

        Raises CallerNotFound, ServiceUnavailable.
        """
        shown = parse(bearer)
        if shown is None:
            raise _not_found()
        key_id, secret = shown
        key = self.keys.find(key_id)
        is_right = compare_digest(digest_of(secret), key.digest if key else _NO_DIGEST)
        if key is None or not is_right:
            raise _not_found()
        if problem := self._problem(key, address):
            _log.warning("api key refused: key=%s reason=%s", key.id, problem)
            raise _not_found()
        return key

    def _problem(self, key: ApiKey, address: str) -> str | None:
        if not key.is_valid_at(self.clock()):
            return "revoked" if key.revoked_at else "expired"
        return None if key.counts_from(address) else "network"

    def count(self, key: ApiKey) -> Budget:
        """Count a call of a key. Raises ServiceUnavailable."""
        now = self.clock()
        seconds = int(now.timestamp()) % WINDOW_SECONDS
        began = datetime.fromtimestamp(int(now.timestamp()) - seconds, UTC)
        used = self.keys.count_call(key.id, now, began)
        left = began + timedelta(seconds=WINDOW_SECONDS) - now
        return Budget(key.calls_per_minute, used, max(1, ceil(left.total_seconds())))


def require_scope(key: ApiKey, scope: Scope) -> None:
    """Raise AccessDenied unless a key opens a scope."""
    if scope not in key.scopes:
        raise AccessDenied(f"This key does not open the scope {scope.value}.")


def _not_found() -> CallerNotFound:
    return CallerNotFound("No valid API key came with this request.")
