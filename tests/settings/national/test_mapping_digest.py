"""Mapping digest: what makes other permits changes it, and nothing else."""

from pathlib import Path

import pytest

from adapters.national.sources.known_fields import known_fields
from gateway.settings.national import mapping_digest, read_description

TEXT = """\
[source]
kind = "sql"
database_file = "data/permits.db"
attachments = "data/scans"
query = "SELECT * FROM permit"

[permit]
number = "no"
type = { constant = "EXPORT" }
issued_at = "issued"
exporter.name = "exporter"
importer.name = "importer"

[line]
scientific_name = "species"
appendix = "app"
sources = "source"
quantity = "qty"
unit = "unit"
term = "term"
description = "what"

[sync]
mark = "changed"
line_order = "line"
"""


def digest(directory: Path, old: str = "", new: str = "") -> str:
    assert old in TEXT
    (directory / "conf/national").mkdir(parents=True, exist_ok=True)
    text = TEXT.replace(old, new, 1) if old else TEXT
    (directory / "conf/national/source.toml").write_text(text, encoding="utf-8")
    found = read_description(directory, "source", known_fields())
    assert not found.problems, [each.text for each in found.problems]
    return mapping_digest(found)


def test_a_moved_working_directory_has_the_same_digest(tmp_path: Path) -> None:
    assert digest(tmp_path / "here") == digest(tmp_path / "there")


def test_a_file_of_the_url_counts_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = set()
    for unit in ("serve", "sync"):
        (tmp_path / unit).mkdir()
        (tmp_path / unit / "national-url").write_text("postgresql://reader@localhost/permits")
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / unit))
        url = 'url_file = "credential:national-url"'
        found.add(digest(tmp_path, 'database_file = "data/permits.db"', url))
    assert len(found) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[sync]\n", "[sync]\npage = 7\noverlap = 9\ninterval_seconds = 5\n"),
        ("[permit]", "answer_seconds = 60\n\n[permit]"),
        ("[permit]", 'decimal = "."\n\n[permit]'),
    ],
)
def test_keys_that_change_no_permit_do_not_change_it(tmp_path: Path, old: str, new: str) -> None:
    assert digest(tmp_path, old, new) == digest(tmp_path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("data/permits.db", "data/others.db"),
        ("data/scans", "/srv/scans"),
        ('"changed"', '"changed_at"'),
        ("EXPORT", "IMPORT"),
        ("SELECT *", "SELECT DISTINCT *"),
    ],
)
def test_what_makes_other_permits_changes_it(tmp_path: Path, old: str, new: str) -> None:
    assert digest(tmp_path, old, new) != digest(tmp_path)
