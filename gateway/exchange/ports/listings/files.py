"""Port of the files of reference data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gateway.domain.references.rows import Row


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row, and where it stands.

    line: of a CSV file, or index in the list of a JSON file, 1-based.
    taxon_name: name that the file gives the taxon of the row; empty where it gives none.
    """

    row: Row
    line: int
    taxon_name: str = ""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read whole.

    sha256: of its bytes, hex.  left_out: number of rows that no rule needs, such as suspensions
    that are no longer in force.
    """

    name: str
    sha256: str
    rows: Sequence[PlacedRow]
    left_out: int = 0


class ReferenceFiles(Protocol):
    """Reader of files of reference data."""

    def read(self, file: Path, advance: Callable[[int], None]) -> ReadFile:
        """Read a file whole. advance: is called with the number of rows that were read since.

        Raises ReferenceDataInvalid with everything that is wrong with it, up to a number.
        """

    def read_content(self, name: str, content: bytes, advance: Callable[[int], None]) -> ReadFile:
        """Read the content of a file that is at hand already; as `read`."""
