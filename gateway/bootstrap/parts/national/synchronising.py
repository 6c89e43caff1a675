"""Synchronisation of national sources: a use case each, under an advisory lock of its name.

The readers of sources are imported where there is a source.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from gateway.bootstrap.clock import new_id
from gateway.bootstrap.parts.permits import PermitsPart
from gateway.domain.errors import SettingsInvalid
from gateway.exchange.permits.publication.batches import PublishBatches
from gateway.exchange.permits.publication.record import PublishedFile
from gateway.exchange.permits.synchronisation.synchronise import SyncedSource, Synchronise
from gateway.exchange.ports import NationalSourceRecords, SourceRows
from gateway.exchange.ports.national.sync import QueriedChanges
from gateway.exchange.service.exclusive import Exclusive
from gateway.settings.national import (
    Description,
    SourceSettings,
    mapping_digest,
    own_names,
    read_description,
)
from gateway.store.national.changes import QueryChanges
from gateway.store.national.query import QueryRows


def describe_source(directory: Path, name: str) -> Description:
    """Read the description of a source, and everything that is wrong with it."""
    from adapters.national.sources.known_fields import known_fields

    return read_description(directory, name, known_fields())


def read_source(permits: PermitsPart, description: Description) -> NationalSourceRecords:
    """The permits of a source. description: one without problems."""
    from adapters.national.sources.open_source import open_source

    assert description.description is not None  # noqa: S101  # it has no problems
    return open_source(description.description, permits.record_context, query_rows)


def synchronise(
    permits: PermitsPart, description: Description, *, on_all_cores: bool
) -> Exclusive[Synchronise]:
    """Synchronises a source, by a single process of all nodes at a time.

    description: one without problems.  on_all_cores: permits are prepared by worker processes where
    there are many. Raises SettingsInvalid where the description has no [sync].
    """
    from adapters.national.sources.open_source import open_changes

    described = description.description
    if described is None or described.sync is None:
        raise SettingsInvalid(
            f"{description.file} has no [sync]: the source is not synchronised.",
            file=description.file,
            key="sync",
        )
    store = permits.database.store
    changes = open_changes(
        described, described.sync, permits.record_context, query_rows, _changes_of
    )
    source = SyncedSource(
        description.name,
        PublishedFile(description.path.name, sha256(description.path.read_bytes()).hexdigest()),
        mapping_digest(description),
        changes,
        timedelta(seconds=described.sync.interval_seconds),
    )

    def publishing(count: int) -> AbstractContextManager[PublishBatches]:
        return permits.publishing(count if on_all_cores else 0)

    use_case = Synchronise(
        source,
        store.sync_states,
        publishing,
        permits.keys.token_hasher.keyed,
        permits.clock,
        new_id,
    )
    return Exclusive(job_name(description.name), store.locks, use_case)


def job_name(source: str) -> str:
    """Name of the background job of a source, and of its advisory lock."""
    return f"sync-{source}"


def run_if_due(
    permits: PermitsPart, description: Description, stopping: Callable[[], bool]
) -> None:
    """A round of the background job, which holds the lock. Raises SettingsInvalid and others."""
    if description.description is None:
        raise description.problems[0]
    use_case = synchronise(permits, description, on_all_cores=False).use_case
    if use_case.is_due():
        use_case.run(stopping)


def synchronised(directory: Path) -> Sequence[tuple[str, timedelta]]:
    """Name and interval of each source that is synchronised, without mistakes."""
    described = (describe_source(directory, name) for name in own_names(directory))
    return [
        (each.name, timedelta(seconds=each.description.sync.interval_seconds))
        for each in described
        if each.description is not None and each.description.sync is not None
    ]


def query_rows(source: SourceSettings, columns: tuple[str, ...]) -> SourceRows:
    """The rows of a described database."""
    return _rows(source, columns)


def _rows(source: SourceSettings, columns: tuple[str, ...]) -> QueryRows:
    file, url_file = source.database_file, source.url_file
    return QueryRows(file, url_file, source.query or "", columns, source.answer_seconds)


def _changes_of(
    source: SourceSettings,
    columns: tuple[str, ...],
    number: str,
    mark: str,
    order: tuple[str, ...],
) -> QueriedChanges:
    return QueryChanges(_rows(source, columns), number, mark, order)
