"""Import of reference data: files are read whole and checked, then replace what was there.

An import replaces all data of each kind that the files hold, in one transaction, and a sealed
record of the journal says what was loaded, by whom, and the SHA-256 of each file.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gateway.domain.errors import InvalidRequest, ReferenceDataInvalid
from gateway.domain.references.rows import KINDS, DataKind, Row
from gateway.domain.references.taxa import Synonym, Taxon, name_key
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.canonical_json import canonical, moment
from gateway.exchange.ports import Clock, Exchange, NewId
from gateway.exchange.ports.listings.files import PlacedRow, ReadFile, ReferenceFiles
from gateway.exchange.ports.listings.store import ImportedData, ReferenceStore

OPERATION = "ListingsImported"
_NAMES_AT_ONCE = 500
_MOST_PROBLEMS = 20
_FEWER = 2
"""An import that leaves less than this part of the rows is asked about."""


@dataclass(slots=True)
class Checked:
    """Files that can be imported.

    rows: of each kind, each row once.  sources: files of each kind.
    before: number of rows that they replace.
    left_out: rows of the files that no rule needs.
    unknown_taxa: rows of a taxon that the list of taxa does not have, by kind.
    """

    files: list[ReadFile] = field(default_factory=list)
    rows: dict[DataKind, dict[Row, None]] = field(default_factory=dict)
    sources: dict[DataKind, list[ReadFile]] = field(default_factory=dict)
    before: dict[DataKind, int] = field(default_factory=dict)
    left_out: int = 0
    unknown_taxa: Counter[DataKind] = field(default_factory=Counter)

    @property
    def shrinking(self) -> Sequence[DataKind]:
        """Kinds of which less than half would be left."""
        return [kind for kind, rows in self.rows.items() if len(rows) * _FEWER < self.before[kind]]


@dataclass(frozen=True, slots=True)
class ImportListings:
    """Use case: import reference data."""

    files: ReferenceFiles
    store: ReferenceStore
    clock: Clock
    new_id: NewId

    def check(self, files: Sequence[Path], advance: Callable[[int], None]) -> Checked:
        """Read files and check them; nothing is stored.

        advance: is called with the number of rows that were read since.
        Raises ReferenceDataInvalid, ServiceUnavailable.
        """
        return self.check_read(self.files.read(file, advance) for file in files)

    def check_read(self, files: Iterable[ReadFile]) -> Checked:
        """Check files that were read; nothing is stored.

        Raises ReferenceDataInvalid, ServiceUnavailable.
        """
        checked = Checked()
        taxa: dict[int, Taxon] = {}
        for read in files:
            checked.files.append(read)
            checked.left_out += read.left_out
            if problems := list(_joined(read, taxa)):
                raise combined(problems)
            for placed in read.rows:
                kind = KINDS[type(placed.row)]
                if kind is not DataKind.TAXA:
                    checked.rows.setdefault(kind, {})[placed.row] = None
            for kind in dict.fromkeys(KINDS[type(placed.row)] for placed in read.rows):
                checked.sources.setdefault(kind, []).append(read)
        if taxa:
            checked.rows[DataKind.TAXA] = dict.fromkeys(taxa.values())
        before = {each.kind: each.rows for each in self.store.current()}
        checked.before = {kind: before.get(kind, 0) for kind in checked.rows}
        self._compare_names(checked)
        return checked

    def store_checked(
        self, checked: Checked, by: ResponsiblePerson, *, may_shrink: bool = False
    ) -> Sequence[ImportedData]:
        """Store what was checked; returns the import of each kind.

        may_shrink: whether less than half of the rows of a kind may be left.
        Raises InvalidRequest where person or reason is missing, or it may not shrink;
        ServiceUnavailable.
        """
        by = by.validated()
        if checked.shrinking and not may_shrink:
            kind = checked.shrinking[0]
            raise InvalidRequest(
                f"Of {checked.before[kind]} rows of {kind} only {len(checked.rows[kind])} would be"
                " left, because an import replaces all of them. Name every file of that kind."
            )
        identity, at = self.new_id(), self.clock()
        imported = [
            ImportedData(
                identity, kind, at, by.person, by.reason, len(rows), _digests(checked.sources[kind])
            )
            for kind, rows in checked.rows.items()
        ]
        rows = {kind: tuple(found) for kind, found in checked.rows.items()}
        self.store.replace(
            imported, rows, self._record(imported, rows, checked.files, checked.before)
        )
        return imported

    def store_renewed(
        self,
        rows: Mapping[DataKind, Sequence[Row]],
        files: Sequence[ReadFile],
        by: ResponsiblePerson,
        based_on: str,
    ) -> Sequence[ImportedData]:
        """Store rows of which those of single taxa were renewed; returns the import of each kind.

        based_on: version of the store that the other rows were read from.
        Raises ConcurrentChange where it is not the newest, ServiceUnavailable.
        """
        identity, at = self.new_id(), self.clock()
        current = {each.kind: each for each in self.store.current()}
        imported = [
            ImportedData(
                identity,
                kind,
                at,
                by.person,
                by.reason,
                len(found),
                _digests(files),
                current[kind].whole_since if kind in current else None,
            )
            for kind, found in rows.items()
        ]
        before = {kind: current[kind].rows if kind in current else 0 for kind in rows}
        self.store.replace(imported, rows, self._record(imported, rows, files, before), based_on)
        return imported

    def _record(
        self,
        imported: Sequence[ImportedData],
        rows: Mapping[DataKind, Sequence[Row]],
        files: Sequence[ReadFile],
        before: Mapping[DataKind, int],
    ) -> Exchange:
        """The journal record of an import."""
        first = imported[0]
        message = canonical(
            {
                "v": 1,
                "at": moment(first.at),
                "person": first.person,
                "reason": first.reason,
                "files": [{"name": file.name, "sha256": file.sha256} for file in files],
                "rows": {each.kind.value: each.rows for each in imported},
                "before": {kind.value: count for kind, count in before.items()},
                "digests": {
                    kind.value: self.store.digest_of(kind, found) for kind, found in rows.items()
                },
            }
        )
        return Exchange.own(first.id, OPERATION, first.at, message)

    def _compare_names(self, checked: Checked) -> None:
        """Compare the names of taxa that rows give with the names of the list of taxa.

        The list is the new one where there is one, else the stored one. A row whose name is not in
        it is counted, as it may be of a taxon that is not listed any more.
        Raises ReferenceDataInvalid for a row whose id is that of another taxon.
        """
        new = _ids_by_name(checked) if DataKind.TAXA in checked.rows else None
        problems: list[ReferenceDataInvalid] = []
        for file in checked.files:
            named = [row for row in file.rows if row.taxon_name]
            for page in _pages(named):
                known = self._stored_ids(page) if new is None else new
                for placed in page:
                    of_name = known.get(name_key(placed.taxon_name))
                    if of_name is None:
                        checked.unknown_taxa[KINDS[type(placed.row)]] += 1
                    elif _taxon_of(placed.row) not in of_name:
                        problems.append(_other_id(file, placed, min(of_name)))
        if problems:
            raise combined(problems)

    def _stored_ids(self, page: Sequence[PlacedRow]) -> Mapping[str, set[int]]:
        known: defaultdict[str, set[int]] = defaultdict(set)
        for named in self.store.named({name_key(placed.taxon_name) for placed in page}):
            known[named.key].add(named.taxon.id)
        return known


def _digests(files: Sequence[ReadFile]) -> tuple[tuple[str, str], ...]:
    return tuple((file.name, file.sha256) for file in files)


def _ids_by_name(checked: Checked) -> Mapping[str, set[int]]:
    """Ids by name of the taxa and synonyms of the files."""
    known: defaultdict[str, set[int]] = defaultdict(set)
    for rows in (checked.rows.get(DataKind.TAXA, ()), checked.rows.get(DataKind.SYNONYMS, ())):
        for row in rows:
            if isinstance(row, Taxon):
                known[name_key(row.name)].add(row.id)
            elif isinstance(row, Synonym):
                known[name_key(row.name)].add(row.accepted_id)
    return known


def _taxon_of(row: Row) -> int | None:
    return row.accepted_id if isinstance(row, Synonym) else getattr(row, "taxon_id", None)


def _pages(rows: Sequence[PlacedRow]) -> Iterator[Sequence[PlacedRow]]:
    for at in range(0, len(rows), _NAMES_AT_ONCE):
        yield rows[at : at + _NAMES_AT_ONCE]


def _joined(file: ReadFile, taxa: dict[int, Taxon]) -> Iterator[ReferenceDataInvalid]:
    """Add the taxa of a file to those of the files before it, by id.

    Lists of different columns complete each other. Yields a problem for each taxon that differs.
    """
    for placed in file.rows:
        if not isinstance(placed.row, Taxon):
            continue
        first = taxa.get(placed.row.id, placed.row)
        both = first.joined(placed.row)
        if both is not None:
            taxa[placed.row.id] = both
            continue
        yield ReferenceDataInvalid(
            f"The id {placed.row.id} stands for {first.name} too, or with other values.",
            file=file.name,
            row=placed.line,
            field="species_plus_id",
            expected="an id for each taxon",
        )


def _other_id(file: ReadFile, placed: PlacedRow, taxon_id: int) -> ReferenceDataInvalid:
    return ReferenceDataInvalid(
        f"The id {_taxon_of(placed.row)} is not that of {placed.taxon_name}.",
        file=file.name,
        row=placed.line,
        field="accepted_id" if isinstance(placed.row, Synonym) else "species_plus_id",
        expected=f"{taxon_id}, as in the list of taxa",
    )


def combined(problems: Sequence[ReferenceDataInvalid]) -> ReferenceDataInvalid:
    """Return the first problem with the others beside it, up to a number."""
    first, *others = problems
    first.also = tuple(others[: _MOST_PROBLEMS - 1])
    return first
