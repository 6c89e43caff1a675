"""National part of a gateway: sources that conf/national describes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.national.sources.kept import write_national_table, write_refused_table
from gateway.bootstrap.parts.national.synchronising import (
    describe_source,
    read_source,
    run_if_due,
    synchronise,
    synchronised,
)
from gateway.bootstrap.parts.permits import PermitsPart
from gateway.domain.errors import SettingsInvalid
from gateway.exchange.permits.synchronisation.synchronise import Synchronise
from gateway.exchange.ports import (
    LocatedProblem,
    MappedRecord,
    NationalSourceRecords,
)
from gateway.exchange.ports.national.sync import SyncFigures, SyncStates
from gateway.exchange.service.exclusive import Exclusive
from gateway.settings.national import (
    Description,
    own_names,
)


@dataclass(frozen=True, slots=True)
class NationalPart:
    """Use cases of national sources. directory: the working directory.  permits: of the gateway."""

    directory: Path
    permits: PermitsPart

    def source(self, description: Description) -> NationalSourceRecords:
        """The permits of a source. description: one without problems."""
        return read_source(self.permits, description)

    def synchronise(
        self, description: Description, *, on_all_cores: bool = True
    ) -> Exclusive[Synchronise]:
        """Synchronises a source, by a single process of all nodes at a time.

        Raises SettingsInvalid where the description has no [sync].
        """
        return synchronise(self.permits, description, on_all_cores=on_all_cores)

    def run_if_due(self, name: str, stopping: Callable[[], bool]) -> None:
        """A round of the background job of a source."""
        run_if_due(self.permits, describe_source(self.directory, name), stopping)

    @property
    def states(self) -> SyncStates:
        """How far sources were taken, and what was refused of them."""
        return self.permits.database.store.sync_states

    def figures(self) -> Sequence[SyncFigures]:
        """Figures of the sources that are synchronised. Raises ServiceUnavailable."""
        wanted = synchronised(self.directory)
        found = {state.source: (state, refused) for state, refused in self.states.all()}
        return [
            SyncFigures(name, interval, *found.get(name, (None, 0))) for name, interval in wanted
        ]

    def record_publication(
        self, description: Description, person: str, changed: Sequence[str], refused: int
    ) -> None:
        """Record in the journal who published a source, when, and the digest of its file.

        For a database on a server it is the digest of the description.
        changed: numbers of new and changed permits.  refused: records.
        Raises OSError, ServiceUnavailable.
        """
        source = description.description.source if description.description else None
        file = (source and (source.file or source.database_file)) or description.path
        self.permits.record_publication(file, person, changed, refused)

    def keep(
        self,
        name: str,
        refused: Sequence[tuple[str, LocatedProblem]],
        national: Sequence[MappedRecord],
    ) -> tuple[Path | None, Path | None]:
        """Keep what was refused and what is of national species, in data/national.

        Returns the two files; None where there is nothing to keep. Raises OSError.
        """
        folder = self.directory / "data" / "national"
        files = folder / f"{name}.refused.csv", folder / f"{name}.national.csv"
        return (
            files[0] if write_refused_table(files[0], refused) else None,
            files[1] if write_national_table(files[1], national) else None,
        )


def description_problems(directory: Path) -> tuple[SettingsInvalid, ...]:
    """Everything that is wrong with the descriptions of a working directory."""
    names = own_names(directory)
    return tuple(each for name in names for each in describe_source(directory, name).problems)


def propose_description(file: Path) -> str:
    """The text of a description for a file. Raises RecordInvalid."""
    from adapters.national.sources.guessing.guess import guess

    return guess(file)
