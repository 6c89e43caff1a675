"""Journal part of a gateway: search, seals, verification, evidence, legal holds, pruning."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING

from gateway.bootstrap.background_jobs import PRUNING_JOB
from gateway.bootstrap.clock import new_id
from gateway.bootstrap.parts.own_keys import OwnKeys
from gateway.crypto.callers.authorities import authorities_in
from gateway.crypto.journal_seal.heads import JournalVerifier
from gateway.crypto.journal_seal.timestamps import Rfc3161Verifier, TimeStampingAuthority
from gateway.domain.key_revocation import KeyRevocation
from gateway.domain.retention import Retention
from gateway.exchange.anchors.held_file import HeadsFile
from gateway.exchange.journal.explaining.explain import ExplainExchange, FaultWords
from gateway.exchange.journal.explaining.holders import CertificateHolders
from gateway.exchange.journal.export_evidence import ExportEvidence
from gateway.exchange.journal.hold import ManageLegalHolds
from gateway.exchange.journal.noted_head import NotedHead, newest_noted
from gateway.exchange.journal.prune import PruneJournal
from gateway.exchange.journal.read import ReadJournal
from gateway.exchange.journal.records.key_revocation import record_of_revocation
from gateway.exchange.journal.records.pruning import Prunings
from gateway.exchange.journal.seal import SealJournal
from gateway.exchange.journal.timestamp import TimestampHeads
from gateway.exchange.journal.verify import VerifyJournal
from gateway.exchange.ports import Clock
from gateway.exchange.service.exclusive import Exclusive
from gateway.settings import JournalSettings

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database

_COMPANIONS = ("README.txt", "verify.py")
"""Files that go into every evidence file."""


@dataclass(frozen=True)
class JournalPart:
    """Use cases of the journal; each is made when it is first used.

    keys: the key of the permit seal also signs heads; commands that only read need none.
    read_verifier: gives the verifier of our own signatures.
    pins: SHA-256 of a client certificate -> key of the partner that it is pinned for.
    partners: keys of all partners.
    revoked_seals: gives our sealing certificates that were revoked, by their DER.
    """

    settings: JournalSettings
    read_verifier: Callable[[], JournalVerifier]
    revoked_seals: Callable[[], Mapping[bytes, KeyRevocation]]
    pins: Mapping[str, str]
    partners: frozenset[str]
    keys: OwnKeys
    database: "Database"
    clock: Clock

    @property
    def read(self) -> ReadJournal:
        """Searches the journal and shows an exchange."""
        return ReadJournal(self.database.store.journal, self.holders.fingerprints)

    @property
    def explain(self) -> ExplainExchange:
        """Explains an exchange to a person on call."""
        return ExplainExchange(self.holders, _fault_in)

    @property
    def holders(self) -> CertificateHolders:
        """Finds the partner that a client certificate is of, by the certificates noted so far."""
        return CertificateHolders(self.pins, self.database.store.shown_certificates.all)

    @cached_property
    def seal(self) -> SealJournal:
        """Brings records of the journal under a seal. Raises KeyUnusable."""
        idle_head_after = timedelta(minutes=self.settings.idle_head_minutes)
        return SealJournal(
            self.database.store.sealed_journal,
            self.keys.head_signer,
            self.clock,
            new_id,
            idle_head_after,
        )

    @cached_property
    def verify(self) -> VerifyJournal:
        """Finds changes in the journal. Raises KeyUnusable."""
        return VerifyJournal(
            self.database.store.sealed_journal,
            self.database.store.holds,
            self.verifier,
            self.clock,
            self.keys.seal is not None,
            self._time_stamps,
        )

    def record_key_revocation(self, revocation: KeyRevocation) -> None:
        """Write the audit record of a revoked key of ours. Raises ServiceUnavailable."""
        self.database.store.journal.record(record_of_revocation(new_id(), revocation))

    def newest_head(self) -> NotedHead | None:
        """The newest head, to be noted elsewhere; None where nothing is sealed.

        Raises ValueError where it cannot be read.
        """
        return newest_noted(self.database.store.sealed_journal.last())

    @cached_property
    def heads_file(self) -> HeadsFile:
        """Reads heads of ours that were kept elsewhere, and compares them. Raises KeyUnusable."""
        return HeadsFile(self.database.store.sealed_journal, lambda: self.verifier)

    @cached_property
    def timestamp(self) -> TimestampHeads | None:
        """Has heads time-stamped (RFC 3161); None where no authority is configured for it.

        Raises SettingsInvalid for its CA file.
        """
        if self.settings.timestamp_address is None or self._time_stamps is None:
            return None
        authority = TimeStampingAuthority(
            self.settings.timestamp_address, self._time_stamps, self.clock
        )
        every = timedelta(minutes=self.settings.timestamp_minutes)
        return TimestampHeads(
            self.database.store.sealed_journal, authority, self.clock, new_id, every
        )

    @cached_property
    def evidence(self) -> ExportEvidence:
        """Writes evidence files, which prove records of the journal. Raises KeyUnusable."""
        companions = {
            name: (resources.files("gateway.evidence") / name).read_bytes() for name in _COMPANIONS
        }
        return ExportEvidence(self.database.store.sealed_journal, self.verifier, companions)

    @cached_property
    def prune(self) -> PruneJournal:
        """Removes records whose retention is over. Raises KeyUnusable."""
        retention = Retention(self.settings.retention_years_after_expiry)
        return PruneJournal(
            self.database.store.retained_journal,
            self.database.store.sealed_journal,
            self.database.store.holds,
            self.keys.head_signer,
            retention,
            self.clock,
            new_id,
        )

    @cached_property
    def exclusive_prune(self) -> Exclusive[PruneJournal]:
        """`prune`, by a single process at a time: `serve` does the same as a background job."""
        return Exclusive(PRUNING_JOB, self.database.store.locks, self.prune)

    @cached_property
    def prunings(self) -> Prunings:
        """Finds the record that says why another was removed. Raises KeyUnusable."""
        return Prunings(self.database.store.sealed_journal, self.verifier)

    @cached_property
    def hold(self) -> ManageLegalHolds:
        """Places and releases legal holds, and lists them."""
        return ManageLegalHolds(self.database.store.holds, self.clock, new_id)

    @cached_property
    def _time_stamps(self) -> Rfc3161Verifier | None:
        file = self.settings.timestamp_ca_file
        return Rfc3161Verifier(authorities_in(file)) if file else None

    @cached_property
    def verifier(self) -> JournalVerifier:
        """Verifies our own signatures. Raises KeyUnusable."""
        return self.read_verifier()


def _fault_in(answer: bytes) -> FaultWords | None:
    # Imported only where an exchange is explained: the reader of faults loads lxml.
    from gateway.partners.stored_faults import stored_fault

    fault = stored_fault(answer)
    return FaultWords(fault.code, fault.text, fault.incident) if fault else None
