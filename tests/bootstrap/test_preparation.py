"""Worker processes prepare what this process would, and a lost one is said."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from gateway.bootstrap import build
from gateway.bootstrap.clock import now
from gateway.bootstrap.gateway import Gateway, _open_preparer
from gateway.bootstrap.preparation.pool import FEWEST_PERMITS, worker_pool, workers_for
from gateway.bootstrap.preparation.worker import NICENESS, OpenPreparer
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.errors import KeyUnusable, RecordInvalid, ServiceUnavailable
from gateway.domain.identifiers import IsoCountryCode
from gateway.exchange.permits.publication.batches import Preparation, prepare_batch
from gateway.exchange.permits.publication.prepare import PreparedPermit
from gateway.exchange.ports import NationalRecord
from gateway.settings import load_settings
from tests.builders import a_permit

pytestmark = pytest.mark.slow


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    plan = Plan(IsoCountryCode("MZ"), "ANAC")
    make(tmp_path / "mz", plan, DevelopmentCa())
    with build(load_settings(tmp_path / "mz")) as gateway:
        yield gateway


def a_task(number: str, *, seal: bool = True, **changes: object) -> Preparation:
    return Preparation(NationalRecord("records.json", 1, a_permit(number, **changes)), seal)


def test_workers_prepare_what_this_process_would(gateway: Gateway) -> None:
    tasks = [
        [a_task("MZ26EX000001"), a_task("MZ26EX000002", importer=None)],
        [a_task("MZ26EX000003", seal=False)],
        [a_task("MZ26EX000004")],
    ]
    with worker_pool(opening(gateway), 2) as prepare:
        prepared = [each for batch in prepare(iter(tasks)) for each in batch]
    here = [each for batch in tasks for each in prepare_batch(batch, gateway.permits.prepare, no)]
    for there, expected in zip(prepared, here, strict=True):
        if isinstance(expected, RecordInvalid):
            assert isinstance(there, RecordInvalid)
            assert vars(there) == vars(expected)
            continue
        assert isinstance(there, PreparedPermit)
        assert there.published == expected.published
        assert there.remarks == expected.remarks
        contents = {name: each.content for name, each in there.documents.items()}
        assert contents == {name: each.content for name, each in expected.documents.items()}
    sealed = [
        isinstance(each, PreparedPermit) and all(one.seal for one in each.documents.values())
        for each in prepared
    ]
    assert sealed == [True, False, False, True]


@pytest.mark.long_haul  # the short form prepares, and kills a worker
def test_a_key_that_a_worker_cannot_use_ends_the_publication(gateway: Gateway) -> None:
    assert gateway.settings.seal
    gateway.settings.seal.key_file.write_text("no key\n")
    with (
        worker_pool(opening(gateway), 1) as prepare,
        pytest.raises(KeyUnusable, match="holds no PEM private key"),
    ):
        list(prepare([[a_task("MZ26EX000001")]]))


def test_a_worker_that_is_killed_is_said(gateway: Gateway) -> None:
    def tasks() -> Iterator[list[Preparation]]:
        yield [a_task("MZ26EX000001")]
        yield [a_task("MZ26EX000002")]
        (worker,) = multiprocessing.active_children()
        assert worker.pid
        os.kill(worker.pid, signal.SIGKILL)
        yield [a_task("MZ26EX000003")]

    with (
        worker_pool(opening(gateway), 1) as prepare,
        pytest.raises(ServiceUnavailable, match="publish the same file again"),
    ):
        list(prepare(tasks()))


def test_no_worker_is_started_where_nothing_is_to_be_prepared(gateway: Gateway) -> None:
    with worker_pool(opening(gateway), 2) as prepare:
        assert list(prepare([[], [], []])) == [(), (), ()]
        assert not multiprocessing.active_children()


@pytest.mark.long_haul  # the short form prepares, and kills a worker
def test_a_worker_is_hardened_and_lets_answers_go_first(gateway: Gateway) -> None:
    with worker_pool(opening(gateway), 1) as prepare:
        list(prepare([[a_task("MZ26EX000001")]]))
        (worker,) = multiprocessing.active_children()
        status = Path(f"/proc/{worker.pid}/status").read_text()
        assert worker.pid
        niceness = os.getpriority(os.PRIO_PROCESS, worker.pid)
    assert "Umask:\t0077" in status, "the call that switches core dumps off sets it, too"
    assert niceness == min(19, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)


def test_few_permits_are_prepared_in_this_process(gateway: Gateway) -> None:
    assert workers_for(opening(gateway), FEWEST_PERMITS - 1) is None


def opening(gateway: Gateway) -> OpenPreparer:
    return partial(_open_preparer, gateway.settings, now)


def no() -> None:
    """No seal."""
