"""Synchronisation that is killed again and again: the end is that of an uninterrupted run."""

import os
import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, make_url, select

from gateway.bootstrap import build, describe_source
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.identifiers import IsoCountryCode
from gateway.exchange.ports.national.sync import SyncedRecord
from gateway.settings import load_settings
from gateway.store import tables
from tests.cli.national.synchronised import NAME, National, national_system
from tests.databases import SQLITE, both_in_long_form, keep_in, migrated_database
from tests.forked.commands import GATEWAY, ForkedCommand, started
from tests.long_haul import repetitions
from tests.waiting import until

pytestmark = pytest.mark.slow

PERMITS = repetitions(short=24, long=40)
KILLS = repetitions(short=1, long=3)
SEED = 20261129


def described(folder: Path) -> National:
    make(folder, Plan(IsoCountryCode("MZ"), "ANAC"), DevelopmentCa())
    national = national_system(folder, lambda *_: None, 3 * PERMITS)
    file = folder / f"conf/national/{NAME}.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[sync]\n", "[sync]\npage = 7\n"), encoding="utf-8")
    national.change("UPDATE permit SET expiry_date = 'never' WHERE id % 10 = 0")
    return national


@contextmanager
def synchronisation(directory: Path) -> Iterator[ForkedCommand]:
    words = [*GATEWAY, "national", "sync", NAME, "--once", "--dir", directory]
    with Path(os.devnull).open("w") as nothing, started(words, output=nothing) as process:
        yield process


def run(directory: Path) -> None:
    with build(load_settings(directory)) as gateway:
        gateway.national.synchronise(describe_source(directory, NAME)).use_case.run()


def taken(url: str) -> dict[str, int]:
    """Number of records by their outcome, and of permits."""
    engine = create_engine(make_url(url))
    record = tables.national_record
    try:
        with engine.connect() as connection:
            found = connection.execute(
                select(record.c.taken, func.count()).group_by(record.c.taken)
            ).all()
            permits = select(func.count()).select_from(tables.permit)
            return {
                **{row[0]: row[1] for row in found},
                "permits": connection.execute(permits).scalar_one(),
            }
    finally:
        engine.dispose()


def outcome(directory: Path) -> tuple[object, ...]:
    """What a run leaves, without its moments: mark, records and permits."""
    with build(load_settings(directory)) as gateway:
        states = gateway.national.states
        ((state, refused),) = states.all()
        rows = {record.key: said(record) for record in states.refused(NAME, None, 1000)}
        permits = [
            (each.permit, each.status, each.countries)
            for each in gateway.store.permit_list.details_after(0, 1000)
        ]
        pages = list(gateway.integrity.reconcile.pages())
        assert [finding.text for page in pages for finding in page.findings] == []
    assert state.ended_at is not None
    assert state.failure == ""
    return state.mark, refused, rows, permits, taken(gateway.settings.database.address)


def said(record: SyncedRecord) -> tuple[object, ...]:
    return record.taken, record.problems


@pytest.mark.parametrize("kind", both_in_long_form(SQLITE))
def test_a_run_that_is_killed_again_and_again_ends_as_one_that_is_not(
    tmp_path: Path, kind: str
) -> None:
    whole, killed = (
        described(tmp_path / "whole").directory,
        described(tmp_path / "killed").directory,
    )
    run(whole)
    chance = random.Random(SEED)
    with migrated_database(tmp_path, kind) as url:
        keep_in(url, killed)
        for kill in range(KILLS):
            before = taken(url)["permits"]
            more = chance.randrange(1, max(2, (PERMITS * 8 // 10 - before) // (KILLS - kill + 1)))
            with synchronisation(killed) as process:
                until(
                    lambda wanted=before + more: taken(url)["permits"] >= wanted,
                    f"{more} more permits",
                )
                os.kill(process.pid, signal.SIGKILL)
            assert before < taken(url)["permits"]
        run(killed)
        assert outcome(killed) == outcome(whole)
