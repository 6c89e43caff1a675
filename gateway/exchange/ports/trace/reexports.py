"""Port of re-exports: re-export certificates by the document that their goods came with."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol

from gateway.domain.identifiers import Authority
from gateway.domain.trace.named import DocumentName

ReexportPlace = tuple[date, int]
"""Place of a re-export in the order of the days of issue: its day, and the row id of the permit."""


class Reexports(Protocol):
    """Every method raises ServiceUnavailable."""

    def naming(self, document: DocumentName, most: int) -> Sequence[DocumentName]:
        """Return the re-exports whose goods came with a document: ours, then those of partners.

        most: of them, in the order of their names.
        """

    def of_days(
        self,
        authorities: Collection[Authority],
        first: date,
        last: date,
        after: ReexportPlace | None,
        most: int,
    ) -> Sequence[tuple[ReexportPlace, DocumentName]]:
        """Return the next of our re-exports that were issued in these days, by day of issue.

        after: place of the last one before; None: from the first.
        """

    def note(
        self, reexport: DocumentName, came_with: Collection[DocumentName], at: datetime
    ) -> None:
        """Note which documents a re-export of a partner names. What is known stays.

        at: when its issuer answered so, aware.
        """
