"""API part of a gateway: keys of other systems, and the JSON API they call."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from gateway.bootstrap.clock import new_id
from gateway.bootstrap.parts.own_keys import OwnKeys
from gateway.exchange.api.administer_keys import AdministerKeys
from gateway.exchange.api.identify import IdentifyCaller
from gateway.exchange.api.once import DoOnce
from gateway.exchange.api.webhooks.administer import AdministerWebhooks
from gateway.exchange.api.webhooks.deliver import DeliverEvents
from gateway.exchange.ports import Clock
from gateway.loopback import is_loopback_url
from gateway.settings import Settings

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database


@dataclass(frozen=True)
class ApiPart:
    """Use cases of systems that call the JSON API."""

    settings: Settings
    keys: OwnKeys
    database: "Database"
    clock: Clock

    @cached_property
    def administer(self) -> AdministerKeys:
        """Adds and revokes API keys."""
        served = self.settings.gateway.authorities
        authorities = {str(each.identity): each.name for each in served}
        return AdministerKeys(self.database.store.api.keys, authorities, self.clock, new_id)

    @cached_property
    def identify(self) -> IdentifyCaller:
        """Knows callers by their API keys."""
        return IdentifyCaller(self.database.store.api.keys, self.clock)

    @cached_property
    def once(self) -> DoOnce:
        """Does each request once."""
        return DoOnce(self.database.store.api.requests, self.clock, new_id)

    @cached_property
    def webhooks(self) -> AdministerWebhooks:
        """Registers webhooks. Raises KeyUnusable."""
        store = self.database.store.api
        cipher = self.keys.webhook_cipher
        return AdministerWebhooks(
            store.webhooks, store.keys, cipher, is_loopback_url, self.clock, new_id
        )

    @cached_property
    def deliver(self) -> DeliverEvents:
        """Tells webhooks of events. Raises KeyUnusable."""
        from gateway.alerting.signed_webhook import SignedWebhook

        store = self.database.store.api
        cipher = self.keys.webhook_cipher
        return DeliverEvents(store.webhooks, store.keys, SignedWebhook(), cipher, self.clock)
