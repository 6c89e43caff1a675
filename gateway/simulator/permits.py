"""Sample permits of a stand-in, in memory: invented records, their documents, seals and ledgers.

Documents come from the same tables as real ones (port PermitFormat), the ledger from the same
domain objects, and both stay until the stand-in stops. Each document is written and sealed when it
is first asked for.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from threading import RLock

from gateway.domain.errors import (
    CertificateNotFinal,
    CertificateNotFound,
    OperationNotAvailable,
    TooManyRequests,
)
from gateway.domain.identifiers import Authority, CertificateNumber
from gateway.domain.ledger.endorsement import ConfirmationState, EndorsementRule, SeenQuantity
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.status import Status, require_in_force
from gateway.domain.published import PublishedPermit
from gateway.exchange.permits.documents import Documents, write_all_versions
from gateway.exchange.ports import (
    SEAL_NAME,
    Attachment,
    Clock,
    DocumentForm,
    NationalRecord,
    NewId,
    PermitFormat,
    Sealer,
)
from gateway.exchange.sandbox.cases import CALLER

_CALLER = replace(CALLER, confirms_after_expiry=False)
"""Every caller of a stand-in, by the rules that the sandbox has for its caller."""


@dataclass(frozen=True, slots=True)
class AnsweredPermit:
    """A permit document, its files, and its seal; seal: None where nothing is sealed."""

    document: bytes
    attachments: tuple[Attachment, ...]
    seal: bytes | None

    @property
    def files(self) -> tuple[Attachment, ...]:
        """Attachments of the answer: the seal is the last."""
        return (*self.attachments, *((Attachment(SEAL_NAME, self.seal),) if self.seal else ()))


@dataclass(slots=True)
class _Held:
    record: NationalRecord
    published: PublishedPermit
    documents: dict[DocumentForm, Documents]


class SamplePermits:
    """The permits of one stand-in. Safe to share between threads."""

    def __init__(
        self,
        authority: Authority,
        records: Sequence[NationalRecord],
        formats: Mapping[str, PermitFormat],
        sealer: Sealer | None,
        clock: Clock,
        new_id: NewId,
        *,
        unsealed: frozenset[str] = frozenset(),
        spent: frozenset[str] = frozenset(),
    ) -> None:
        """Hold the permits of these records.

        unsealed: numbers of those that get no seal.  spent: numbers whose rate limit is exceeded.
        """
        self._unsealed = unsealed
        self._spent = spent
        self._formats = tuple(formats.values())
        self._sealer = sealer
        self._clock = clock
        self._new_id = new_id
        self._lock = RLock()
        self._held = {
            record.permit.number: _Held(record, _published(authority, record), {})
            for record in records
        }

    @property
    def records(self) -> tuple[NationalRecord, ...]:
        """The records as they were in the beginning."""
        return tuple(held.record for held in self._held.values())

    def certificate(
        self, number: str, token: str | None, *, final: bool, versions: Sequence[str]
    ) -> AnsweredPermit:
        """A permit in the first of these versions that can hold it.

        token: None where the dialect carries none: then it is not asked for.
        Raises CertificateNotFound, TooManyRequests, CertificateNotFinal, CertificateCancelled,
        CertificateReplaced, OperationNotAvailable, InvalidRequest.
        """
        with self._lock:
            held = self._find(number, token)
            require_in_force(held.published.status, _text(held.published.successor))
            if final and held.published.status is not Status.FINAL:
                raise CertificateNotFinal(
                    "Customs have not yet confirmed all of this permit (box 14).", box="14"
                )
            return self._answered(held, final=final, versions=versions)

    def another(self, number: str, versions: Sequence[str]) -> AnsweredPermit:
        """A permit with another number than this one, whatever its status. Raises as above."""
        with self._lock:
            for other, held in self._held.items():
                if other.text != number and any(
                    (version, DocumentForm.NON_FINAL) in self._documents(held, final=False)
                    for version in versions
                ):
                    return self._answered(held, final=False, versions=versions)
        raise CertificateNotFound

    def confirm(
        self, number: str, token: str | None, seen: Sequence[SeenQuantity]
    ) -> tuple[ConfirmationState, str]:
        """Book quantities; returns the state, and the id of the event.

        Raises as gateway.domain.published.PublishedPermit.confirm, and CertificateNotFound.
        """
        with self._lock:
            held = self._find(number, token)
            message = repr((number, [(line.position, line.amount) for line in seen])).encode()
            confirmed, event, state = held.published.confirm(
                seen, _CALLER, self._clock(), sha256(message).hexdigest(), self._new_id()
            )
            if state is ConfirmationState.CONFIRMED:
                held.published = confirmed
                held.documents.pop(DocumentForm.FINAL, None)
            return state, event.id

    def _find(self, number: str, token: str | None) -> _Held:
        if number in self._spent:
            raise TooManyRequests("This permit was asked for too often; try again later.")
        held = self._held.get(CertificateNumber.parse(number))
        if held is None or not _CALLER.may_see(held.published.authority, held.published.countries):
            raise CertificateNotFound
        known = held.record.token.text if held.record.token else ""
        if token is not None and not hmac.compare_digest(known.encode(), token.encode()):
            raise CertificateNotFound
        return held

    def _answered(self, held: _Held, *, final: bool, versions: Sequence[str]) -> AnsweredPermit:
        documents = self._documents(held, final=final)
        form = DocumentForm.FINAL if final else DocumentForm.NON_FINAL
        for version in versions:
            document = documents.get((version, form))
            if document:
                return AnsweredPermit(document.content, held.record.attachments, document.seal)
        raise OperationNotAvailable("This permit cannot be written in a version of this dialect.")

    def _documents(self, held: _Held, *, final: bool) -> Documents:
        form = DocumentForm.FINAL if final else DocumentForm.NON_FINAL
        if form not in held.documents:
            permit = _final(held) if final else held.record.permit.as_issued()
            sealer = None if permit.number.text in self._unsealed else self._sealer
            written, _ = write_all_versions(self._formats, permit, form, sealer)
            held.documents[form] = written
        return held.documents[form]


def _published(authority: Authority, record: NationalRecord) -> PublishedPermit:
    permit = record.permit
    was_used = permit.is_endorsed and not permit.document_type.multi_use
    status = Status.FINAL if was_used and record.status is Status.ISSUED else record.status
    transit = frozenset(record.transit_countries)
    return PublishedPermit(authority, permit, status, record.successor, transit=transit)


def _final(held: _Held) -> Permit:
    """The permit with box 14: of the record, or of what was confirmed."""
    published = held.published
    if not published.confirmations:
        return held.record.permit
    return published.final_permit(EndorsementRule())


def _text(number: CertificateNumber | None) -> str | None:
    return number.text if number else None
