"""The time-outs of [database] hold in the database sessions of the gateway."""

from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.bootstrap import build
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.identifiers import IsoCountryCode
from gateway.settings import load_settings
from tests.databases import POSTGRESQL, empty_database, keep_in

pytestmark = pytest.mark.slow


def test_the_waits_are_those_of_the_settings(tmp_path: Path) -> None:
    directory = tmp_path / "mz"
    make(directory, Plan(IsoCountryCode("MZ")), DevelopmentCa())
    said = {
        "EPIX_DATABASE__LOCK_TIMEOUT_SECONDS": "1.5",
        "EPIX_DATABASE__STATEMENT_TIMEOUT_SECONDS": "4",
    }
    with empty_database(tmp_path, POSTGRESQL) as url:
        keep_in(url, directory)
        with (
            build(load_settings(directory, said)) as gateway,
            gateway.store._engines.writing.connect() as session,
        ):
            names = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
            shown = [session.execute(text(f"SHOW {name}")).scalar() for name in names]
    assert shown == ["1500ms", "4s", "4s"]
