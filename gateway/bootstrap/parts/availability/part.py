"""Availability part of a gateway: probes of partners, history of results, planned windows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from gateway.bootstrap.clock import new_id
from gateway.domain.errors import CalleeNotFound
from gateway.exchange.availability.history import (
    AvailabilityHistory,
    PartnerHistory,
    Reachability,
)
from gateway.exchange.availability.plan import PlanWindows
from gateway.exchange.availability.probe import ProbedPartner, ProbePartners
from gateway.exchange.ports import Clock
from gateway.exchange.ports.availability.results import Span
from gateway.settings import ClientSettings, PartnerSettings

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database
    from gateway.bootstrap.parts.partners import PartnersPart


@dataclass(frozen=True)
class AvailabilityPart:
    """Use cases of availability data.

    partners, client: settings.  asking: makes the clients of partners, where one is probed.
    """

    partners: Sequence[PartnerSettings]
    client: ClientSettings
    asking: "Callable[[], PartnersPart]"
    database: "Database"
    clock: Clock

    @cached_property
    def history(self) -> AvailabilityHistory:
        """Reads and condenses the history."""
        store = self.database.store
        return AvailabilityHistory(
            store.availability.results, store.availability.windows, self.clock
        )

    @cached_property
    def windows(self) -> PlanWindows:
        """Enters, lists and withdraws planned windows."""
        return PlanWindows(self.database.store.availability.windows, self.clock, new_id)

    @cached_property
    def probed(self) -> Sequence[tuple[PartnerSettings, timedelta]]:
        """The partners that the settings want probed, each with its interval."""
        wanted = ((partner, self._probe_seconds(partner)) for partner in self.asked)
        return [(partner, timedelta(seconds=seconds)) for partner, seconds in wanted if seconds]

    @cached_property
    def probe(self) -> ProbePartners:
        """Probes partners. Raises SettingsInvalid, KeyUnusable."""
        asking = self.asking()
        return ProbePartners(
            [
                ProbedPartner(partner.key, asking.probed(partner), interval)
                for partner, interval in self.probed
            ],
            self.database.store.availability.probes,
            self.clock,
        )

    @property
    def asked(self) -> Sequence[PartnerSettings]:
        """The partners that have an address."""
        return [partner for partner in self.partners if partner.address]

    def asked_in(self, country: str | None) -> Sequence[PartnerSettings]:
        """The partners that have an address, of one country or all.

        Raises CalleeNotFound where there is none of that country.
        """
        found = [each for each in self.asked if country in (None, each.country.text)]
        if country and not found:
            raise CalleeNotFound(f"No partner with an address is configured for {country}.")
        return found

    def figures(self) -> Sequence[PartnerHistory]:
        """History by the hour of the partners that have an address. For metrics."""
        return self.history.of([partner.key for partner in self.asked], Span.HOUR)

    def reachability(self) -> Sequence[Reachability]:
        """Reachability of the partners that have an address, where they were ever asked."""
        known = self.history.reachability()
        return [known[partner.key] for partner in self.asked if partner.key in known]

    def condense(self) -> None:
        """Make days of old hours of the history, and remove old days."""
        self.history.condense()

    def _probe_seconds(self, partner: PartnerSettings) -> int:
        own = partner.probe_seconds
        return self.client.probe_seconds if own is None else own
