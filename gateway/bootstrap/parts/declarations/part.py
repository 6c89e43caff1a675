"""Declarations part of a gateway: checks, and what declarations hold of permits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING, Any

from adapters.declarations.read import declaration_of, read_declaration
from gateway.bootstrap.clock import new_id
from gateway.bootstrap.parts.own_keys import OwnKeys
from gateway.domain.declarations.compare import SameTaxon
from gateway.domain.declarations.line import CustomsDeclaration
from gateway.domain.permit.permit import Permit
from gateway.domain.rules.references import References
from gateway.exchange.declarations.acts import ActOnDeclarations
from gateway.exchange.declarations.budget import AskBudget
from gateway.exchange.declarations.check import CheckDeclaration
from gateway.exchange.declarations.confirm import ConfirmWrittenOff
from gateway.exchange.declarations.entries import MakeEntries
from gateway.exchange.declarations.free import FreeQuantities
from gateway.exchange.declarations.intact import UseIntegrity
from gateway.exchange.declarations.permits import DeclaredPermits
from gateway.exchange.declarations.read import ReadDeclarations
from gateway.exchange.declarations.record import UseRecords
from gateway.exchange.declarations.same_taxon import same_taxon_by
from gateway.exchange.permits.foreign.ask_partner import AskPartner
from gateway.exchange.permits.own_permits import OwnPermits
from gateway.exchange.ports import Clock, HeadVerifier, PermitRecords
from gateway.exchange.service.served_authorities import ServedAuthorities
from gateway.settings import PartnerSettings
from gateway.settings.declarations.use import DeclarationSettings

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database
    from gateway.bootstrap.parts.outbox import OutboxPart
    from gateway.bootstrap.parts.partners import PartnersPart

LONGEST_SECONDS = 20.0
"""Longest exchange with a partner that a customs system waits for."""


@dataclass(frozen=True)
class DeclarationsPart:
    """Use cases of customs declarations.

    at_hand: gives the newest document of a foreign permit in the journal.
    references: gives reference data.  verifier: gives that of our records.
    """

    settings: DeclarationSettings
    configured: Sequence[PartnerSettings]
    served: ServedAuthorities
    integrity: Callable[[], PermitRecords]
    partners: "Callable[[], PartnersPart]"
    outbox: "Callable[[], OutboxPart]"
    at_hand: Callable[[str, str], Permit | None]
    references: Callable[[], References]
    verifier: Callable[[], HeadVerifier]
    keys: OwnKeys
    database: "Database"
    clock: Clock

    def parsed(self, content: bytes) -> CustomsDeclaration:
        """Return a declaration of its JSON. Raises DeclarationInvalid, QuantityInvalid."""
        return read_declaration(content)

    def of_object(self, document: Mapping[str, Any]) -> CustomsDeclaration:
        """As `parsed`, of JSON that is parsed already."""
        return declaration_of(document)

    @cached_property
    def check(self) -> CheckDeclaration:
        """Compares a declaration with its permits. Raises KeyUnusable, SettingsInvalid."""
        return CheckDeclaration(
            self._permits, self.database.store.begin_work, self._same_taxon, self.free
        )

    @cached_property
    def act(self) -> ActOnDeclarations:
        """Reserves, writes off, releases, amends. Raises KeyUnusable, SettingsInvalid."""
        store = self.database.store
        records = UseRecords(self.keys.head_signer)
        reached = {partner.country.text for partner in self.configured if partner.address}
        confirm = ConfirmWrittenOff(
            lambda: self.outbox().book,
            reached.__contains__,
            store.outbox,
            records,
            new_id,
            self.settings.confirm_written_off,
        )
        return ActOnDeclarations(
            MakeEntries(self._permits, self._same_taxon, new_id),
            self.free,
            store.declared,
            store.begin_work,
            records,
            confirm,
            timedelta(days=self.settings.reservation_days),
            self.clock,
            new_id,
        )

    @cached_property
    def read(self) -> ReadDeclarations:
        """Lists what declarations hold."""
        return ReadDeclarations(self.database.store.declared)

    @cached_property
    def free(self) -> FreeQuantities:
        """Counts what is free of permits, for declarations and for counts."""
        intact = UseIntegrity(self.database.store.journal, self.verifier)
        return FreeQuantities(self._permits, intact)

    @cached_property
    def _permits(self) -> DeclaredPermits:
        store = self.database.store
        return DeclaredPermits(
            OwnPermits(self.served, self.integrity()),
            store.begin_work,
            self.at_hand,
            lambda: self._ask,
            lambda: self.keys.token_hasher,
            store.outbox,
            AskBudget(self.settings.most_asked, self.settings.ask_seconds, monotonic),
            lambda country, number: self.partners().ended.code(country, number),
        )

    @cached_property
    def _ask(self) -> AskPartner:
        return self.partners().ask_within(LONGEST_SECONDS)

    @cached_property
    def _same_taxon(self) -> SameTaxon:
        return same_taxon_by(self.references())
