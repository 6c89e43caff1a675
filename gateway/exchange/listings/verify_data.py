"""Verification of reference data: what is stored is what the sealed record of its import says.

A person with write access to the database could list a tiger in Appendix II unseen. So the record
of an import has a digest of the rows too; `journal verify` holds the record.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.exchange.canonical_json import parse_json
from gateway.exchange.journal.read import SearchableJournal
from gateway.exchange.listings.import_files import OPERATION
from gateway.exchange.ports.listings.store import ImportedData, ReferenceStore


@dataclass(frozen=True, slots=True)
class VerifiedData:
    """Data of a kind. problem: a sentence, None where they are as they were imported."""

    imported: ImportedData
    problem: str | None


@dataclass(frozen=True, slots=True)
class VerifyListings:
    """Use case: compare reference data with the records of their imports."""

    store: ReferenceStore
    journal: SearchableJournal

    def verify(self) -> Iterator[VerifiedData]:
        """Yield each kind that is there. Raises ServiceUnavailable."""
        for imported in self.store.current():
            yield VerifiedData(imported, self._problem(imported))

    def _problem(self, imported: ImportedData) -> str | None:
        recorded = self._recorded(imported)
        if recorded is None:
            return "No record of the journal tells of this import."
        if recorded != self.store.stored_digest(imported.kind):
            return "The rows are not those that were imported: they were changed."
        return None

    def _recorded(self, imported: ImportedData) -> str | None:
        """Digest of the rows by the record; None without such a record."""
        record = self.journal.find(imported.id)
        if record is None or record.operation != OPERATION:
            return None
        try:
            digest = parse_json(record.request)["digests"][imported.kind.value]
        except (ValueError, TypeError, KeyError):  # not written by this gateway
            return None
        return digest if isinstance(digest, str) else None
