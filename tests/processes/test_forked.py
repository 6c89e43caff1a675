"""Forked children: errors and results reach the parent, and nothing of it is left in them.

The parent is a program with one thread, as it is when a gateway serves: pytest has several.
"""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

PARENT = """
import json
import os
import signal
import time
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from gateway.bootstrap.clock import new_id
from gateway.domain.errors import GatewayError, KeyUnusable
from gateway.processes.beside import ProcessBeside
from gateway.processes.forked import ChildEnded, ForkedProcess, call_forked

ERRORS = (GatewayError, OSError)
handled = []

def handle(number, _):
    handled.append(number)

def fails():
    raise KeyUnusable("No key.", file="conf/gateway.toml", line=3, key="seal.key_file")

def caught(function):
    try:
        return call_forked(function, ERRORS)
    except (*ERRORS, ChildEnded) as error:
        return type(error).__name__, str(error), getattr(error, "line", None)

def point():
    numbers = generate_private_key(SECP256R1()).public_key().public_numbers()
    return numbers.x

def dies_of(number):
    child = ForkedProcess(target=time.sleep, args=(60,), name="epix-test")
    child.start()
    os.kill(child.pid, number)  # before it can have come to its target
    child.join(30)
    return child.exitcode

signal.signal(signal.SIGTERM, handle)
signal.signal(signal.SIGHUP, handle)
new_id(), point(), os.urandom(1)  # the generators of the parent have a state
print(json.dumps({
    "result": call_forked(partial(pow, 2, 10), ERRORS),
    "error": caught(fails),
    "missing": caught(partial(open, "/nowhere")),
    "killed": caught(lambda: os.kill(os.getpid(), signal.SIGKILL)),
    "defect": caught(lambda: 1 / 0),
    "name": call_forked(Path("/proc/self/comm").read_text, ERRORS, "epix-test"),
    "signals": [dies_of(number) for number in (signal.SIGTERM, signal.SIGHUP)],
    "handled": handled,
    "identifiers": [new_id()[19:], *(call_forked(new_id, ERRORS)[19:] for _ in range(3))],
    "keys": [point(), *(call_forked(point, ERRORS) for _ in range(3))],
}))
"""
BESIDE = """
import json
import logging
import os
import signal
import time
from pathlib import Path

from gateway.domain.errors import GatewayError, ServiceUnavailable
from gateway.processes import beside
from gateway.processes.background import BackgroundProcess, signal_parent
from gateway.processes.beside import ProcessBeside

logging.basicConfig(format="%(message)s")
beside._FIRST_WAIT_SECONDS = 0.1
ERRORS = (GatewayError,)

def fails(ready):
    raise ServiceUnavailable("The database is away.")

def works(ready):
    ready()
    time.sleep(60)

class Work:
    def __enter__(self):
        signal_parent(signal.SIGHUP)()
        return lambda: os.write(1, b"draining\\n")
    def __exit__(self, *_):
        os.write(1, b"stopped\\n")

def until(condition):
    for _ in range(300):
        if condition():
            return True
        time.sleep(0.1)

try:
    with ProcessBeside("epix-test", "the test", fails, ERRORS) as process:
        process.wait_until_ready()
except ServiceUnavailable as error:
    print(error)

with ProcessBeside("epix-test", "the pages", works, ERRORS) as process:
    process.wait_until_ready()
    before = process._process.pid
    os.kill(before, signal.SIGKILL)
    def again():
        process.keep_alive(())
        return process._process.pid != before and process._process.is_alive()
    print("again", until(again))
print("ended", not Path(f"/proc/{process._process.pid}").exists())

signal.signal(signal.SIGHUP, lambda *_: print("to be reloaded"))
with BackgroundProcess(Work, ERRORS) as background:
    background.wait_until_ready()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        background.signal(number)
    background.drain()
    time.sleep(0.3)
print("status", background._process.exitcode)
"""


def run(program: str) -> "subprocess.CompletedProcess[str]":
    """Run a program, whose warnings are errors."""
    command = [sys.executable, "-u", "-W", "error", "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)


@pytest.fixture(scope="module")
def parent() -> "subprocess.CompletedProcess[str]":
    return run(PARENT)


def test_results_and_errors_reach_the_parent_and_its_handlers_do_not_reach_the_child(
    parent: "subprocess.CompletedProcess[str]",
) -> None:
    found = json.loads(parent.stdout)
    assert found["result"] == 1024
    assert found["error"] == ["KeyUnusable", "No key.", 3]
    assert found["missing"][0] == "FileNotFoundError"
    assert found["killed"][:2] == ["ChildEnded", "epix-check ended with exit status -9"]
    assert found["defect"][:2] == ["ChildEnded", "epix-check ended with exit status 1"]
    assert "ZeroDivisionError" in parent.stderr
    assert found["name"] == "epix-test\n"
    assert found["signals"] == [-15, -1]
    assert found["handled"] == []


def test_children_draw_random_numbers_of_their_own(
    parent: "subprocess.CompletedProcess[str]",
) -> None:
    found = json.loads(parent.stdout)
    assert len(set(found["identifiers"])) == 4
    assert len(set(found["keys"])) == 4


def test_a_process_beside_is_started_again_and_a_background_process_ends_when_told() -> None:
    done = run(BESIDE)
    assert done.stdout.splitlines() == [
        "The database is away.",
        "again True",
        "ended True",
        "to be reloaded",
        "draining",
        "stopped",
        "status 0",
    ]
    assert done.stderr.splitlines() == ["the pages ended with status -9; again in 0.1 s"]


LIMITS = """
import logging
import os
import signal
import time
from contextlib import contextmanager
from pathlib import Path

from gateway.processes import background, beside
from gateway.processes.background import BackgroundProcess
from gateway.processes.beside import ProcessBeside

logging.basicConfig(format="%(message)s")

def works(ready):
    ready()
    time.sleep(60)

def refused():
    raise BlockingIOError("Resource temporarily unavailable")

def until(condition):
    for _ in range(300):
        if condition():
            return True
        time.sleep(0.1)

beside._FIRST_WAIT_SECONDS = 0.1
fork = os.fork
with ProcessBeside("epix-test", "the pages", works, ()) as process:
    def dies():
        process.wait_until_ready()
        os.kill(process._process.pid, signal.SIGKILL)
        process._process.join()
        process.keep_alive(())
        time.sleep(0.2)
    dies()
    os.fork = refused
    process.keep_alive(())
    os.fork = fork
    time.sleep(0.3)
    process.keep_alive(())
    print("again", process._process.is_alive())
    beside._LONGEST_WAIT_SECONDS = 0.3
    time.sleep(0.4)
    dies()

@contextmanager
def no_work():
    print("orphan", flush=True)
    yield lambda: None

run = background._run
def run_late(*given):
    time.sleep(0.5)
    run(*given)

background._run = run_late
reading, writing = os.pipe()
if fork() == 0:
    BackgroundProcess(no_work, ())
    os.kill(os.getpid(), signal.SIGKILL)  # before its child has looked who its parent is
os.close(writing)
print("ended", os.read(reading, 1) == b"")  # its end closes the pipe
"""


def test_a_refused_fork_is_tried_again_and_no_child_outlives_a_parent_that_died_at_once() -> None:
    done = run(LIMITS)
    assert done.stdout.splitlines() == ["again True", "orphan", "ended True"]
    assert done.stderr.splitlines() == [
        "the pages ended with status -9; again in 0.1 s",
        "the pages cannot be started (Resource temporarily unavailable); again in 0.2 s",
        "the pages ended with status -9; again in 0.1 s",
    ]
