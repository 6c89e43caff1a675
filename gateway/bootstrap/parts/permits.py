"""Permits part of a gateway: permits of our authorities, their seals and their ledgers."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.national.context import AuthorityDefaults, RecordContext
from adapters.national.values import UnexpectedValue
from adapters.registry import formats
from gateway.bootstrap.clock import new_id
from gateway.bootstrap.parts.own_keys import OwnKeys
from gateway.domain.errors import KeyUnusable, RecordInvalid
from gateway.domain.identifiers import Authority
from gateway.domain.ledger.endorsement import EndorsementRule
from gateway.domain.rules import Judge
from gateway.exchange.permits.ledger import LedgerDecisions
from gateway.exchange.permits.own_permits import OwnPermits
from gateway.exchange.permits.publication.batches import (
    Outcome,
    Preparation,
    PrepareBatches,
    PublishBatches,
    prepare_batch,
)
from gateway.exchange.permits.publication.ending import EndPermit
from gateway.exchange.permits.publication.listed import ListPermits
from gateway.exchange.permits.publication.prepare import PreparePermit
from gateway.exchange.permits.publication.record import PublishedFile, RecordPublication
from gateway.exchange.permits.publish import PublishPermit
from gateway.exchange.permits.rewriting.plan import TodaysDocuments
from gateway.exchange.permits.rewriting.rewrite import RewritePermits
from gateway.exchange.permits.seal_issued import SealIssued
from gateway.exchange.permits.show import ShowPermit
from gateway.exchange.permits.supporting.keep import DocumentLimits, KeepDocuments
from gateway.exchange.ports import Clock, NationalSource, PermitFormat, PermitRecords
from gateway.exchange.ports.quotas.trade import QuotaWatch
from gateway.exchange.service.served_authorities import ServedAuthorities
from gateway.settings import AuthoritySettings, PartnerSettings, SupportingDocumentSettings
from gateway.wire.plain_xml import is_plain_xml

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database


@dataclass(frozen=True)
class PermitsPart:
    """Use cases of the permits that our authorities issue.

    authorities: ours.  formats: gives every schema version by name, `v1` and `v2`.
    records: gives the signed records of permits.  judge: gives the rules with reference data.
    watch: gives the watch over quotas.
    workers: gives worker processes for a number of permits; None where they are not worth it.
    """

    authorities: Sequence[AuthoritySettings]
    partners: Sequence[PartnerSettings]
    formats: Callable[[], Mapping[str, PermitFormat]]
    keys: OwnKeys
    database: "Database"
    clock: Clock
    records: Callable[[], PermitRecords]
    judge: Callable[[], Judge]
    workers: Callable[[int], AbstractContextManager[PrepareBatches] | None]
    watch: Callable[[], QuotaWatch]
    document_limits: SupportingDocumentSettings

    @cached_property
    def publish(self) -> PublishPermit:
        """Publishes national records. Raises KeyUnusable."""
        return PublishPermit(
            self.database.store.begin_work,
            self.served,
            self.keys.token_hasher,
            tuple(self.formats().values()),
            self.keys.sealer,
            self.records(),
            self.clock,
            new_id,
            self.judge(),
            self.watch(),
        )

    @cached_property
    def prepare(self) -> PreparePermit:
        """Judges national records and writes their documents."""
        return PreparePermit(self.served, tuple(self.formats().values()), self.judge())

    @contextmanager
    def publishing(self, permits: int) -> Iterator[PublishBatches]:
        """Publishes many national records, for the length of the block, on all processor cores.

        permits: about how many.  Raises KeyUnusable.
        """
        workers = self.workers(permits) or nullcontext(self._prepare_here)
        with workers as prepare:
            lookup = self.database.store.permit_lookup
            yield PublishBatches(self.publish, lookup, prepare, not self.keys.in_token)

    def _prepare_here(
        self, batches: Iterable[Sequence[Preparation]]
    ) -> Iterator[Sequence[Outcome]]:
        return (prepare_batch(batch, self.prepare, lambda: self.keys.sealer) for batch in batches)

    @cached_property
    def seal_issued(self) -> SealIssued | None:
        """Seals permits that were published without a seal; None where [seal] names no key.

        Raises KeyUnusable.
        """
        sealer = self.keys.sealer
        if sealer is None:
            return None
        store = self.database.store
        return SealIssued(store.unsealed_permits, store.begin_work, sealer, self.records())

    @cached_property
    def ledger(self) -> LedgerDecisions:
        """Shows and corrects the quantities that were confirmed on permits of ours."""
        return LedgerDecisions(
            self._own,
            self.database.store.begin_work,
            tuple(self.formats().values()),
            self.rules,
            {partner.key: partner.partner for partner in self.partners},
            self.clock,
            new_id,
            self.keys.sealer,
        )

    @cached_property
    def show(self) -> ShowPermit:
        """Shows a permit of ours, with its loss notes."""
        formats = tuple(self.formats().values())
        return ShowPermit(self._own, self.database.store.begin_work, formats, self.rules)

    @cached_property
    def listing(self) -> ListPermits:
        """Lists permits of ours."""
        return ListPermits(self.database.store.permit_list, self.clock)

    @cached_property
    def ending(self) -> EndPermit:
        """Cancels a permit of ours, or says that it is replaced, lost or returned."""
        return EndPermit(self._own, self.database.store.begin_work, self.clock, new_id)

    @cached_property
    def documents(self) -> KeepDocuments:
        """Keeps the documents that support permits of ours."""
        limits = self.document_limits
        return KeepDocuments(
            self._own,
            self.database.store.begin_work,
            is_plain_xml,
            DocumentLimits(limits.max_file_bytes, limits.max_permit_bytes, limits.max_documents),
            self.clock,
            new_id,
        )

    def record_publication(
        self, file: Path, person: str, changed: Sequence[str], refused: int
    ) -> None:
        """Record in the journal who published a file, when, and its digest.

        changed: numbers of new and changed permits.  refused: records.
        Raises OSError, ServiceUnavailable.
        """
        with file.open("rb") as content:
            named = PublishedFile(file.name, hashlib.file_digest(content, "sha256").hexdigest())
        publication = RecordPublication(self.database.store.begin_work, self.clock, new_id)
        publication.record(named, person, changed, refused)

    @cached_property
    def rewrite(self) -> RewritePermits:
        """Writes published permits by the rules of today. Raises KeyUnusable."""
        store = self.database.store
        return RewritePermits(
            store.permit_list,
            store.begin_work,
            TodaysDocuments(tuple(self.formats().values())),
            self.rules,
            {partner.key: partner.partner for partner in self.partners},
            self.keys.sealer,
            self.records(),
            store.integrity.first_published,
            self.clock,
            new_id,
            self.judge(),
        )

    @cached_property
    def _own(self) -> OwnPermits:
        return OwnPermits(self.served, self.records())

    @cached_property
    def served(self) -> ServedAuthorities:
        """The authorities that this gateway answers for."""
        return ServedAuthorities(tuple(authority.identity for authority in self.authorities))

    @property
    def rules(self) -> dict[Authority, EndorsementRule]:
        """The endorsement rule of each authority."""
        return {authority.identity: authority.rule for authority in self.authorities}

    def source_of(self, file: Path) -> NationalSource:
        """The reader of a file of national records, with defaults of our authorities.

        Raises RecordInvalid for a file of an unknown kind.
        """
        from adapters.national.registry import national_source

        return national_source(file, self.record_context)

    @property
    def record_context(self) -> RecordContext:
        """Defaults of our authorities for national records, and the key of encrypted tokens."""
        return RecordContext(self._defaults_of, self._decrypted)

    def write_refused(self, file: Path, refused: Sequence[RecordInvalid]) -> Path:
        """Copy refused records of a file, with the reasons, into a new file; returns its path.

        Its tokens are encrypted. Raises RecordInvalid, OSError, KeyUnusable.
        """
        from adapters.national.refused import write_refused

        return write_refused(file, refused, self.keys.refused_token_cipher.encrypt)

    def _decrypted(self, token: str) -> str:
        try:
            return self.keys.refused_token_cipher.decrypt(token)
        except KeyUnusable as problem:
            raise UnexpectedValue(f"the token as issued. {problem.text.rstrip('.')}") from None

    def _defaults_of(self, code: str | None) -> AuthorityDefaults | None:
        served = self.served.authority(code)
        found = next((each for each in self.authorities if each.identity == served), None)
        return AuthorityDefaults(found.name, found.country.text, found.zone) if found else None


def permit_formats() -> Mapping[str, PermitFormat]:
    """Every schema version by name. Reads the schemas: call it once."""
    return formats()
