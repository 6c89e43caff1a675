"""Inspection file: cells of others are no formulas, and an older file is not overwritten."""

import csv
from pathlib import Path

import pytest

from adapters.risk.inspections import write_inspections
from gateway.domain.people.sentence import Sentence
from gateway.domain.risk.indicators import Evidence, Indicator, Judged
from gateway.domain.risk.score import Risk, Weighed
from gateway.domain.trace.named import DocumentName
from tests.domain.trace.documents import export, held


def a_risk(number: str, text: str) -> Risk:
    piece = Evidence(Sentence("{text}", {"text": text}), Sentence("Documents at hand"))
    judged = Judged((piece,))
    document = held(DocumentName("ZW", number), export())
    return Risk(document, (Weighed(Indicator.CHAIN_OPEN, 10, judged),))


@pytest.mark.parametrize("evil", ["=1+1", "@SUM(A1)", "\t=1", "-2+3", "\uff1d1"])
def test_cells_are_no_formulas(evil: str, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    assert write_inspections(file, [a_risk(evil.strip(), evil)]) == 1
    (_, row) = csv.reader(file.read_text(encoding="utf-8").splitlines())
    assert row[1].startswith("'")
    assert row[5].startswith(("'", "\\u0009"))
    with pytest.raises(FileExistsError):
        write_inspections(file, [])
