"""Fetching of reference data from Species+: single taxa, or its bulk file.

The imported data are the cache: they stay in force, with their age, until something newer is stored
whole. A taxon is renewed with everything that is said of it, or not at all. A failed source never
changes anything.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from gateway.domain.errors import InvalidRequest, ReferenceDataInvalid, ServiceUnavailable
from gateway.domain.references.rows import DataKind, Row
from gateway.domain.references.taxa import Synonym, Taxon, keys_of, name_key
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.listings.import_files import Checked, ImportListings
from gateway.exchange.listings.look_up import LookUpReferences
from gateway.exchange.listings.merge import RenewedTaxon, merged
from gateway.exchange.ports import Clock, ConcurrentChange
from gateway.exchange.ports.listings.files import ReadFile
from gateway.exchange.ports.listings.source import ReferenceSource, SourceAnswer, SourceFailed

_OF_THE_BULK_FILE = frozenset(DataKind) - {
    DataKind.OPERATIONS,
    DataKind.NON_PARTIES,
    DataKind.TAXON_TERMS,
    DataKind.RENEWALS,
}
_MOST_FAILURES = 3
"""Failed taxa one after the other, after which the source is not asked for more."""
_ATTEMPTS = 3
"""To store, where another import comes in between."""


class Renewed(StrEnum):
    """Outcome for a taxon."""

    RENEWED = "renewed"
    KEPT = "kept"
    """The source failed; what was known before stays in force."""
    NOT_KNOWN = "not-known"
    """The source has no taxon of this name."""


@dataclass(frozen=True, slots=True)
class TaxonOutcome:
    """Outcome for a taxon that was asked for.

    name: as asked for.  reason: why it was kept, a predicate of which the source is the subject.
    data_of: day of what is in force now; None where nothing is known of the taxon.
    """

    name: str
    outcome: Renewed
    reason: str = ""
    data_of: date | None = None


@dataclass(slots=True)
class _Progress:
    renewed: dict[int, RenewedTaxon] = field(default_factory=dict)
    files: list[ReadFile] = field(default_factory=list)
    failures: int = 0
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class FetchListings:
    """Use case: fetch reference data, and import what came whole.

    references: look-ups, for the age of what stays in force.
    """

    source: ReferenceSource
    imports: ImportListings
    references: LookUpReferences
    clock: Clock

    def everything(
        self, by: ResponsiblePerson, advance: Callable[[int], None], *, may_shrink: bool = False
    ) -> Checked:
        """Fetch the bulk file, check it whole, and replace all data of its kinds.

        Raises SourceFailed, ReferenceDataInvalid, InvalidRequest, ServiceUnavailable; nothing is
        changed then.
        """
        by = by.validated()
        answer = self.source.everything()
        read = self.imports.files.read_content(answer.name, answer.content, advance)
        checked = self.imports.check_read([read])
        if not checked.rows:
            raise InvalidRequest("The bulk file holds no row that a rule needs.")
        for each in self.imports.store.current():
            if each.kind in _OF_THE_BULK_FILE and each.kind not in checked.rows:
                # No row of a kind is no row left, not a kind that the file says nothing of.
                checked.rows[each.kind] = {}
                checked.sources[each.kind] = [read]
                checked.before[each.kind] = each.rows
        self.imports.store_checked(checked, by, may_shrink=may_shrink)
        return checked

    def taxa(
        self,
        names: Iterable[str],
        by: ResponsiblePerson,
        advance: Callable[[str], None],
        stopping: Callable[[], bool] = lambda: False,
    ) -> Sequence[TaxonOutcome]:
        """Fetch taxa by name, and renew those that came whole in one import.

        names: as of box 7.  advance: is called with each name before it is asked for.
        Higher taxa that listings of a taxon belong to are renewed with it.
        Raises InvalidRequest where person or reason is missing, ServiceUnavailable.
        """
        by = by.validated()
        progress, outcomes = _Progress(), []
        for name in dict.fromkeys(names):
            if stopping():
                break
            advance(name)
            outcomes.append(self._asked(name, progress))
        if progress.renewed:
            self._store(progress, by)
        return [self._dated(outcome) for outcome in outcomes]

    def _asked(self, name: str, progress: _Progress) -> TaxonOutcome:
        """Ask for a taxon, unless the source has failed for good."""
        if progress.stopped:
            return TaxonOutcome(name, Renewed.KEPT, progress.stopped)
        try:
            found = self._renew(name, progress)
        except SourceFailed as failure:
            progress.failures += 1
            if failure.is_lasting or progress.failures >= _MOST_FAILURES:
                progress.stopped = failure.reason
            return TaxonOutcome(name, Renewed.KEPT, failure.reason)
        except ReferenceDataInvalid as problem:
            return TaxonOutcome(name, Renewed.KEPT, f"gave data that cannot be used: {problem}")
        progress.failures = 0
        return TaxonOutcome(name, Renewed.RENEWED if found else Renewed.NOT_KNOWN)

    def _renew(self, name: str, progress: _Progress) -> bool:
        """Fetch a taxon and the higher taxa that its rows name. Returns whether it is known.

        Raises SourceFailed, ReferenceDataInvalid; nothing of it is kept then.
        """
        found, files = self._named(keys_of(name)[1])
        if found is None:
            return False
        taxon, synonyms = found
        renewed: dict[int, RenewedTaxon] = {}
        self._fetch(taxon, synonyms, renewed, files)
        needed = renewed[taxon.id].other_taxa() - progress.renewed.keys() - {taxon.id}
        for _, higher_name in taxon.higher():
            if not needed:
                break
            higher, more = self._named(higher_name)
            files += more
            if higher is not None and higher[0].id in needed:
                self._fetch(*higher, renewed, files)
                needed -= {higher[0].id}
        if needed:
            # Without them a listing or suspension of a higher taxon would be overlooked.
            raise ReferenceDataInvalid(
                f"Rows of the taxon {min(needed)} came with {taxon.name}, and it cannot be found.",
                file=files[-1].name,
                row=1,
                expected="rows of the taxon and of its higher taxa",
            )
        progress.renewed.update(renewed)
        progress.files += files
        return True

    def _named(self, name: str) -> tuple[tuple[Taxon, tuple[Synonym, ...]] | None, list[ReadFile]]:
        """The accepted taxon of a name with all its synonyms, and the answers."""
        files = self._read(self.source.taxa(name))
        rows = _rows(files)
        taxon = _taxon_named(rows, name)
        if taxon is None:
            accepted = {row.accepted_name for row in rows if isinstance(row, Synonym)}
            if len(accepted) != 1:
                return None, files
            files += self._read(self.source.taxa(min(accepted)))
            rows = _rows(files)
            taxon = _taxon_named(rows, min(accepted))
        if taxon is None:
            return None, files
        synonyms = (row for row in rows if isinstance(row, Synonym))
        return (taxon, tuple(each for each in synonyms if each.accepted_id == taxon.id)), files

    def _fetch(
        self,
        taxon: Taxon,
        synonyms: tuple[Synonym, ...],
        renewed: dict[int, RenewedTaxon],
        files: list[ReadFile],
    ) -> None:
        read = self._read(self.source.of_taxon(taxon.id))
        files += read
        renewed[taxon.id] = RenewedTaxon(taxon, synonyms, tuple(_rows(read)))

    def _read(self, answers: Sequence[SourceAnswer]) -> list[ReadFile]:
        return [
            self.imports.files.read_content(each.name, each.content, lambda _: None)
            for each in answers
        ]

    def _store(self, progress: _Progress, by: ResponsiblePerson) -> None:
        """Store the renewed taxa among the data that are there. Raises ServiceUnavailable."""
        taxa, day = tuple(progress.renewed.values()), self.clock().date()
        files = {file.sha256: file for file in progress.files}
        for _ in range(_ATTEMPTS):
            version = self.imports.store.version()
            rows = merged(self.imports.store, taxa, day)
            try:
                self.imports.store_renewed(rows, tuple(files.values()), by, version)
            except ConcurrentChange:
                continue
            return
        raise ServiceUnavailable("Other imports came in between; fetch again in a minute.")

    def _dated(self, outcome: TaxonOutcome) -> TaxonOutcome:
        facts = self.references.taxon(outcome.name)
        data_of = facts.data_of if facts else None
        return TaxonOutcome(outcome.name, outcome.outcome, outcome.reason, data_of)


def _rows(files: Sequence[ReadFile]) -> list[Row]:
    return [placed.row for file in files for placed in file.rows]


def _taxon_named(rows: Iterable[Row], name: str) -> Taxon | None:
    """The one taxon whose accepted name this is."""
    found = {
        row.id: row
        for row in rows
        if isinstance(row, Taxon) and name_key(row.name) == name_key(name)
    }
    return next(iter(found.values())) if len(found) == 1 else None
