"""Attachments of a source: files of a folder by the names in a column, checked like others."""

from pathlib import Path

import pytest

from adapters.national.sources.known_fields import known_fields
from gateway.domain.errors import RecordInvalid
from gateway.settings.national import read_description
from tests.adapters.national.sources.described import (
    COLUMNS,
    CSV,
    MAPPING,
    csv_text,
    opened,
    row,
    taken,
)
from tests.supporting_files import a_png

FOLDER = CSV + 'attachments = "scans"\n'
MAPPED = MAPPING.replace("[line]", 'attachments = { column = "Files", split = "|" }\n\n[line]')
PDF = b"%PDF-1.7 a permit"
PNG = a_png()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scans/2026").mkdir(parents=True)
    (tmp_path / "scans/permit.pdf").write_bytes(PDF)
    (tmp_path / "scans/2026/crate.png").write_bytes(PNG)
    (tmp_path / "secret.pdf").write_bytes(PDF)
    (tmp_path / "scans/link.pdf").symlink_to(tmp_path / "secret.pdf")
    (tmp_path / "scans/wrong.png").write_bytes(PDF)
    return tmp_path


def record(folder: Path, *names: str) -> object:
    """The permit with a line for each cell of names."""
    rows = [(*row(), cell) for cell in names]
    text = csv_text(*rows, columns=(*COLUMNS, "Files"))
    (folder / "data.csv").write_text(text, encoding="utf-8")
    (found,) = opened(folder, FOLDER + MAPPED).records()
    return found


def test_files_of_the_folder_go_with_the_permit(folder: Path) -> None:
    found = taken(record(folder, "permit.pdf | 2026/crate.png"))
    assert [(each.name, each.content) for each in found.attachments] == [
        ("permit.pdf", PDF),
        ("crate.png", PNG),
    ]
    assert found.file == "data.csv"
    assert taken(record(folder, "")).attachments == ()


def test_lines_of_a_permit_agree_on_its_files(folder: Path) -> None:
    assert len(taken(record(folder, "permit.pdf", "")).attachments) == 1
    different = record(folder, "permit.pdf", "2026/crate.png")
    assert isinstance(different.outcome, RecordInvalid)


@pytest.mark.parametrize(
    "name",
    [
        "../secret.pdf", "/etc/passwd", "link.pdf", "none.pdf", "wrong.png", "2026", "scans\\x.pdf",
        "a\u202e.pdf", "2026/../permit.pdf",
    ],
)  # fmt: skip
def test_what_is_no_file_of_the_folder_is_refused(folder: Path, name: str) -> None:
    refused = record(folder, name)
    assert isinstance(refused.outcome, RecordInvalid)
    (problem,) = refused.located(refused.outcome)
    assert (problem.problem.field, problem.cell.column) == ("attachments", "Files")


def test_the_folder_is_declared(folder: Path) -> None:
    (folder / "conf/national").mkdir(parents=True)
    (folder / "conf/national/source.toml").write_text(CSV + MAPPED, encoding="utf-8")
    (problem,) = read_description(folder, "source", known_fields()).problems
    assert "source.attachments is missing" in problem.text
