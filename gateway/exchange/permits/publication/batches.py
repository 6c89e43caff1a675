"""Publication in batches: thousands of national records, prepared side by side, stored together.

A batch is one transaction, so a publication that is killed leaves whole permits alone; the same
call again goes on, as it changes nothing of the permits that are there. Only permits that are new
are stored together. Each other record, a change of a permit that is here already or a second record
of a permit of the batch, is a transaction of its own, as `PublishPermit` does it.

A permit that is here exactly as its record states it is neither judged nor written again: nothing
would come of it. So the same file again costs little more than reading it.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from gateway.domain.errors import RecordInvalid
from gateway.domain.identifiers import Authority, CertificateNumber
from gateway.exchange.permits.confirm import retry_on_conflict
from gateway.exchange.permits.documents import sealed
from gateway.exchange.permits.publication.prepare import PreparedPermit, PreparePermit
from gateway.exchange.permits.publish import (
    Change,
    Findings,
    Published,
    PublishPermit,
    result_of,
)
from gateway.exchange.ports import (
    Attachment,
    NationalRecord,
    PermitLookup,
    Sealer,
    StatedPermit,
    Work,
)

MOST_PERMITS = 32
"""Of a batch. Others wait while it is stored, some thirty milliseconds on SQLite."""
MOST_ATTACHMENT_BYTES = 4 * 1024 * 1024
"""Of a batch, so that memory is bounded; a permit alone may have more."""

T = TypeVar("T")
Key = tuple[Authority, CertificateNumber]


@dataclass(frozen=True, slots=True)
class Preparation:
    """A record to prepare, without the content of its attachments.

    seal: whether its documents are sealed at once.
    """

    record: NationalRecord
    seal: bool


Outcome = PreparedPermit | RecordInvalid
_Prepared = Sequence[tuple[NationalRecord, Outcome]]
PrepareBatches = Callable[[Iterable[Sequence[Preparation]]], Iterator[Sequence[Outcome]]]
"""Prepares batch after batch, and yields the outcomes of each in the same order.

