"""Synchronisation: permits of a national database are followed by their change mark.

A page of changed permits is published first, in batches. Then its records, the mark that it reached
and the audit record are one transaction. Publication is idempotent, so a run that is killed at any
moment loses nothing: the next one begins at the last mark, less the overlap, and what is the same
by its keyed hash is not even judged. A page at a time is in memory.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from gateway.domain.errors import GatewayError, RecordInvalid
from gateway.exchange.permits.publication.batches import PublishBatches
from gateway.exchange.permits.publication.record import PublishedFile, publication_of
from gateway.exchange.permits.publication.source import Outcome, outcomes
from gateway.exchange.permits.publish import Change
from gateway.exchange.ports import Clock, MappedRecord, NewId
from gateway.exchange.ports.national.sync import (
    ChangedPage,
    ChangedPermits,
    ChangedRecord,
    KeptProblem,
    Mark,
    RecordKey,
    RunCounts,
    SourcePosition,
    SyncedRecord,
    SyncState,
    SyncStates,
    Taken,
)

_MOST_PROBLEMS = 20
"""Kept of a refused record."""
PERSON = "this gateway"
"""Person of the audit record of a run."""


@dataclass(frozen=True, slots=True)
class SyncedSource:
    """A source to synchronise.

    name: of its description.  file: of the description, with its digest.
    mapping: SHA-256 of what the description says of data and boxes, hex; another one makes other
    permits of the same rows.
    permits: by change mark.  interval: from the beginning of one run to the next.
    """

    name: str
    file: PublishedFile
    mapping: str
    permits: ChangedPermits
    interval: timedelta


@dataclass(frozen=True, slots=True)
class Synchronise:
    """Use case: synchronise a source.

    publishing: gives what publishes about so many permits.  keyed: gives a keyed hash.
    """

    source: SyncedSource
    states: SyncStates
    publishing: Callable[[int], AbstractContextManager[PublishBatches]]
    keyed: Callable[[bytes], bytes]
    clock: Clock
    new_id: NewId

    def is_due(self) -> bool:
        """Whether the interval since the last run has passed, of whatever node."""
        state = self.states.state(self.source.name)
        return state is None or self.clock() >= state.began_at + self.source.interval

    def run(
        self,
        stopping: Callable[[], bool] = lambda: False,
        on_count: Callable[[int], None] | None = None,
        on_progress: Callable[[int], None] = lambda _: None,
        *,
        from_beginning: bool = False,
    ) -> SyncState:
        """Take every permit that has changed since the last run, and return the state.

        stopping: is asked between pages; a run that is stopped goes on with the next one.
        on_count: is called with the number of permits.  on_progress: with that of each page.
        from_beginning: every permit is read, and refused ones are judged anew.
        Raises RecordInvalid for a database that does not answer; KeyUnusable, ServiceUnavailable.
        The state says so, where it can be saved.
        """
        state = self._begun(from_beginning=from_beginning)
        self.states.save(state)
        run = _Run(self, state, stopping, on_progress, judges_refused=from_beginning)
        try:
            return run.all(on_count)
        except GatewayError as problem:
            failed = replace(run.state, failure=problem.text, progress_at=self.clock())
            with suppress(GatewayError):  # the database that did not answer may be this one
                self.states.save(failed)
            raise

    def _begun(self, *, from_beginning: bool) -> SyncState:
        """The state at the beginning of a run. Another mapping reads the whole source."""
        now, before = self.clock(), self.states.state(self.source.name)
        mapping = self.source.mapping
        if before is None:
            return SyncState(self.source.name, mapping, None, now, now)
        is_same = before.mapping == mapping and not from_beginning
        return replace(
            before,
            mapping=mapping,
            mark=before.mark if is_same else None,
            began_at=now,
            counts=RunCounts(),
        )


@dataclass
class _Run:
    use_case: Synchronise
    state: SyncState
    stopping: Callable[[], bool]
    on_progress: Callable[[int], None]
    judges_refused: bool

    def all(self, on_count: Callable[[int], None] | None) -> SyncState:
        permits = self.use_case.source.permits
        permits.begin()
        since = permits.since(self.state.mark, self.use_case.clock())
        count = 0
        if on_count is not None:
            count = permits.count(since)
            on_count(count)
        after: SourcePosition | None = None
        with self.use_case.publishing(count) as publishing:
            while (page := permits.page(since, after)).last is not None:
                self._take(page, publishing)
                after = page.last
                self.on_progress(len(page.records) + len(page.left_out))
                if self.stopping():
                    return self.state
        now = self.use_case.clock()
        self._save(replace(self.state, ended_at=now, progress_at=now, failure=""))
        return self.state

    def _take(self, page: ChangedPage, publishing: PublishBatches) -> None:
        source, states = self.use_case.source, self.use_case.states
        known = states.records(source.name, [record.key for record in page.records])
        taking = _Taking(self.use_case.clock())
        wanted: list[tuple[ChangedRecord, bytes]] = []
        for record in page.records:
            digest = self._digest(record)
            before = known.get(record.key)
            is_new = before is None or before.digest != digest
            if is_new or (self.judges_refused and before and before.taken is Taken.REFUSED):
                wanted.append((record, digest))
        published = outcomes(_mapped(wanted), publishing.publish_all)
        for (record, digest), outcome in zip(wanted, published, strict=True):
            taking.add(record, digest, known.get(record.key), outcome)
        if page.left_out:
            taking.leave_out(states.of_numbers(source.name, page.left_out))
        same = len(page.records) - len(wanted)
        counts = replace(taking.counts, read=len(page.records), same=taking.counts.same + same)
        audit = None
        if taking.changed:
            audit = publication_of(
                self.use_case.new_id(),
                taking.at,
                source.file,
                PERSON,
                taking.changed,
                counts.refused,
            )
        later = replace(
            self.state,
            mark=_farther(self.state.mark, page.last.mark if page.last else None),
            progress_at=taking.at,
            counts=self.state.counts.plus(counts),
        )
        states.save(later, tuple(taking.records.values()), audit)
        self.state = later

    def _digest(self, record: ChangedRecord) -> bytes:
        """Keyed, as rows hold tokens; with the mapping, as it makes the permit of them."""
        mapping = self.use_case.source.mapping.encode()
        return self.use_case.keyed(mapping + b"\0" + record.content)

    def _save(self, state: SyncState) -> None:
        self.use_case.states.save(state)
        self.state = state


@dataclass
class _Taking:
    """Outcomes of a page. changed: numbers of new and changed permits."""

    at: datetime
    records: dict[RecordKey, SyncedRecord] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    counts: RunCounts = field(default_factory=RunCounts)

    def leave_out(self, records: Sequence[SyncedRecord]) -> None:
        for record in records:
            self.records[record.key] = SyncedRecord(record.key, Taken.LEFT_OUT, b"")

    def add(
        self, record: ChangedRecord, digest: bytes, before: SyncedRecord | None, outcome: Outcome
    ) -> None:
        if outcome.refused is not None:
            since = before.refused_at if before and before.refused_at else self.at
            problems = _kept(outcome.record, outcome.refused)
            self.records[record.key] = SyncedRecord(
                record.key, Taken.REFUSED, digest, since, problems
            )
            self.counts = self.counts.plus(RunCounts(refused=1))
            return
        published = outcome.published
        taken = Taken.NATIONAL if published is None else Taken.PUBLISHED
        self.records[record.key] = SyncedRecord(record.key, taken, digest)
        if published is None:
            self.counts = self.counts.plus(RunCounts(national=1))
        elif published.change is Change.UNCHANGED:
            self.counts = self.counts.plus(RunCounts(same=1))
        else:
            is_new = published.change is Change.PUBLISHED
            self.changed.append(published.number.text)
            self.counts = self.counts.plus(
                RunCounts(published=int(is_new), changed=int(not is_new))
            )


def _farther(reached: Mark | None, of_page: Mark | None) -> Mark | None:
    """The greater mark: pages of the overlap come before the mark that was reached."""
    if reached is None or of_page is None:
        return reached if of_page is None else of_page
    first, second = _comparable(reached), _comparable(of_page)
    return reached if first[0] == second[0] and first[1] > second[1] else of_page


def _comparable(mark: Mark) -> tuple[str, Any]:
    """A mark with the kind of marks that it can be compared with."""
    is_aware = isinstance(mark, datetime) and mark.tzinfo is not None
    return f"{type(mark).__name__} {is_aware}", mark


def _mapped(wanted: Sequence[tuple[ChangedRecord, bytes]]) -> Iterator[MappedRecord]:
    return (record.mapped() for record, _ in wanted)


def _kept(record: MappedRecord, refusal: RecordInvalid) -> tuple[KeptProblem, ...]:
    return tuple(
        KeptProblem(
            located.problem.sentence(),
            located.problem.expected,
            located.cell.row if located.cell else located.problem.row,
            located.cell.column if located.cell else None,
            located.cell.text if located.cell else None,
            located.problem.field,
            located.problem.position,
            located.problem.box,
            located.problem.finding.rule if located.problem.finding else None,
        )
        for located in record.located(refusal)[:_MOST_PROBLEMS]
    )
