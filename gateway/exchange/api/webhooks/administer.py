"""Administration of webhooks: a person registers an address for a key, lists them, removes one.

An operator vouches for each address, so no caller makes this gateway connect to an address of its
choice (server-side request forgery).
"""

import base64
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from gateway.domain.api.event import EventKind
from gateway.domain.api.key import Scope
from gateway.domain.api.refused import ApiKeyInvalid
from gateway.exchange.api.acts import KeyAct, KeyChange
from gateway.exchange.ports import Clock, Exchange, NewId, TokenEncryption
from gateway.exchange.ports.api.keys import ApiKeys
from gateway.exchange.ports.api.webhooks import Webhook, Webhooks

_LONGEST_ADDRESS = 500
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class AdministerWebhooks:
    """Use cases. encryption: of the secrets.  is_loopback: whether a URL is this machine."""

    webhooks: Webhooks
    keys: ApiKeys
    encryption: TokenEncryption
    is_loopback: Callable[[str], bool]
    clock: Clock
    new_id: NewId

    def add(
        self, key_id: str, address: str, kinds: Collection[EventKind], person: str
    ) -> tuple[Webhook, str]:
        """Register an address; return the webhook and its secret, which is shown this once.

        kinds: none: all.  Raises ApiKeyInvalid, KeyUnusable, ServiceUnavailable.
        """
        key = self.keys.find(key_id)
        if key is None or not key.is_valid_at(self.clock()):
            raise ApiKeyInvalid("key", "There is no such key that counts.")
        if Scope.EVENTS not in key.scopes:
            raise ApiKeyInvalid("key", "This key does not open the scope events.")
        identity = self.new_id()
        secret = f"whsec_{base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()}"
        webhook = Webhook(
            identity,
            key.id,
            key.authority,
            self._address(address),
            frozenset(kinds or EventKind),
            self.encryption.encrypt(secret, identity),
            self.clock(),
        )
        details = {"address": webhook.address, "kinds": " ".join(sorted(webhook.kinds))}
        self.webhooks.add(webhook, self._record(KeyAct.WEBHOOK_ADDED, person, key.id, details))
        return webhook, secret

    def list_all(self) -> Sequence[tuple[Webhook, int]]:
        """All webhooks, each with the number of its messages that wait."""
        return [(each, self.webhooks.waiting(each.id)) for each in self.webhooks.all()]

    def remove(self, webhook_id: str, person: str) -> Webhook:
        """Remove a webhook, with what waits for it. Raises ApiKeyInvalid where there is none."""
        found = next((each for each in self.webhooks.all() if each.id == webhook_id), None)
        if found is None:
            raise ApiKeyInvalid("webhook", "There is no such webhook.")
        details = {"address": found.address}
        record = self._record(KeyAct.WEBHOOK_REMOVED, person, found.key_id, details)
        self.webhooks.remove(webhook_id, record)
        return found

    def _address(self, text: str) -> str:
        try:
            parts = urlsplit(text)
            host, _ = parts.hostname, parts.port
        except ValueError:
            host, parts = None, urlsplit("")
        is_plain = text.isascii() and text.isprintable() and " " not in text and "@" not in text
        secure = parts.scheme == "https" or (parts.scheme == "http" and self.is_loopback(text))
        if not host or not is_plain or not secure or len(text) > _LONGEST_ADDRESS:
            raise ApiKeyInvalid(
                "address",
                "The address begins with https:// and has no user name; plain http reaches this"
                " machine alone.",
            )
        return text

    def _record(self, act: KeyAct, person: str, key_id: str, details: dict[str, str]) -> Exchange:
        return KeyChange(act, self.clock(), person, key_id, details).exchange(self.new_id())
