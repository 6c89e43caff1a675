"""Listings part of a gateway: imports of reference data, and their look-ups for the rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING

from adapters.listings.files import ListingFiles
from gateway.bootstrap.clock import new_id
from gateway.domain.rules import Judge, findings
from gateway.domain.rules.foreign import ForeignJudge, foreign_findings
from gateway.exchange.listings.changes import ListingChanges
from gateway.exchange.listings.fetch import FetchListings
from gateway.exchange.listings.import_files import ImportListings
from gateway.exchange.listings.look_up import LookUpReferences
from gateway.exchange.listings.open_permits import OpenPermits
from gateway.exchange.listings.refresh import RefreshListings
from gateway.exchange.listings.verify_data import VerifyListings
from gateway.exchange.permits.history import PermitHistory
from gateway.exchange.ports import Clock
from gateway.exchange.ports.listings.store import ImportedData
from gateway.exchange.quotas.accounts import QuotaAccounts
from gateway.exchange.quotas.under import LinesUnderQuota
from gateway.exchange.quotas.watch import WatchQuotas
from gateway.exchange.service.served_authorities import ServedAuthorities
from gateway.settings import PartnerSettings, SpeciesPlusSettings
from gateway.species_plus.client import ClientLimits, SpeciesPlusClient

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database


@dataclass(frozen=True)
class ListingsPart:
    """Reference data, and the history of permits, for the rules.

    partners: their keys and countries, for questions about foreign permits.
    species_plus: where reference data are fetched from.
    """

    served: ServedAuthorities
    partners: Sequence[PartnerSettings]
    species_plus: SpeciesPlusSettings
    database: "Database"
    clock: Clock

    @cached_property
    def imports(self) -> ImportListings:
        """Imports files of reference data."""
        return ImportListings(
            ListingFiles(), self.database.store.reference_data, self.clock, new_id
        )

    @cached_property
    def fetch(self) -> FetchListings | None:
        """Fetches reference data from Species+; None where that is off."""
        settings = self.species_plus
        token_file = settings.token_file
        if not settings.enabled or token_file is None:
            return None
        limits = ClientLimits(
            call_seconds=settings.timeout_seconds,
            download_seconds=settings.download_timeout_seconds,
            pause_seconds=settings.pause_seconds,
        )
        client = SpeciesPlusClient(
            settings.address,
            lambda: token_file.read_text(encoding="ascii", errors="replace").strip(),
            settings.ca_file,
            limits,
        )
        return FetchListings(client, self.imports, self.references, self.clock)

    @cached_property
    def refresh(self) -> RefreshListings | None:
        """Fetches the bulk file when it is due; None where that is off."""
        hours = self.species_plus.refresh_hours
        if self.fetch is None or not hours:
            return None
        return RefreshListings(self.fetch, timedelta(hours=hours))

    @cached_property
    def open_permits(self) -> OpenPermits:
        """Permits that are in force, for the taxa and the listings that they depend on."""
        return OpenPermits(self.database.store.permit_list, self.clock)

    @cached_property
    def changes(self) -> ListingChanges:
        """What a decision of the Parties changes for permits that are in force."""
        return ListingChanges(self.open_permits, self.references)

    @cached_property
    def verify(self) -> VerifyListings:
        """Compares reference data with the records of their imports."""
        store = self.database.store
        return VerifyListings(store.reference_data, store.journal)

    @cached_property
    def references(self) -> LookUpReferences:
        """Look-ups of reference data."""
        return LookUpReferences(self.database.store.reference_data)

    @cached_property
    def history(self) -> PermitHistory:
        """History of permits that were published, asked for and confirmed here."""
        keys = {partner.country.text: partner.key for partner in self.partners if partner.address}
        store = self.database.store
        return PermitHistory(
            self.served,
            keys,
            store.permit_lookup,
            store.begin_work,
            store.foreign_permits,
            LinesUnderQuota(self.references, store.quota_trade, self.clock),
        )

    @cached_property
    def accounts(self) -> QuotaAccounts:
        """Accounts of published quotas."""
        store = self.database.store
        return QuotaAccounts(
            self.served, store.reference_data, self.references, store.quota_trade, self.clock
        )

    @property
    def watch(self) -> WatchQuotas:
        """Warns of quotas that are passed; one for each publication."""
        return WatchQuotas(self.references, self.clock)

    @cached_property
    def judge(self) -> Judge:
        """All rules, with everything that this gateway knows."""
        return partial(findings, references=self.references, history=self.history)

    @cached_property
    def judge_foreign(self) -> ForeignJudge:
        """The same for permits of other countries."""
        return partial(foreign_findings, references=self.references, history=self.history)

    def current(self) -> Sequence[ImportedData]:
        """The newest import of each kind. Raises ServiceUnavailable."""
        return self.database.store.reference_data.current()
