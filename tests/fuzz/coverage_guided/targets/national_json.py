"""National records as JSON: see national.py."""

from pathlib import Path

from tests.fuzz.coverage_guided.national import national_target
from tests.fuzz.coverage_guided.target import Target


def make(folder: Path) -> Target:
    """The reader of JSON files."""
    names = ("json_records", "source", "attachments", "refused", "values")
    return national_target(
        folder, (".json", ".jsonl"), [f"adapters/national/{name}.py" for name in names]
    )
