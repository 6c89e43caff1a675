"""Which database does a test get? One of its own, in a file or in the PostgreSQL of EPIX_TEST_DATABASE_URL."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

VARIABLE = "EPIX_TEST_DATABASE_URL"
SERVER = os.environ.get(VARIABLE)


@contextmanager
def empty_database(folder: Path) -> Iterator[str]:
    """Address of a database without tables: a schema of that server, else a file in the folder."""
    if SERVER is None:
        yield f"sqlite:///{folder}/gateway.db"
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
