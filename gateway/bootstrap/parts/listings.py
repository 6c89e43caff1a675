"""Listings part of a gateway: imports of reference data, and their look-ups for the rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from adapters.listings.files import ListingFiles
from gateway.bootstrap.clock import new_id
from gateway.domain.rules import Judge, findings
from gateway.domain.rules.foreign import ForeignJudge, foreign_findings
from gateway.exchange.listings.import_files import ImportListings
from gateway.exchange.listings.look_up import LookUpReferences
from gateway.exchange.listings.verify_data import VerifyListings
from gateway.exchange.permits.history import PermitHistory
from gateway.exchange.ports import Clock
from gateway.exchange.ports.listings.store import ImportedData
from gateway.exchange.service.served_authorities import ServedAuthorities
from gateway.settings import PartnerSettings

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database


@dataclass(frozen=True)
class ListingsPart:
    """Reference data, and the history of permits, for the rules.

    partners: their keys and countries, for questions about foreign permits.
    """

    served: ServedAuthorities
    partners: Sequence[PartnerSettings]
    database: "Database"
    clock: Clock

    @cached_property
    def imports(self) -> ImportListings:
        """Imports files of reference data."""
        return ImportListings(
            ListingFiles(), self.database.store.reference_data, self.clock, new_id
        )

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
            self.served, keys, store.permit_lookup, store.begin_work, store.foreign_permits
        )

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
