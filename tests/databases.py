"""Which database does a test get? One of its own: a file, or a schema in a PostgreSQL.

The server is that of TESTED_DATABASE_URL, else one that the tests start themselves (postgres.py).
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text

from gateway.bootstrap import migrate
from gateway.settings import load_settings
from tests import postgres

SERVER = os.environ.get("TESTED_DATABASE_URL")
SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH = (SQLITE, POSTGRESQL)


@contextmanager
def empty_database(folder: Path, kind: str) -> Iterator[str]:
    """Address of a database without tables. folder: for a file."""
    if kind == SQLITE:
        yield f"sqlite:///{folder}/gateway.db"
        return
    server = SERVER or postgres.address()
    schema = f"epix_{uuid4().hex}"
    engine = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    url = make_url(server).update_query_dict({"options": f"-csearch_path={schema}"})
    yield url.render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


def keep_in(url: str, directory: Path) -> None:
    """Let the gateway of a working directory keep everything there, from now on."""
    conf = directory / "conf/gateway.toml"
    text = conf.read_text(encoding="utf-8").replace("\n[database]\n", f"\n[database]\nurl = {json.dumps(url)}\n")
    conf.write_text(text, encoding="utf-8")
    migrate(load_settings(directory))