It may look ahead a few batches. Raises KeyUnusable, ServiceUnavailable.
"""


def prepare_batch(
    batch: Sequence[Preparation], prepare: PreparePermit, sealer: Callable[[], Sealer | None]
) -> list[Outcome]:
    """Prepare the records of a batch. sealer: is called where something is to be sealed.

    Raises KeyUnusable, ServiceUnavailable.
    """
    outcomes: list[Outcome] = []
    for each in batch:
        try:
            outcomes.append(prepare.prepare(each.record, sealer() if each.seal else None))
        except RecordInvalid as refusal:
            outcomes.append(refusal)
    return outcomes


@dataclass(frozen=True, slots=True)
class _Compared:
    """Comparison of the permits of a batch with those that are here, by places in the batch.

    known: that are here.  same: that are here exactly as stated; they are not prepared.
    prepared: permits that are prepared.
    """

    known: frozenset[int] = frozenset()
    same: frozenset[int] = frozenset()
    prepared: frozenset[Key] = frozenset()


@dataclass(frozen=True, slots=True)
class PublishBatches:
    """Use case: publish many national records.

    prepare: prepares batches, on several processor cores or on this one.
    seal_ahead: documents are sealed where they are prepared. False for a key in a token, which one
    process uses.
    """

    publish: PublishPermit
    lookup: PermitLookup
    prepare: PrepareBatches
    seal_ahead: bool

    def publish_all(
        self, records: Iterable[NationalRecord | T]
    ) -> Iterator[Published | RecordInvalid | T]:
        """Publish records, and yield the result of each in the same order.

        records: what is no NationalRecord, such as an error of its source, is passed on as it is.
        Raises KeyUnusable, ServiceUnavailable; the batches before are stored then.
        """
        return self._all(records, self._store, is_rehearsal=False)

    def rehearse_all(
        self, records: Iterable[NationalRecord | T]
    ) -> Iterator[Published | RecordInvalid | T]:
        """Yield what `publish_all` would, with nothing stored or sealed, and every permit judged.

        Each record is compared with what is stored now.
        """
        compare = partial(self.publish.compare, rehearsal=self.publish.rehearsal())

        def finish(batch: _Prepared) -> list[Published | RecordInvalid]:
            return [_tried(compare, record, prepared) for record, prepared in batch]

        return self._all(records, finish, is_rehearsal=True)

    def _all(
        self,
        records: Iterable[NationalRecord | T],
        finish: Callable[[_Prepared], list[Published | RecordInvalid]],
        *,
        is_rehearsal: bool,
    ) -> Iterator[Published | RecordInvalid | T]:
        waiting: deque[tuple[Sequence[NationalRecord | T], _Compared]] = deque()

        def batches() -> Iterator[Sequence[Preparation]]:
            for batch in _batches(records):
                under_way = {key for _, earlier in waiting for key in earlier.prepared}
                of_permits = _of_permits(batch)
                compared = _Compared() if is_rehearsal else self._compare(of_permits, under_way)
                waiting.append((batch, compared))
                yield [
                    self._task(each, is_new=not is_rehearsal and at not in compared.known)
                    for at, each in enumerate(of_permits)
                    if at not in compared.same
                ]

        for outcomes in self.prepare(batches()):
            batch, compared = waiting.popleft()
            yield from self._finished(batch, compared, outcomes, finish)

    def _finished(
        self,
        batch: Sequence[NationalRecord | T],
        compared: _Compared,
        outcomes: Sequence[Outcome],
        finish: Callable[[_Prepared], list[Published | RecordInvalid]],
    ) -> Iterator[Published | RecordInvalid | T]:
        of_permits = _of_permits(batch)
        prepared = [each for at, each in enumerate(of_permits) if at not in compared.same]
        finished = iter(finish(list(zip(prepared, outcomes, strict=True))) if prepared else ())
        results = iter(
            Published(each.permit.number, Change.UNCHANGED, (), (), ())
            if at in compared.same
            else next(finished)
            for at, each in enumerate(of_permits)
        )
        for each in batch:
            yield next(results) if isinstance(each, NationalRecord) else each

    def _compare(self, records: Sequence[NationalRecord], under_way: Set[Key]) -> _Compared:
        """Compare the permits of a batch with those that are here.

        under_way: permits of batches before that are not stored yet. A second record of one of
        them, or of a permit of this batch, is compared when its turn to be stored comes.
        """
        first: dict[Key, int] = {}
        stated: dict[Authority, list[StatedPermit]] = {}
        for at, record in enumerate(records):
            authority = self.publish.served.authority(record.authority_code)
            if authority is None or (authority, record.permit.number) in first:
                continue  # is refused, or compared later
            first[authority, record.permit.number] = at
            stated.setdefault(authority, []).append(self.publish.stated(record, authority))
        found = {
            (authority, number): is_same
            for authority, permits in stated.items()
            for number, is_same in self.lookup.compare(authority, permits).items()
        }
        same = {
            first[key]
            for key, is_same in found.items()
            if is_same and key not in under_way and not records[first[key]].attachments
        }
        return _Compared(
            known=frozenset(first[key] for key in found),
            same=frozenset(same),
            prepared=frozenset(key for key, at in first.items() if at not in same),
        )

    def _task(self, record: NationalRecord, *, is_new: bool) -> Preparation:
        """A permit that is here already is seldom changed, so it is not sealed ahead."""
        names = tuple(Attachment(file.name, b"") for file in record.attachments)
        return Preparation(replace(record, attachments=names), self.seal_ahead and is_new)

    def _is_known(self, authority: Authority, number: CertificateNumber) -> bool:
        found = self.lookup.find(authority.country, number)
        return any(header.authority == authority for header in found)

    def _store(self, batch: _Prepared) -> list[Published | RecordInvalid]:
        """Store the permits of a batch that are new together, then each other by itself."""
        first: dict[Key, int] = {}
        for at, (_, outcome) in enumerate(batch):
            if isinstance(outcome, PreparedPermit):
                first.setdefault(_key(outcome), at)
        stored = self._store_new([batch[at] for at in first.values()])
        return [
            result_of(outcome, Change.PUBLISHED, stored[_key(outcome)])
            if isinstance(outcome, PreparedPermit)
            and _key(outcome) in stored
            and first[_key(outcome)] == at
            else _tried(self._store_alone, record, outcome)
            for at, (record, outcome) in enumerate(batch)
        ]

    def _store_new(self, batch: _Prepared) -> dict[Key, Findings]:
        """Store those permits of a batch that are not here yet.

        Returns which these are, with the findings on quotas that they pass.
        """
        prepared = [(record, each) for record, each in batch if isinstance(each, PreparedPermit)]
        # Before the transaction: a key in a token takes its time, and others write meanwhile.
        new = {
            _key(each): self.publish.new_permit(
                record, each.published, sealed(each.documents, self.publish.sealer)
            )
            for record, each in prepared
            if not self._is_known(*_key(each))
        }
        if not new:
            return {}

        def store(work: Work) -> dict[Key, Findings]:
            absent = new.keys() - set(work.permits.known(new.keys()))
            passed: Mapping[Key, Findings] = {}
            if absent:
                work.permits.add([each for key, each in new.items() if key in absent])
                self.publish.records.record_all(
                    work.integrity, [key for key in new if key in absent], Change.PUBLISHED
                )
                passed = self.publish.passed(
                    work, [each.published for key, each in new.items() if key in absent]
                )
                work.commit()
            return {key: passed.get(key, ()) for key in absent}

        return retry_on_conflict(self.publish.begin_work, store)

    def _store_alone(self, record: NationalRecord, prepared: PreparedPermit) -> Published:
        compared = self.publish.compare(record, prepared)
        if compared.change is Change.UNCHANGED:
            return compared
        return self.publish.store(record, prepared)


def _tried(
    action: Callable[[NationalRecord, PreparedPermit], Published],
    record: NationalRecord,
    outcome: Outcome,
) -> Published | RecordInvalid:
    if isinstance(outcome, RecordInvalid):
        return outcome
    try:
        return action(record, outcome)
    except RecordInvalid as refusal:
        return refusal


def _key(prepared: PreparedPermit) -> Key:
    return prepared.published.authority, prepared.published.permit.number


def _of_permits(batch: Sequence[object]) -> list[NationalRecord]:
    return [each for each in batch if isinstance(each, NationalRecord)]


def _batches(records: Iterable[T]) -> Iterator[Sequence[T]]:
    batch: list[T] = []
    size = 0
    for record in records:
        if isinstance(record, NationalRecord):
            weight = sum(len(file.content) for file in record.attachments)
            if batch and size + weight > MOST_ATTACHMENT_BYTES:
                yield batch
                batch, size = [], 0
            size += weight
        batch.append(record)
        if len(batch) == MOST_PERMITS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
