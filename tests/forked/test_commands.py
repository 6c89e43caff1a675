"""Forked commands: they end, print and are killed as commands that were started usually."""

import os
import signal
import subprocess
import urllib.request
from pathlib import Path

import pytest

from tests.forked.commands import GATEWAY, completed, running, started
from tests.waiting import until

pytestmark = pytest.mark.slow


def test_a_command_has_its_words_environment_outputs_and_exit_status(tmp_path: Path) -> None:
    version = completed([*GATEWAY, "--version"])
    assert (version.returncode, version.stderr) == (0, "")
    assert version.stdout.startswith("epix-gateway ")
    absent = completed(
        [*GATEWAY, "check-config"], {"EPIX_DIR": str(tmp_path / "absent"), "COLUMNS": "300"}
    )
    assert (absent.returncode, absent.stdout) == (60, "")
    assert "conf/gateway.toml is missing" in absent.stderr


def test_a_worker_is_a_child_of_its_supervisor_and_ends_with_it() -> None:
    command = [*GATEWAY, "serve", "--sandbox", "--only", "soap", "--quiet", "--bind", "127.0.0.1:0"]
    with running(command) as server:
        assert os.getpgid(server.process.pid) == server.process.pid
        children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
        every = [int(pid) for pid in children.read_text().split()]
        assert every
        with urllib.request.urlopen(f"{server.address}/epix/v2?wsdl") as answer:
            assert answer.status == 200
        server.process.send_signal(signal.SIGKILL)
        assert server.process.wait(60) == -signal.SIGKILL
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in every), "end of its worker")


def test_a_command_that_runs_is_killed_at_the_end_of_the_block(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w") as output:
        words = [*GATEWAY, "simulate", "czech", "--country", "CZ", "--bind", "127.0.0.1:0"]
        with started(words, output=output) as process:
            until((tmp_path / "out").read_text, "its first words")
            assert process.poll() is None
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.01)
    assert process.returncode == -signal.SIGKILL
