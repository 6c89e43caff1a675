"""Re-sealing of issued permits: the seals of a former key are replaced by those of the key in use.

Documents stay byte for byte the same. The former seal stays beside the new one, with an audit
record in the journal that names person and reason, in the transaction of the permit: a permit is
sealed anew whole, or not at all. After an interruption the next call goes on, since a permit that
is done carries no seal of the former key any more.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from gateway.domain.errors import PermitAltered, TrustRefused
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.permits.resealing.as_issued import FormerKey, require_as_issued
from gateway.exchange.ports import (
    BeginWork,
    Clock,
    ConcurrentChange,
    Document,
    DocumentForm,
    Exchange,
    NewId,
    OwnSeals,
    PermitRecords,
    SealedPermit,
    SealedPermits,
    Sealer,
)

OPERATION = "PermitSealedAnew"
_PAGE_SIZE = 50
_Name = tuple[str, DocumentForm]


@dataclass(frozen=True, slots=True)
class Resealed:
    """Result for a permit that carried a seal of the former key.

    name: authority and number.  problem: why it keeps the former seal; None where it was replaced.
    """

    name: str
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class ResealPermits:
    """Use case: replace the seals of a former key, while the gateway runs."""

    sealed: SealedPermits
    seals: OwnSeals
    sealer: Sealer
    begin_work: BeginWork
    records: PermitRecords
    clock: Clock
    new_id: NewId

    def count(self) -> int:
        """Return how many permits are looked at. Raises ServiceUnavailable."""
        return self.sealed.count()

    def reseal(
        self,
        key: FormerKey,
        by: ResponsiblePerson,
        compared: Collection[str] = (),
        on_progress: Callable[[], None] = lambda: None,
    ) -> Iterator[Resealed]:
        """Yield the result of each permit that carried a seal of the key, as it is done.

        compared: numbers of permits that a person compared with the national record.
        on_progress: is called after each permit, also where nothing was to do.
        Raises InvalidRequest where person or reason is missing; KeyUnusable, ServiceUnavailable.
        """
        by = by.validated()
        for permit in each_sealed(self.sealed):
            former = {
                name: document
                for name, document in permit.documents.items()
                if self.seals.signer(document.seal or b"") == key.sha256
            }
            if former:
                try:
                    require_as_issued(
                        former, self.seals, key, compared=permit.number.text in compared
                    )
                except TrustRefused as refused:
                    yield Resealed(name_of(permit), refused.text)
                else:
                    yield self._replace(permit, former, key, by)
            on_progress()

    def _replace(
        self,
        permit: SealedPermit,
        former: Mapping[_Name, Document],
        key: FormerKey,
        by: ResponsiblePerson,
    ) -> Resealed:
        # Before the transaction: a key in a token takes its time, and others write meanwhile.
        new = {name: self.sealer.seal(document.content) for name, document in former.items()}
        record = self._record(permit, former, new, key, by)
        replaced = {name: (seal, key.sha256) for name, seal in new.items()}
        try:
            with self.begin_work() as work:
                stored = work.permits.get(permit.authority, permit.number)
                if stored is not None:
                    self.records.require_intact(work.integrity, permit.number, stored.published)
                if work.replace_seals(permit, replaced, record.id):
                    work.record(record)
                    self.records.record(
                        work.integrity, permit.authority, permit.number, "sealed anew"
                    )
                    work.commit()
                    return Resealed(name_of(permit))
        except ConcurrentChange:
            pass
        except PermitAltered as altered:
            return Resealed(name_of(permit), altered.text)
        return Resealed(name_of(permit), "It was changed by others at this moment. Call again.")

    def _record(
        self,
        permit: SealedPermit,
        former: Mapping[_Name, Document],
        new: Mapping[_Name, bytes],
        key: FormerKey,
        by: ResponsiblePerson,
    ) -> Exchange:
        """The audit record; its keys are fixed, as the journal keeps it for years."""
        at = self.clock()
        documents = [
            {
                "version": name[0],
                "form": name[1].value,
                "document": sha256(document.content).hexdigest(),
                "former_seal": sha256(document.seal or b"").hexdigest(),
                "seal": sha256(new[name]).hexdigest(),
            }
            for name, document in former.items()
        ]
        fields = {
            "v": 1,
            "at": at.isoformat(),
            "country": permit.authority.country.text,
            "authority": permit.authority.code,
            "number": permit.number.text,
            "former_key": key.sha256,
            "documents": documents,
            "person": by.person,
            "reason": by.reason,
        }
        message = json.dumps(fields, ensure_ascii=False, sort_keys=True).encode()
        return Exchange.own(self.new_id(), OPERATION, at, message, permit_number=permit.number.text)


def each_sealed(sealed: SealedPermits) -> Iterator[SealedPermit]:
    """Yield every sealed permit, a page of them in memory at a time."""
    last = 0
    while page := sealed.after(last, _PAGE_SIZE):
        yield from page
        last = page[-1].place


def name_of(permit: SealedPermit) -> str:
    """`MZ/ANAC MZ26EX000001`."""
    return f"{permit.authority.country.text}/{permit.authority.code} {permit.number.text}"
