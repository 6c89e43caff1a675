"""Inspection file: the inspection list as CSV, a row for each indicator of a permit that fired."""

import csv
from collections.abc import Iterable
from pathlib import Path

from adapters.spreadsheets.formula_escape import escape_formula
from gateway.domain.foreign_text import one_line
from gateway.domain.risk.indicators import NAMES
from gateway.domain.risk.score import Risk
from gateway.hardening import private_opener

COLUMNS = ("Country", "Permit", "Score", "Indicator", "Points", "Evidence", "From")


def write_inspections(path: Path, risks: Iterable[Risk]) -> int:
    """Write permits into a new file; return their number. Raises FileExistsError, OSError."""
    count = 0
    with open(path, "x", encoding="utf-8", newline="", opener=private_opener) as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for risk in risks:
            count += 1
            for weighed in risk.fired:
                for piece in weighed.judged.evidence:
                    cells = (
                        risk.held.name.country,
                        risk.held.name.number,
                        str(risk.score),
                        str(NAMES[weighed.indicator]),
                        str(weighed.points),
                        str(piece.text),
                        str(piece.source),
                    )
                    writer.writerow([escape_formula(one_line(cell)) for cell in cells])
    return count
