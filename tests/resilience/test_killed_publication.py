"""Publication that is killed: whole permits alone are there, and the same command goes on.

Each kill comes when a chosen number of permits is stored, always before the last batches: the
others may be prepared by then, and would be stored before the signal arrives.

In the end the database holds what an uninterrupted publication leaves: each permit once, with the
documents that the record makes, sealed, and a signed record that vouches for it.
"""

import json
import os
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, make_url, select

from gateway.bootstrap import build
from gateway.bootstrap.gateway import Gateway
from gateway.bootstrap.preparation.pool import FEWEST_PERMITS
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.identifiers import IsoCountryCode
from gateway.exchange.permits.publication.batches import MOST_PERMITS
from gateway.settings import load_settings
from gateway.store import tables
from tests.benchmarks.processes import members
from tests.databases import SQLITE, both_in_long_form, keep_in, migrated_database
from tests.forked.commands import GATEWAY, ForkedCommand, fork
from tests.long_haul import repetitions
from tests.waiting import LONGEST_SECONDS, until

pytestmark = pytest.mark.slow

PERMITS = FEWEST_PERMITS + repetitions(short=10, long=100, endurance=1_000)
KILLS = repetitions(short=1, long=3, endurance=8)
LAST_KILL = PERMITS - 4 * MOST_PERMITS
"""At the latest when so many permits are stored."""
SEED = 20261129


@pytest.fixture(params=both_in_long_form(SQLITE))
def directory(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    made = tmp_path / "mz"
    make(made, Plan(IsoCountryCode("MZ"), "ANAC"), DevelopmentCa())
    with migrated_database(tmp_path, request.param) as url:
        keep_in(url, made)
        yield made


@pytest.fixture
def records(tmp_path: Path) -> Path:
    example = resources.files("adapters.national.examples") / "mozambique.json"
    record = json.loads(example.read_text(encoding="utf-8"))[0]
    file = tmp_path / "records.jsonl"
    named = ({**record, "number": f"MZ26EX{place:06}"} for place in range(PERMITS))
    file.write_text("".join(f"{json.dumps(each)}\n" for each in named), encoding="utf-8")
    return file


@contextmanager
def publication(directory: Path, records: Path) -> Iterator[ForkedCommand]:
    """A process in a session of its own. What it prints is beside the records."""
    words = [*GATEWAY, "publish", records, "--dir", directory, "--json"]
    with printed(records).open("w") as output, records.with_name("errors").open("w") as errors:
        process = fork(words, output=output, errors=errors)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def printed(records: Path) -> Path:
    return records.with_name("printed")


def living(session: int) -> list[int]:
    """The processes of a session, without those that have ended and are not waited for."""
    return [each for each in members(session) if command(each)]


def command(process: int) -> bytes:
    """Its command line; nothing where it has ended."""
    try:
        return (Path("/proc") / str(process) / "cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


@contextmanager
def counting(url: str) -> Iterator[Callable[[], int]]:
    """Counts the permits that are stored, over one connection: it is asked fifty times a second."""
    engine = create_engine(make_url(url), isolation_level="AUTOCOMMIT")
    counted = select(func.count()).select_from(tables.permit)
    try:
        with engine.connect() as connection:
            yield lambda: int(connection.execute(counted).scalar_one())
    finally:
        engine.dispose()


@pytest.mark.long_haul  # the short form kills a synchronisation, which publishes too
def test_a_publication_that_is_killed_again_and_again_ends_as_one_that_is_not(
    directory: Path, records: Path
) -> None:
    settings = load_settings(directory)
    chance = random.Random(SEED)
    with counting(settings.database.address) as stored:
        for kill in range(KILLS):
            before = stored()
            more = chance.randrange(1, max(2, (LAST_KILL - before) // (KILLS - kill)))
            with publication(directory, records) as process:
                until(lambda wanted=before + more: stored() >= wanted, f"{more} more permits")
                os.kill(process.pid, signal.SIGKILL)
                until(lambda session=process.pid: not living(session), "its workers end with it")
            with build(settings) as gateway:
                require_whole(gateway, stored())
            assert before < stored() < PERMITS
        before = stored()
    with publication(directory, records) as process:
        assert process.wait(LONGEST_SECONDS) == 0
    (told,) = json.loads(printed(records).read_text())
    assert (told["published"], told["unchanged"]) == (PERMITS - before, before)
    with build(settings) as gateway:
        require_whole(gateway, PERMITS)
        require_as_prepared(gateway, records)


def require_whole(gateway: Gateway, stored: int) -> None:
    """Each permit is what its signed record says, with all its rows. stored: their number."""
    pages = list(gateway.integrity.reconcile.pages())
    assert [finding.text for page in pages for finding in page.findings] == []
    assert sum(len(page.intact) for page in pages) == stored


def require_as_prepared(gateway: Gateway, records: Path) -> None:
    """The permits are those of the records, with the documents that these make, and seals."""
    permits = gateway.permits
    for record in permits.source_of(records).records(records):
        prepared = permits.prepare.prepare(record, None)
        with gateway.store.begin_work() as work:
            found = work.permits.get(prepared.published.authority, record.permit.number)
            assert found.published == prepared.published
            documents = work.permits.documents(found)
        assert all(document.seal for document in documents.values())
        assert {name: each.content for name, each in documents.items()} == {
            name: each.content for name, each in prepared.documents.items()
        }
