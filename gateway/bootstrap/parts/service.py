"""Service part of a gateway: the SOAP endpoint for partners, its pages, and its state.

Endpoint and pages are imported where they are made, in worker processes. The supervisor checks
callers, and shows version and clock to operators; it needs no SOAP library for that.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from gateway import __version__
from gateway.bootstrap.clock import new_id
from gateway.bootstrap.parts.callers import know_caller
from gateway.bootstrap.parts.integrity import IntegrityPart
from gateway.bootstrap.parts.own_keys import OwnKeys
from gateway.bootstrap.parts.permits import PermitsPart
from gateway.bootstrap.refusal_counts import RefusalCounts
from gateway.crypto.keys.expiry import is_degraded
from gateway.exchange.journal.message_retention import MessageRetention, RefusalQuota
from gateway.exchange.journal.refused_handshake import RecordRefusedHandshake
from gateway.exchange.permits.answer import AnswerCertificate
from gateway.exchange.permits.authorise import PermitAccess
from gateway.exchange.permits.confirm import ConfirmQuantities
from gateway.exchange.permits.guess_limit import CallerLimit, GuessLimit, PermitLimit
from gateway.exchange.ports import Clock, HeadAlerts, HeadsWithPartner, MessageSecurity
from gateway.exchange.sandbox.cases import spent_numbers
from gateway.exchange.service.clock_jump import ClockJumpDetector
from gateway.exchange.service.identify_caller import AnyCaller, IdentifyCaller
from gateway.exchange.service.maintenance import Maintenance
from gateway.exchange.service.note_certificate import NoteCertificate
from gateway.exchange.service.state import ServiceState
from gateway.mismatch_resource import PATH, MismatchResource
from gateway.operations import WorkerMetrics
from gateway.settings import Settings
from gateway.site import Site
from schemas import VERSIONS

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database
    from gateway.bootstrap.parts.report.sharing import SharingPart
    from gateway.soap.use_cases import UseCases


@dataclass(frozen=True)
class ServicePart:
    """The service that partners call.

    It is made of nearly all settings: addresses, limits, callers, authorities.
    endpoint_security: gives WS-Security by partner, where it was agreed.
    heads: gives the exchange of journal heads by partner, where it was agreed.
    sharing: gives the queue of differences that partners share.
    """

    settings: Settings
    permits: PermitsPart
    integrity: IntegrityPart
    endpoint_security: Callable[[], Mapping[str, MessageSecurity]]
    heads: Callable[[HeadAlerts], Mapping[str, HeadsWithPartner]]
    sharing: "Callable[[], SharingPart]"
    maintenance: Maintenance
    keys: OwnKeys
    database: "Database"
    clock: Clock

    @cached_property
    def site(self) -> Site:
        """The SOAP endpoint of each flavour, and the pages."""
        from gateway.bootstrap.portal.service_pages import service_pages
        from gateway.soap.endpoint import SoapEndpoint
        from gateway.soap.flavour import DocumentLiteral, Flavour
        from gateway.soap.hub.flavour import HubRpc
        from gateway.soap.reading.limits import MessageLimits

        address = self.settings.gateway.public_address
        limits = MessageLimits(bytes=self.settings.server.max_message_bytes)
        heads = self.heads(self.metrics)
        flavours: tuple[Flavour, ...] = (
            *(DocumentLiteral(version) for version in VERSIONS),
            HubRpc(self.settings.gateway.hub_answers),
        )
        endpoints = {
            f"/epix/{flavour.name}": SoapEndpoint(
                flavour,
                f"{address}/epix/{flavour.name}",
                self.use_cases,
                self.database.store.journal,
                self.clock,
                new_id,
                limits,
                self.endpoint_security(),
                watch=self.metrics,
                retention=self._retention,
                heads=heads,
            )
            for flavour in flavours
        }
        return Site(
            endpoints,
            service_pages(self.settings, self.software),
            address,
            {PATH: self._mismatches} if self.sharing().sharing else {},
        )

    @cached_property
    def _mismatches(self) -> MismatchResource:
        sharing = self.sharing()
        return MismatchResource(
            self.know_caller,
            frozenset(sharing.sharing),
            sharing.receive,
            self.database.store.journal,
            self.maintenance.require_open,
            sharing.limit(self.settings.server.workers),
            self._retention,
            self.clock,
            new_id,
        )

    @cached_property
    def use_cases(self) -> "UseCases":
        """The use cases that the SOAP operations call."""
        from gateway.soap.use_cases import UseCases

        return UseCases(
            self.know_caller,
            AnswerCertificate(
                self._permit_access,
                self.database.store.permit_lookup,
                self.integrity.suspended.require_free,
            ),
            ConfirmQuantities(
                self._permit_access,
                self.database.store.begin_work,
                tuple(self.permits.formats().values()),
                self.permits.rules,
                self.clock,
                new_id,
                self.keys.sealer,
                self.integrity.keep,
            ),
            ServiceState(
                self.permits.served, self._check, self._is_degraded, self.software, self.clock
            ),
            self.maintenance.require_open,
            NoteCertificate(
                self.know_caller.shown, self.database.store.shown_certificates, self.clock
            ).note,
        )

    @cached_property
    def know_caller(self) -> IdentifyCaller | AnyCaller:
        """Identifies callers by their certificate.

        Raises SettingsInvalid for a CA file or subject that cannot be read.
        """
        return know_caller(self.settings, self.clock)

    @cached_property
    def refused_handshake(self) -> RecordRefusedHandshake:
        """Records client certificates that TLS refused."""
        return RecordRefusedHandshake(self.database.store.journal, self.clock, new_id)

    @cached_property
    def refusal_counts(self) -> RefusalCounts:
        """Records how often callers were refused beyond their quota, of this process."""
        return RefusalCounts(self._retention, self.database.store.journal, self.clock)

    @cached_property
    def metrics(self) -> WorkerMetrics:
        """The metrics of this process."""
        return WorkerMetrics()

    @cached_property
    def clock_jump(self) -> ClockJumpDetector:
        """Finds out whether the clock has jumped since this was first used."""
        return ClockJumpDetector(self.clock, lambda: time.clock_gettime(time.CLOCK_BOOTTIME))

    @property
    def software(self) -> str:
        """Version, as ServiceState and the pages show it."""
        return f"{__version__} sandbox" if self.settings.sandbox else __version__

    @cached_property
    def _retention(self) -> MessageRetention:
        # Each worker process counts by itself, so each gets its share of the quota.
        journal, processes = self.settings.journal, self.settings.server.workers
        quota = RefusalQuota(
            math.ceil(journal.refused_bytes_per_caller_per_minute / processes),
            math.ceil(journal.refused_bytes_per_caller_per_day / processes),
        )
        return MessageRetention(new_id, time.monotonic, quota)

    @cached_property
    def _permit_access(self) -> PermitAccess:
        # Each worker process counts by itself, so each gets its share of the limits.
        limits, processes = self.settings.limits, self.settings.server.workers
        budget = GuessLimit(
            CallerLimit(math.ceil(limits.refused_lookups_per_minute / processes), time.monotonic),
            PermitLimit(
                math.ceil(limits.refused_lookups_per_permit_per_hour / processes),
                time.monotonic,
                spent_numbers() if self.settings.sandbox else frozenset(),
            ),
            self.metrics,
        )
        return PermitAccess(
            self.database.store.permit_lookup,
            self.permits.served,
            self.keys.token_hasher,
            budget,
        )

    def _check(self) -> None:
        self.database.store.check()
        self.maintenance.require_open()

    @property
    def _is_degraded(self) -> Callable[[], bool]:
        steady = self.clock_jump  # begins to watch the clock now, not with the first question
        return lambda: (
            is_degraded(self.settings, self.clock())
            or steady.has_jumped()
            or bool(self.integrity.suspended.places())
        )
