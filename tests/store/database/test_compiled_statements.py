"""Compiled statements of the tests: made once for engines of a kind, with the rows of each."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, Table, create_engine, select, text
from sqlalchemy.sql import ClauseElement

from gateway.store.database.prepared import PreparedStatement

SAMPLE = Table("sample", MetaData(), Column("a", Integer), Column("b", Integer))


@pytest.fixture
def engines() -> Iterator[list[Engine]]:
    made = [create_engine("sqlite://") for _ in range(2)]
    for engine in made:
        SAMPLE.metadata.create_all(engine)
    yield made
    for engine in made:
        engine.dispose()


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[ClauseElement]:
    """Statements that were compiled."""
    found: list[ClauseElement] = []
    compiler = ClauseElement._compiler

    def noted(statement: ClauseElement, *words: Any, **options: Any) -> Any:
        found.append(statement)
        return compiler(statement, *words, **options)

    monkeypatch.setattr(ClauseElement, "_compiler", noted)
    return found


def test_two_engines_compile_a_statement_once_and_each_has_its_own_rows(
    engines: list[Engine], compiled: list[ClauseElement]
) -> None:
    for value, engine in enumerate(engines):
        with engine.begin() as connection:
            connection.execute(SAMPLE.insert(), {"a": value, "b": 7})
            assert connection.scalars(select(SAMPLE.c.a).where(SAMPLE.c.b == 7)).all() == [value]
            assert connection.scalars(select(SAMPLE.c.a).where(SAMPLE.c.b == 8)).all() == []
    assert len(compiled) == 2


def test_the_columns_of_text_are_those_of_the_database(engines: list[Engine]) -> None:
    with engines[1].begin() as connection:
        connection.execute(text("ALTER TABLE sample ADD COLUMN c INTEGER"))
    keys = []
    for engine in engines:
        with engine.begin() as connection:
            keys.append(list(connection.execute(text("SELECT * FROM sample")).keys()))
    assert keys == [["a", "b"], ["a", "b", "c"]]


def test_a_statement_is_prepared_once_for_a_kind_of_engine(
    engines: list[Engine], compiled: list[ClauseElement]
) -> None:
    first, again = (PreparedStatement(SAMPLE.insert(), engine.dialect) for engine in engines)
    assert first.text == again.text
    assert list(again.bind({"b": 2, "a": 1})) == [1, 2]
    assert len(compiled) == 1
    other = PreparedStatement(select(SAMPLE.c.a).limit(1), engines[0].dialect)
    assert other.text != first.text
    assert len(compiled) == 2


def test_a_statement_that_is_never_run_is_not_compiled(
    engines: list[Engine], compiled: list[ClauseElement]
) -> None:
    statement = PreparedStatement(select(SAMPLE.c.b).limit(7), engines[0].dialect)
    assert not compiled
    assert "LIMIT" in statement.text
    assert len(compiled) == 1
