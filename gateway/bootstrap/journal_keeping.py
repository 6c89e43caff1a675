"""What keeps the journal true: seals, their verification, evidence out of it, and what may leave it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from importlib import resources

from gateway.domain.retention import Retention
from gateway.exchange.export_evidence import ExportEvidence
from gateway.exchange.hold_records import HoldRecords
from gateway.exchange.ports import Clock, NewId
from gateway.exchange.prune_journal import PruneJournal
from gateway.exchange.pruning import Prunings
from gateway.exchange.seal_journal import SealJournal
from gateway.exchange.stamp_heads import StampHeads
from gateway.exchange.verify_journal import VerifyJournal
from gateway.settings import Settings
from gateway.signatures.authorities import authorities_in
from gateway.signatures.head_signing import JournalSigner, JournalVerifier
from gateway.signatures.key_settings import our_seals
from gateway.signatures.sealing import PermitSealer
from gateway.signatures.timestamps import TimeStampingAuthority, TimeStamps
from gateway.store.store import Store

_COMPANIONS = ("README.txt", "verify.py")


@dataclass(frozen=True)
class JournalKeeping:
    """Part of a gateway; each use case is made when it is first asked for.

    open_sealer: gives the sealer of permits, whose key signs heads; who only looks needs no key.
    """

    settings: Settings
    store: Store
    open_sealer: Callable[[], PermitSealer | None]
    clock: Clock
    new_id: NewId

    @cached_property
    def sealing(self) -> SealJournal:
        """Brings records of the journal under a seal. Raises KeyUnusable."""
        quiet_after = timedelta(minutes=self.settings.journal.quiet_head_minutes)
        return SealJournal(self.store.sealed_journal, self._signer, self.clock, self.new_id, quiet_after)

    @cached_property
    def verifying(self) -> VerifyJournal:
        """Finds what was changed in the journal. Raises KeyUnusable."""
        has_key = self.settings.seal is not None
        return VerifyJournal(
            self.store.sealed_journal, self.store.holds, self._verifier, self.clock, has_key, self._stamps
        )

    @cached_property
    def stamping(self) -> StampHeads | None:
        """Has heads time-stamped; None where nobody is named who does. Raises SettingsInvalid for its CA file."""
        settings = self.settings.journal
        if settings.timestamp_address is None or self._stamps is None:
            return None
        authority = TimeStampingAuthority(settings.timestamp_address, self._stamps, self.clock)
        every = timedelta(minutes=settings.timestamp_minutes)
        return StampHeads(self.store.sealed_journal, authority, self.clock, self.new_id, every)

    @cached_property
    def evidence(self) -> ExportEvidence:
        """Makes files that prove what stands in the journal. Raises KeyUnusable."""
        companions = {name: (resources.files("gateway.evidence") / name).read_bytes() for name in _COMPANIONS}
        return ExportEvidence(self.store.sealed_journal, self._verifier, companions)

    @cached_property
    def pruning(self) -> PruneJournal:
        """Removes what has had its time. Raises KeyUnusable."""
        retention = Retention(self.settings.journal.retention_years_after_expiry)
        return PruneJournal(
            self.store.retained_journal, self.store.sealed_journal, self.store.holds, self._signer, retention,
            self.clock, self.new_id,
        )  # fmt: skip

    @cached_property
    def prunings(self) -> Prunings:
        """Tells of what was removed. Raises KeyUnusable."""
        return Prunings(self.store.sealed_journal, self._verifier)

    @cached_property
    def holding(self) -> HoldRecords:
        """Keeps what must not be removed."""
        return HoldRecords(self.store.holds, self.clock, self.new_id)

    @cached_property
    def _stamps(self) -> TimeStamps | None:
        file = self.settings.journal.timestamp_ca_file
        return TimeStamps(authorities_in(file)) if file else None

    @cached_property
    def _signer(self) -> JournalSigner | None:
        sealer = self.open_sealer()
        return JournalSigner(sealer.key, sealer.chain) if sealer else None

    @cached_property
    def _verifier(self) -> JournalVerifier:
        return JournalVerifier(our_seals(self.settings))
