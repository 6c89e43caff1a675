"""Sharing part of a gateway: differences of counts that go between our gateway and a partner's."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from gateway.bootstrap.clock import new_id
from gateway.bootstrap.parts.partner_agreements import profile_of
from gateway.bootstrap.parts.report.part import ReportPart
from gateway.dialects import Dialect
from gateway.domain.partner import Partner
from gateway.exchange.permits.guess_limit import CallerLimit
from gateway.exchange.ports import Clock
from gateway.exchange.ports.report.shared import SharedMismatches, SharingClient
from gateway.exchange.report.sharing.act import ActOnMismatch
from gateway.exchange.report.sharing.lines import KnownLines
from gateway.exchange.report.sharing.receive import ReceiveMismatches
from gateway.exchange.report.sharing.send import SharedPartner, ShareMismatches
from gateway.exchange.service.exclusive import Exclusive
from gateway.partners.retry import RetryPolicy
from gateway.settings import ClientSettings, PartnerSettings
from gateway.settings.outbox import OutboxSettings

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database

SHARING_JOB = "mismatches"
"""Name of the job that tells partners, and of its advisory lock."""
_MESSAGES_PER_MINUTE = 60


@dataclass(frozen=True)
class SharingPart:
    """Use cases of the shared queue. dialect_of: gives the dialect of a partner's service.

    outbox: its back-off and circuit breaker hold here, too.
    """

    partners: Sequence[PartnerSettings]
    client: ClientSettings
    outbox: OutboxSettings
    dialect_of: Callable[[PartnerSettings], Dialect]
    report: ReportPart
    database: "Database"
    clock: Clock

    @cached_property
    def sharing(self) -> Mapping[str, Partner]:
        """The partners that agreed on it, by key."""
        return {each.key: each.partner for each in self._agreed}

    @property
    def shared(self) -> SharedMismatches:
        """The differences as they are stored."""
        return self.database.store.report.shared

    @cached_property
    def act(self) -> ActOnMismatch:
        """Acts of our persons. Raises KeyUnusable."""
        return ActOnMismatch(
            self.shared,
            self.database.store.report.settlements,
            self._lines,
            self.sharing,
            self.clock,
            new_id,
        )

    @cached_property
    def receive(self) -> ReceiveMismatches:
        """Takes messages of partners."""
        return ReceiveMismatches(self.shared, self._lines, self.clock, new_id)

    @cached_property
    def share(self) -> ShareMismatches:
        """Tells partners. Raises SettingsInvalid, KeyUnusable."""
        return ShareMismatches(
            self.shared,
            self.report.mismatches.every,
            {each.key: SharedPartner(each.partner, self._client(each)) for each in self._agreed},
            RetryPolicy(
                self.outbox.initial_backoff_seconds,
                self.outbox.max_backoff_seconds,
                self.outbox.circuit_open_seconds,
            ),
            self.clock,
            new_id,
        )

    @property
    def exclusive_share(self) -> Exclusive[ShareMismatches]:
        """`share`, by a single process at a time: `serve` does the same as a background job."""
        return Exclusive(SHARING_JOB, self.database.store.locks, self.share)

    def limit(self, processes: int) -> CallerLimit:
        """Rate limit of messages of one partner, of one of so many processes."""
        return CallerLimit(math.ceil(_MESSAGES_PER_MINUTE / processes), time.monotonic)

    def _client(self, partner: PartnerSettings) -> SharingClient:
        # Imported only where a message is sent: the transport loads the SOAP client.
        from gateway.partners.mismatch_client import MismatchClient

        at_resource = partner.model_copy(update={"address": partner.mismatch_address})
        return MismatchClient(
            profile_of(at_resource, self.client, self.dialect_of(partner)),
            self.database.store.journal,
            self.clock,
            new_id,
        )

    @cached_property
    def _lines(self) -> KnownLines:
        store = self.database.store
        return KnownLines(
            store.report.trade,
            self.report.documents.find,
            [each.identity for each in self.report.authorities],
        )

    @property
    def _agreed(self) -> Sequence[PartnerSettings]:
        return [each for each in self.partners if each.mismatch_address and each.enabled]
