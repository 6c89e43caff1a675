"""A database that several nodes share: a schema of EPIX_TEST_DATABASE_URL, or an SQLite file on their one machine."""

import os
from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

VARIABLE = "EPIX_TEST_DATABASE_URL"
SERVER = os.environ.get(VARIABLE)


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a database without tables."""
    if SERVER is None:
        yield f"sqlite:///{tmp_path_factory.mktemp('shared')}/gateway.sqlite"
        return
    schema = f"epix_{uuid4().hex}"
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    url = make_url(SERVER).update_query_dict({"options": f"-csearch_path={schema}"})
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv(VARIABLE)  # a gateway takes every EPIX_ variable for a setting
        yield url.render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()
