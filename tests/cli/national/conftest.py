"""A working directory with a source, and the rows of its file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.adapters.national.sources.described import CSV, MAPPING, csv_text, row
from tests.cli.conftest import Call, made_directory  # noqa: F401  # a fixture

Write = Callable[..., None]
CONSTANTS = """
purpose = { constant = "T" }
issuer.name = { constant = "A. Example" }
exporter.street = { constant = "1 Example Road" }
importer.street = { constant = "2 Sample Street" }

[line]
"""


@pytest.fixture
def write(directory: Path) -> Write:
    """Writes rows into the source `register`: of Mozambique, as its directory."""
    folder = directory / "conf/national"
    folder.mkdir()
    description = (CSV + MAPPING).replace('"data.csv"', '"data/register.csv"').replace("LK", "MZ")
    lines = description.replace("[line]", CONSTANTS) + 'description = { constant = "Dried" }\n'
    (folder / "register.toml").write_text(lines, encoding="utf-8")

    def rows(*cells: tuple[str, ...]) -> None:
        (directory / "data/register.csv").write_text(csv_text(*cells), encoding="utf-8")

    rows(row(To="South Africa", Qty="20", Unit="specimens"))
    return rows


@pytest.fixture
def publish(directory: Path, call: Call) -> Callable[[], dict[str, object]]:
    """Publishes the source and gives the result for a program."""

    def run() -> dict[str, object]:
        answer = call("national", "publish", "register", "--dir", directory, "--json")
        assert answer.status == (1 if answer.json["refused"] else 0), answer.err
        return dict(answer.json)

    return run
