"""Integrity part of a gateway: records of permits, reconciliation, suspension, adoption."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from gateway.bootstrap.clock import new_id
from gateway.bootstrap.parts.own_keys import OwnKeys
from gateway.crypto.journal_seal.heads import CurrentJournalVerifier, JournalVerifier
from gateway.crypto.permit_seal.verify import verifier_of_our_own
from gateway.exchange.integrity.adopt import AdoptPermits
from gateway.exchange.integrity.differences import CompareRows
from gateway.exchange.integrity.documents_as_issued import DocumentsAsIssued
from gateway.exchange.integrity.keep import KeepPermits
from gateway.exchange.integrity.key_record import RecordKey
from gateway.exchange.integrity.reconcile import ReconcilePermits
from gateway.exchange.integrity.suspended import SuspendedPermits
from gateway.exchange.integrity.watch import WatchPermits
from gateway.exchange.ports import Clock, PermitFormat
from gateway.exchange.service.served_authorities import ServedAuthorities

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database


@dataclass(frozen=True)
class IntegrityPart:
    """Use cases that keep permits what they were recorded to be.

    seal_certificates: gives the DER of every certificate that seals for us, or has.
    read_verifier: gives the verifier of our own signatures, with the keys of this moment.
    formats: gives every schema version by name.
    """

    served: ServedAuthorities
    seal_certificates: Callable[[], frozenset[bytes]]
    read_verifier: Callable[[], JournalVerifier]
    formats: Callable[[], Mapping[str, PermitFormat]]
    keys: OwnKeys
    database: "Database"
    clock: Clock

    @cached_property
    def keep(self) -> KeepPermits:
        """Records changes of permits, and refuses what was altered. Raises KeyUnusable."""
        verifier = verifier_of_our_own(self.seal_certificates(), self.clock)
        as_issued = DocumentsAsIssued(verifier, self.formats)
        return KeepPermits(self._compare, as_issued, self.keys.head_signer, self.clock, new_id)

    @cached_property
    def reconcile(self) -> ReconcilePermits:
        """Compares tables with records. Raises KeyUnusable."""
        store = self.database.store
        return ReconcilePermits(store.integrity, store.begin_work, self._compare)

    @cached_property
    def watch(self) -> WatchPermits:
        """Reconciles in the background. Raises KeyUnusable."""
        store = self.database.store
        return WatchPermits(
            self.reconcile, self.keep, store.integrity, store.begin_work, self.clock
        )

    @cached_property
    def key_record(self) -> RecordKey:
        """Records since when a key is used to seal. Raises KeyUnusable."""
        store = self.database.store
        return RecordKey(
            self.keys.head_signer, store.integrity, store.begin_work, self.clock, new_id
        )

    @cached_property
    def adopt(self) -> AdoptPermits:
        """Lets a person vouch for permits. Raises KeyUnusable."""
        store = self.database.store
        return AdoptPermits(
            self.reconcile, self.keep, store.integrity, store.begin_work, self.served
        )

    @cached_property
    def suspended(self) -> SuspendedPermits:
        """Permits that nobody is answered with."""
        return SuspendedPermits(self.database.store.integrity, time.monotonic)

    @cached_property
    def _compare(self) -> CompareRows:
        verifier = CurrentJournalVerifier(self.read_verifier)
        return CompareRows(verifier, has_key=self.keys.seal is not None)
