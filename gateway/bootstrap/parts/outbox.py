"""Outbox part of a gateway: quantities that our customs confirmed are kept and sent to partners."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from gateway.bootstrap.background_jobs import DELIVERY_JOB
from gateway.bootstrap.clock import new_id
from gateway.bootstrap.parts.own_keys import OwnKeys
from gateway.exchange.declarations.free import FreeQuantities
from gateway.exchange.outbox.book import BookConfirmation
from gateway.exchange.outbox.decide import DecideDelivery
from gateway.exchange.outbox.deliver import DeliverConfirmations
from gateway.exchange.outbox.read import ReadOutbox
from gateway.exchange.ports import Clock
from gateway.exchange.service.exclusive import Exclusive
from gateway.partners.retry import RetryPolicy
from gateway.settings.outbox import OutboxSettings

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database
    from gateway.bootstrap.parts.partners import PartnersPart


@dataclass(frozen=True)
class OutboxPart:
    """Use cases of the outbox. partners: opened only where something is booked or sent.

    free: gives what counts the free quantity of permits.
    """

    settings: OutboxSettings
    partners: "Callable[[], PartnersPart]"
    free: Callable[[], FreeQuantities]
    keys: OwnKeys
    database: "Database"
    clock: Clock

    @cached_property
    def read(self) -> ReadOutbox:
        """Lists the outbox, and shows the history of an entry."""
        return ReadOutbox(self.database.store.outbox, self.clock)

    @cached_property
    def decide(self) -> DecideDelivery:
        """Decisions of persons on an entry: retry, hold, drop."""
        return DecideDelivery(self.database.store.outbox, self.clock)

    @cached_property
    def book(self) -> BookConfirmation:
        """Books confirmed quantities. Raises KeyUnusable, SettingsInvalid."""
        return BookConfirmation(
            self.partners().directory,
            self.database.store.outbox,
            self.database.store.begin_work,
            self.free(),
            self.keys.token_cipher,
            self.clock,
            new_id,
        )

    @cached_property
    def deliver(self) -> DeliverConfirmations:
        """Sends entries to partners. Raises KeyUnusable, SettingsInvalid."""
        retries = RetryPolicy(
            self.settings.initial_backoff_seconds,
            self.settings.max_backoff_seconds,
            self.settings.circuit_open_seconds,
        )
        return DeliverConfirmations(
            self.partners().directory,
            self.partners().ask,
            self.database.store.outbox,
            self.keys.token_cipher,
            retries,
            self.clock,
            self.settings.max_in_flight_per_partner,
        )

    @cached_property
    def exclusive_deliver(self) -> Exclusive[DeliverConfirmations]:
        """`deliver`, by a single process at a time: `serve` does the same as a background job."""
        return Exclusive(DELIVERY_JOB, self.database.store.locks, self.deliver)
