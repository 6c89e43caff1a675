"""Port of the source of reference data: answers of Species+ on taxa, and its bulk file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class SourceFailed(Exception):
    """The source gave no usable answer.

    reason: a predicate for a person, such as `does not accept the token (HTTP status 401)`.
    is_lasting: whether another taxon would get the same answer, so that none is asked for.
    """

    def __init__(self, reason: str, *, is_lasting: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_lasting = is_lasting


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """An answer. name: as of a file that holds it, its ending tells the format."""

    name: str
    content: bytes


class ReferenceSource(Protocol):
    """Source of reference data. Each call bounds its time, and tries again by itself."""

    def taxa(self, name: str) -> Sequence[SourceAnswer]:
        """Return all pages of the taxa and synonyms of exactly this name; case does not matter.

        Raises SourceFailed.
        """

    def of_taxon(self, taxon_id: int) -> Sequence[SourceAnswer]:
        """Return listings, quotas, suspensions, decisions and range of a taxon.

        Raises SourceFailed, also where one of the answers is missing.
        """

    def everything(self) -> SourceAnswer:
        """Return the bulk file, as it travels. Raises SourceFailed."""
