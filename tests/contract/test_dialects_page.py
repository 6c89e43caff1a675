"""docs/dialects.md: it has every key, its example is right, and its table is the shipped files."""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from gateway.dialects import OPERATIONS
from gateway.settings import load_dialects
from gateway.settings.dialects.file import DialectFile
from gateway.settings.section import Section

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/dialects.md").read_text(encoding="utf-8")


def sections(annotation: object) -> Iterator[type[Section]]:
    """Tables inside the type of a key: `tuple[HeaderTable, ...]`, `BudgetTable | None`."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for inner in get_args(annotation):
        yield from sections(inner)


def keys(section: type[Section]) -> Iterator[str]:
    for name, field in section.model_fields.items():
        inner = list(sections(field.annotation))
        if not inner or name in ("parameter", "spelled", "known", "child", "quantities"):
            yield name
        for each in inner:
            yield from keys(each)


def test_every_key_is_explained() -> None:
    found = set(keys(DialectFile))
    assert {"title", "style", "wait_seconds", "any_wrapper", "amount_type"} <= found
    headings = {"get_non_final", "get_final", "confirm_quantities", "service_state"}
    missing = [key for key in found - headings if f"`{key}" not in PAGE]
    assert not missing


def test_the_table_has_every_shipped_dialect_and_what_it_lacks() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    for name, dialect in load_dialects().items():
        (row,) = (line for line in rows if f"`{name}`" in line and dialect.form.style in line)
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert cells[2].startswith(dialect.form.style)
        lacks = len(OPERATIONS) - len(dialect.operations)
        assert (cells[4] == "the others") is (lacks == 3)
        assert ("all four" in cells[3]) is (lacks == 0)
        assert ("service_namespace" in cells[6]) is (dialect.form.namespace is None)
