"""Administration of API keys: a person adds one for a system, lists them, revokes one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.api.key import ApiKey, Scope, network, system_name
from gateway.domain.api.refused import ApiKeyInvalid
from gateway.exchange.api.acts import KeyAct, KeyChange
from gateway.exchange.api.secret import as_shown, digest_of, new_key
from gateway.exchange.ports import Clock, Exchange, NewId
from gateway.exchange.ports.api.keys import ApiKeys

LONGEST_DAYS = 1100
"""A key lasts three years at most: who holds it changes."""
MOST_CALLS = 60_000


@dataclass(frozen=True, slots=True)
class KeyWish:
    """What a person wants of a new key. authority: empty where a single one is served here."""

    system: str
    scopes: Collection[Scope]
    authority: str = ""
    days: int = 365
    networks: Sequence[str] = ()
    calls_per_minute: int = 600


@dataclass(frozen=True, slots=True)
class AdministerKeys:
    """Use cases. authorities: identity -> name, of those that are served here."""

    keys: ApiKeys
    authorities: Mapping[str, str]
    clock: Clock
    new_id: NewId

    def add(self, wish: KeyWish, person: str) -> tuple[ApiKey, str]:
        """Add a key; return it and the text that its system keeps, which is shown this once.

        Raises ApiKeyInvalid, ServiceUnavailable.
        """
        key_id, secret = new_key()
        now = self.clock()
        _require_bounds(wish)
        key = ApiKey(
            key_id,
            digest_of(secret),
            system_name(wish.system),
            self._authority(wish.authority),
            frozenset(wish.scopes),
            tuple(network(each) for each in wish.networks),
            wish.calls_per_minute,
            now,
            now + timedelta(days=wish.days),
        )
        details = {
            "system": key.system,
            "authority": key.authority,
            "scopes": " ".join(sorted(key.scopes)),
            "networks": " ".join(map(str, key.networks)),
            "expires_at": key.expires_at.isoformat(),
        }
        self.keys.add(key, self._record(KeyAct.ADDED, person, key_id, details))
        return key, as_shown(key_id, secret)

    def list_all(self) -> Sequence[ApiKey]:
        """All keys, oldest first."""
        return self.keys.all()

    def revoke(self, key_id: str, person: str) -> ApiKey:
        """Declare that a key counts no longer, from this moment.

        Raises ApiKeyInvalid where there is no such key, or it is revoked already.
        """
        key = self.keys.find(key_id)
        if key is None:
            raise ApiKeyInvalid("key", "There is no such key. `api-keys list` shows all.")
        record = self._record(KeyAct.REVOKED, person, key_id, {"system": key.system})
        if not self.keys.revoke(key_id, self.clock(), record):
            raise ApiKeyInvalid("key", "This key is revoked already.")
        return key

    def _authority(self, wanted: str) -> str:
        known = list(self.authorities)
        if not wanted and len(known) == 1:
            return known[0]
        if wanted in known:
            return wanted
        raise ApiKeyInvalid(
            "authority", f"Name an authority that is served here: {', '.join(known)}."
        )

    def _record(
        self, act: KeyAct, person: str, key_id: str, details: Mapping[str, str]
    ) -> Exchange:
        return KeyChange(act, self.clock(), person, key_id, details).exchange(self.new_id())


def _require_bounds(wish: KeyWish) -> None:
    if not wish.scopes:
        raise ApiKeyInvalid("scope", "Name at least one scope.")
    if not 1 <= wish.days <= LONGEST_DAYS:
        raise ApiKeyInvalid("days", f"A key lasts 1 to {LONGEST_DAYS} days.")
    if not 1 <= wish.calls_per_minute <= MOST_CALLS:
        raise ApiKeyInvalid("calls_per_minute", f"The budget is 1 to {MOST_CALLS} calls a minute.")
