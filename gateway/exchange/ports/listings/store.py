"""Port of the store of reference data: what was imported, and look-ups by indexed keys."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from gateway.domain.references.rows import DataKind, Fact, Row
from gateway.domain.references.taxa import Taxon
from gateway.domain.rules.references import Use
from gateway.exchange.ports.journal import Exchange


@dataclass(frozen=True, slots=True)
class ImportedData:
    """Data of one kind, as they were imported.

    id: of the journal record, UUIDv7.  at: aware.  rows: their number.
    files: name and SHA-256 of each.
    whole_at: when all data of the kind were last replaced, aware; None: never, as taxa were renewed
    by themselves alone. Left out: at this import.
    """

    id: str
    kind: DataKind
    at: datetime
    person: str
    reason: str
    rows: int
    files: tuple[tuple[str, str], ...]
    whole_at: datetime | Literal["at"] | None = "at"

    @property
    def whole_since(self) -> datetime | None:
        """When all data of the kind were last replaced, aware; None: never."""
        return self.at if self.whole_at == "at" else self.whole_at


@dataclass(frozen=True, slots=True)
class NamedTaxon:
    """A taxon under a name. key: form in which names are compared (domain/references/taxa.py)."""

    key: str
    is_synonym: bool
    taxon: Taxon


class ReferenceRows(Protocol):
    """Look-ups of reference data; each is an index hit, and sees every committed import."""

    def version(self) -> str:
        """Id of the newest import, empty where there is none. Raises ServiceUnavailable."""

    def current(self) -> Sequence[ImportedData]:
        """The newest import of each kind. Raises ServiceUnavailable."""

    def named(self, keys: Collection[str]) -> Sequence[NamedTaxon]:
        """Taxa whose accepted name or synonym has one of the keys. Raises ServiceUnavailable."""

    def facts(self, subjects: Collection[str]) -> Sequence[Fact]:
        """Rows of the subjects (domain/references/rows.py). Raises ServiceUnavailable."""


class ReferenceStore(ReferenceRows, Protocol):
    """Store of reference data."""

    def digest_of(self, kind: DataKind, rows: Sequence[Row]) -> str:
        """SHA-256 of all rows of a kind as they would be stored, whatever their order; hex."""

    def stored_digest(self, kind: DataKind) -> str:
        """The same of the rows that are stored. Raises ServiceUnavailable."""

    def rows(self, kind: DataKind, containing: str = "") -> Sequence[Row]:
        """All rows of a kind, as they are stored now.

        containing: a text that their stored form has, so that few of many are read; empty: all.
        Raises ServiceUnavailable.
        """

    def replace(
        self,
        imported: Sequence[ImportedData],
        rows: Mapping[DataKind, Sequence[Row]],
        record: Exchange,
        based_on: str | None = None,
    ) -> None:
        """Replace all data of the kinds, and write the journal record, in one transaction.

        based_on: version that the rows were made of; None: of none.
        Raises ServiceUnavailable; ConcurrentChange where that version is not the newest any more.
        Nothing is changed then.
        """


class ForeignPermits(Protocol):
    """What this gateway asked and confirmed of permits of other countries."""

    def last_outcome(self, partner: str, number: str) -> str | None:
        """Outcome of the newest question to a partner for a permit; None where none was asked.

        Raises ServiceUnavailable.
        """

    def first_use(self, country: str, number: str) -> Use | None:
        """The first confirmation that our customs booked. Raises ServiceUnavailable."""
