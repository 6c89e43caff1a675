"""Figures of the fuzzers: added up over all pieces, and the table of them in the documentation."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

BEGIN = "<!-- figures of tests/fuzz/coverage_guided: begin -->\n"
END = "<!-- end -->"
_NOTHING = {
    "executions": 0, "seconds": 0.0, "processor_seconds": 0.0, "pieces": 0, "finds": [],
}  # fmt: skip
_HEAD = (
    "| target | executions | seconds | of the processor | pieces | lines covered | finds |\n"
    + "| --- " * 7
    + "|\n"
)


class Figures:
    """Figures by target, in a JSON file outside of the repository."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.targets: dict[str, dict[str, Any]] = (
            json.loads(file.read_text()) if file.is_file() else {}
        )

    def add(self, name: str, piece: dict[str, Any], covered: int, lines: int) -> None:
        """Add a piece to what was run of its target before."""
        before = self.targets.get(name, _NOTHING)
        self.targets[name] = {
            "executions": before["executions"] + piece["executions"],
            "seconds": before["seconds"] + piece["seconds"],
            "processor_seconds": before["processor_seconds"] + piece["processor_seconds"],
            "pieces": before["pieces"] + 1,
            "finds": sorted({*before["finds"], *piece["finds"]}),
            "covered": covered,
            "lines": lines,
        }
        self._file.write_text(json.dumps(self.targets, indent=1))


def write_table(figures: Figures, document: Path) -> None:
    """Put the table between its marks in the document."""
    rows = "".join(
        f"| {name} | {of['executions']:,} | {of['seconds']:,.0f} "
        f"| {of['processor_seconds']:,.0f} | {of['pieces']} "
        f"| {of['covered']} of {of['lines']} | {len(of['finds'])} |\n"
        for name, of in sorted(figures.targets.items())
    )
    text = document.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    told = f"As of {datetime.now(UTC):%Y-%m-%d}:\n\n{_HEAD}{rows}"
    document.write_text(f"{before}{BEGIN}{told}{END}{after}", encoding="utf-8")
