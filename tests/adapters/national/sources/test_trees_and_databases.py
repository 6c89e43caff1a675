"""JSON, XML and databases: the same permit gives the same record as the CSV file."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.domain.errors import RecordInvalid
from gateway.exchange.ports import NationalRecord
from tests.adapters.national.sources.described import (
    COLUMNS,
    MAPPING,
    ROW,
    from_csv,
    opened,
    problems,
    row,
    taken,
)

PERMIT_COLUMNS = COLUMNS[:8]
LINES = ({"Species": "Vanda tessellata", "Qty": "1,200.5"}, {"Species": "Vanda testacea"})
FORMATS = 'date = "dd/mm/yyyy"\nthousands = ","\n'
JSON = '[source]\nkind = "json"\nfile = "data.json"\nrecords = "export.permits"\nlines = "items"\n'
XML = (
    '[source]\nkind = "xml"\nfile = "data.xml"\nrecords = "/e:export/e:permit"\n'
    'lines = "e:items/e:item"\nnamespaces = { e = "urn:example" }\n'
)
SQL = (
    '[source]\nkind = "sql"\ndatabase_file = "data.sqlite"\n'
    'query = "SELECT * FROM permits ORDER BY rowid"\n'
)


def expected(folder: Path) -> NationalRecord:
    """The record of two rows of a CSV file."""
    (record,) = from_csv(folder, *(row(**line) for line in LINES))
    return plain(taken(record))


def plain(record: NationalRecord) -> NationalRecord:
    """A record without its place."""
    return replace(record, file="", row=0)


def tree() -> dict[str, object]:
    lines = [{**dict(zip(COLUMNS[8:], ROW[8:], strict=True)), **line} for line in LINES]
    return {**dict(zip(PERMIT_COLUMNS, ROW, strict=False)), "items": lines}


def write_json(folder: Path, permit: dict[str, object]) -> None:
    content = json.dumps({"export": {"permits": [permit]}})
    (folder / "data.json").write_text(content, encoding="utf-8")


def test_json(tmp_path: Path) -> None:
    write_json(tmp_path, tree())
    (record,) = opened(tmp_path, JSON + FORMATS + MAPPING).records()
    assert plain(taken(record)) == expected(tmp_path)


@pytest.mark.parametrize("number", ["1e400", "NaN", "Infinity", "1" * 5000, "-1e-400"])
def test_numbers_past_all_bounds_are_refused(tmp_path: Path, number: str) -> None:
    text = json.dumps({"export": {"permits": [tree()]}}).replace('"1,200.5"', number)
    (tmp_path / "data.json").write_text(text, encoding="utf-8")
    (record,) = opened(tmp_path, JSON + FORMATS + MAPPING).records()
    assert {each[1] for each in problems(record)} == {"Qty"}


@pytest.mark.parametrize("value", [["a"], {"a": 1}, [[]]])
def test_a_list_where_one_value_is_expected_is_refused(tmp_path: Path, value: object) -> None:
    write_json(tmp_path, tree() | {"Exporter": value})
    (record,) = opened(tmp_path, JSON + FORMATS + MAPPING).records()
    assert [each[1] for each in problems(record)] == ["Exporter"]


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    text = json.dumps({"export": {"permits": [tree()]}})
    doubled = text.replace('"Exporter":', '"Exporter": "Other", "Exporter":')
    (tmp_path / "data.json").write_text(doubled, encoding="utf-8")
    (record,) = opened(tmp_path, JSON + FORMATS + MAPPING).records()
    assert [each[1] for each in problems(record)] == ["Exporter"]


@pytest.mark.parametrize(
    "content", ["", "{", '{"export": {}}', '{"export": {"permits": {}}}', "[" * 100_000, "\xff"]
)
def test_json_that_is_no_list_of_records_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "data.json").write_bytes(content.encode("latin-1"))
    with pytest.raises(RecordInvalid):
        opened(tmp_path, JSON + FORMATS + MAPPING).count()


def xml_text() -> str:
    def elements(values: dict[str, str]) -> str:
        return "".join(f"<{name}>{value}</{name}>" for name, value in values.items())

    permit = tree()
    lines = permit.pop("items")
    assert isinstance(lines, list)
    items = "".join(f"<item>{elements(line)}</item>" for line in lines)
    texts = {name: str(value) for name, value in permit.items() if name != "No"}
    return (
        f'<export xmlns="urn:example"><permit No="{permit["No"]}">{elements(texts)}'
        f"<items>{items}</items></permit></export>"
    )


def xml_mapping() -> str:
    mapping = MAPPING
    for name in COLUMNS:
        path = "@No" if name == "No" else f"e:{name}"
        mapping = mapping.replace(f'"{name}"', f'"{path}"')
    return mapping


def test_xml(tmp_path: Path) -> None:
    (tmp_path / "data.xml").write_text(xml_text(), encoding="utf-8")
    (record,) = opened(tmp_path, XML + FORMATS + xml_mapping()).records()
    assert plain(taken(record)) == expected(tmp_path)


def test_a_path_that_finds_several_values_is_refused(tmp_path: Path) -> None:
    text = xml_text().replace("<Exporter>", "<Exporter>Other</Exporter><Exporter>")
    (tmp_path / "data.xml").write_text(text, encoding="utf-8")
    (record,) = opened(tmp_path, XML + FORMATS + xml_mapping()).records()
    assert [each[1] for each in problems(record)] == ["e:Exporter"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<export",
        '<!DOCTYPE export [<!ENTITY a SYSTEM "file:///etc/passwd">]><export>&a;</export>',
        "<export/>",
    ],
)
def test_xml_that_holds_no_records_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "data.xml").write_text(content, encoding="utf-8")
    with pytest.raises(RecordInvalid):
        opened(tmp_path, XML + FORMATS + xml_mapping()).count()


@pytest.mark.parametrize("path", ["e:[", "document('/etc/passwd')", "$x", "x:y"])
def test_paths_that_are_no_xpath_are_named(tmp_path: Path, path: str) -> None:
    (tmp_path / "data.xml").write_text(xml_text(), encoding="utf-8")
    mapping = xml_mapping().replace('"e:Importer"', json.dumps(path))
    with pytest.raises(RecordInvalid) as refused:
        opened(tmp_path, XML + FORMATS + mapping).count()
    assert path in refused.value.text


def make_table(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "data.sqlite")) as connection, connection:
        names = ", ".join(f'"{name}"' for name in COLUMNS)
        connection.execute(f"CREATE TABLE permits ({names})")
        marks = ", ".join("?" * len(COLUMNS))
        rows = [row(**line) for line in LINES]
        connection.executemany(f"INSERT INTO permits VALUES ({marks})", rows)


def test_sql(tmp_path: Path) -> None:
    make_table(tmp_path)
    (record,) = opened(tmp_path, SQL + FORMATS + MAPPING).records()
    assert plain(taken(record)) == expected(tmp_path)


def test_numbers_of_a_database_are_exact(tmp_path: Path) -> None:
    make_table(tmp_path)
    with closing(sqlite3.connect(tmp_path / "data.sqlite")) as connection, connection:
        connection.execute("UPDATE permits SET Qty = 18.25")
    (record,) = opened(tmp_path, SQL + FORMATS + MAPPING).records()
    assert str(taken(record).permit.positions[0].quantity.amount) == "18.25"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM nothing",
        "SELECT 1 AS No",
        "WITH x AS (SELECT 1) DELETE FROM permits RETURNING *",
        "SELECT * FROM permits; DROP TABLE permits",
    ],
)
def test_queries_that_cannot_be_answered_change_nothing(tmp_path: Path, query: str) -> None:
    make_table(tmp_path)
    description = SQL.replace("SELECT * FROM permits ORDER BY rowid", query)
    with pytest.raises(RecordInvalid):
        opened(tmp_path, description + FORMATS + MAPPING).count()
    with closing(sqlite3.connect(tmp_path / "data.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM permits").fetchone() == (2,)


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(RecordInvalid, match="no database"):
        opened(tmp_path, SQL + FORMATS + MAPPING).count()
    assert not (tmp_path / "data.sqlite").exists()
