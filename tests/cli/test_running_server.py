"""PID file of `serve`: the signal reaches the process that wrote the file, and no other."""

import errno
import fcntl
import os
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.cli import running_server
from gateway.cli.running_server import Reload, known_as_running, reload, start_time
from tests.programs import started

pytestmark = pytest.mark.slow


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """A process that has nothing to do with the gateway, and dies of SIGHUP."""
    # A shell in the background, or nohup, makes its children ignore signals; not this one.
    with started(["env", "--default-signal=HUP", "sleep", "60"]) as process:
        # Until `env` has become `sleep`, the signal may still be ignored.
        while Path(f"/proc/{process.pid}/comm").read_text(encoding="ascii") != "sleep\n":
            time.sleep(0.01)
        yield process


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """A working directory."""
    (tmp_path / "data").mkdir()
    return tmp_path


@contextmanager
def locked(directory: Path, content: str) -> Iterator[None]:
    """The file with any content, locked as a running server locks it."""
    with (directory / "data/serve.pid").open("w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(content)
        file.flush()
        yield


def test_no_process_but_the_one_that_wrote_the_file_is_ever_signalled(
    served: Path, stranger: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Should the guard fail: -1 and 0 would reach this test, and everything else of this user.
    monkeypatch.setattr(os, "kill", lambda *_: pytest.fail("A number of the file was signalled."))
    pid, started = stranger.pid, start_time(stranger.pid)
    for content in (
        *("-1", "-1\n", f"-1 {started}\n", "0\n", f"0 {started}\n", f"-{pid} {started}\n"),
        *("", "\n", "x\n", f"{pid}\n", f"{pid} {started - 1}\n", f"{pid} {started}"),
        *(f"+{pid} {started}\n", f"{pid} -{started}\n", f"{pid}{'0' * 40} {started}\n"),
        *(f"1 {started}\n", f"{pid} {started}\n1 1\n"),
    ):
        with locked(served, content):
            assert reload(served) is Reload.NOT_RUNNING, content
    assert stranger.poll() is None


def test_a_process_with_the_id_and_start_time_of_the_file_is_signalled(
    served: Path, stranger: subprocess.Popen[bytes]
) -> None:
    with locked(served, f"{stranger.pid} {start_time(stranger.pid)}\n"):
        assert reload(served) is Reload.SIGNALLED
        assert stranger.wait(10) == -signal.SIGHUP
        assert reload(served) is Reload.NOT_RUNNING


def test_a_process_of_another_user_than_the_owner_of_the_file_is_not_signalled(
    served: Path, stranger: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fstat

    def of_another(number: int) -> os.stat_result:
        values = list(real(number))
        values[stat.ST_UID] += 1
        return os.stat_result(values)

    with locked(served, f"{stranger.pid} {start_time(stranger.pid)}\n"):
        monkeypatch.setattr(running_server.os, "fstat", of_another)
        assert reload(served) is Reload.NOT_RUNNING
    assert stranger.poll() is None


def test_a_directory_without_a_server_has_nobody_to_tell(directory: Path) -> None:
    assert reload(directory) is Reload.NOT_RUNNING
    with known_as_running(directory):
        pass
    assert reload(directory) is Reload.NOT_RUNNING


def test_a_read_only_directory_has_no_file_and_is_served(
    served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container mounts it read-only where the database is elsewhere (EROFS)."""

    def read_only(*_: object, **__: object) -> int:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(served))

    monkeypatch.setattr(running_server, "private_opener", read_only)
    with known_as_running(served) as has_file:
        assert not has_file
    assert not list((served / "data").iterdir())


def test_the_number_of_a_server_that_died_is_not_believed(directory: Path) -> None:
    (directory / "data/serve.pid").write_text("1\n")
    assert reload(directory) is Reload.NOT_RUNNING
