"""National records as CSV: see national.py."""

from pathlib import Path

from tests.fuzz.coverage_guided.national import national_target
from tests.fuzz.coverage_guided.target import Target


def make(folder: Path) -> Target:
    """The reader of CSV files."""
    names = ("csv_records", "source", "attachments", "refused", "values")
    return national_target(folder, (".csv",), [f"adapters/national/{name}.py" for name in names])
