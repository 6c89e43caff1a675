"""Source descriptions: every mistake is named with file, line and key, in one run."""

from pathlib import Path

import pytest

from adapters.national.sources.known_fields import known_fields
from gateway.settings.national import Description, own_names, read_description
from gateway.shipped import shipped_folder


def read(folder: Path, text: str) -> Description:
    (folder / "conf/national").mkdir(parents=True, exist_ok=True)
    (folder / "conf/national/source.toml").write_text(text, encoding="utf-8")
    return read_description(folder, "source", known_fields())


def found(folder: Path, text: str) -> list[tuple[int | None, str | None]]:
    return [(problem.line, problem.key) for problem in read(folder, text).problems]


RIGHT = """\
[source]
kind = "csv"
file = "data.csv"
encoding = "utf-8"
separator = ";"

[permit]
number = "No"
type = { constant = "EXPORT" }
issued_at = "Issued"
exporter.name = "Exporter"
"importer.name" = "Importer"

[line]
scientific_name = "Species"
appendix = "App"
sources = "Source"
quantity = "Qty"
"""


def test_a_right_description_has_no_problem(tmp_path: Path) -> None:
    description = read(tmp_path, RIGHT).description
    assert description is not None
    assert description.source.file == tmp_path / "data.csv"
    assert list(description.permit) == [
        *("number", "type", "issued_at", "exporter.name", "importer.name"),
    ]


WRONG = """\
[source]
kind = "csv"
file = "data.csv"
encoding = "utf-9"
seperator = ";"
date = "dd/mm/yy"

[permit]
number = { colum = "No" }
type = { column = "Type", constant = "EXPORT" }
nmuber = "No"
exporter.nam = "Exporter"

[line]
quantity = 5
"""


def test_every_mistake_of_the_keys_is_named_at_once(tmp_path: Path) -> None:
    assert found(tmp_path, WRONG) == [
        (1, "source.separator"),
        (4, "source.encoding"),
        (5, "source.seperator"),
        (6, "source.date"),
        (8, "permit.issued_at"),
        (9, "permit.number"),
        (9, "permit.number.colum"),
        (10, "permit.type"),
        (11, "permit.nmuber"),
        (12, "permit.exporter.nam"),
        (14, "line.scientific_name"),
        (14, "line.appendix"),
        (14, "line.sources"),
        (15, "line.quantity"),
    ]


ACROSS = """\
[source]
kind = "excel"
file = "data.xlsx"
separator = ";"
thousands = "."
national = [{ column = "App" }]

[permit]
number = "No"
type = { column = "Type", constant = "EXPORT" }
nmuber = "No"
exporter.nam = "Exporter"
issued_at = { column = "Issued", decimal = "," }
purpose = { column = "Purpose", words = "purpose" }
issuer.signed_at = { column = "Signed", date = "dd/mm/yyyy hh:MM" }

[line]
scientific_name = { column = "Species", split = "/" }
appendix = "App"
quantity = { column = "Qty", date = "dd/mm/yyyy", thousands = "." }

[words.own]
"Gift" = ""
"""


def test_every_mistake_between_keys_is_named_at_once(tmp_path: Path) -> None:
    assert found(tmp_path, ACROSS) == [
        (1, "source.sheet"),
        (4, "source.separator"),
        (5, "source.thousands"),
        (6, "source.national[1]"),
        (10, "permit.type"),
        (11, "permit.nmuber"),
        (12, "permit.exporter.nam"),
        (13, "permit.issued_at.decimal"),
        (14, "permit.purpose.words"),
        (15, "permit.issuer.signed_at.date"),
        (17, "line.sources"),
        (18, "line.scientific_name.split"),
        (20, "line.quantity.date"),
        (20, "line.quantity.thousands"),
        (23, "words.own.Gift"),
    ]


def test_a_sentence_says_which_key_may_be_meant(tmp_path: Path) -> None:
    texts = [problem.text for problem in read(tmp_path, ACROSS).problems]
    assert (
        "conf/national/source.toml, line 11: permit.nmuber is not a field of the record format"
        " (perhaps number is meant)." in texts
    )


def test_a_line_that_is_no_toml_is_named(tmp_path: Path) -> None:
    assert (2, "source.kind") in found(tmp_path, RIGHT.replace('"csv"', "csv"))


@pytest.mark.parametrize(
    "query", ["DELETE FROM permits", "PRAGMA journal_mode", "", "EXPLAIN SELECT 1"]
)
def test_a_query_is_one_select(tmp_path: Path, query: str) -> None:
    source = f'[source]\nkind = "sql"\ndatabase_file = "data.sqlite"\nquery = "{query}"\n'
    text = source + RIGHT[RIGHT.index("[permit]") :]
    assert found(tmp_path, text) == [(4, "source.query")]


@pytest.mark.parametrize("name", ["../gateway", "nothing", "A", ""])
def test_a_source_that_is_not_there_is_named_with_those_that_are(tmp_path: Path, name: str) -> None:
    read(tmp_path, RIGHT)
    (problem,) = read_description(tmp_path, name, known_fields()).problems
    assert "there are: source" in problem.text


def test_the_descriptions_that_are_shipped_are_right() -> None:
    names = own_names(shipped_folder())
    assert len(names) == 3
    for name in names:
        assert not read_description(shipped_folder(), name, known_fields()).problems
