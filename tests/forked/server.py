"""Fork server: a process that has imported the program, and is forked for each command of a test.

A hundred tests start a gateway. Each start imports the program twice, in the supervisor and in its
worker, which is most of the processor time of such a test. A command that is forked here is a
process of its own as well, in a session of its own, with the words, environment, folder, input and
outputs that it is given. Worker processes of multiprocessing, and commands of the program that a
command starts, are forked too, from the state before it began: without thread, connection or open
file, as after `exec`. They are children of the process that starts them.

    python -m tests.forked.server SOCKET    serves until the other end of the socket is closed

commands.py is its client. What a start imports, and how the interpreter is called, is not seen
here: tests of those start a program as usual.
"""

import ctypes
import fcntl
import importlib
import inspect
import json
import multiprocessing.util
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from prometheus_client import values

GATEWAY = (sys.executable, "-m", "gateway")
"""The begin of each command of the program."""
MOST_BYTES, MOST_FILES = 1 << 17, 32
"""Of a message: words and environment; files that come with it."""
_IMPORTED = (
    "gateway.__main__",
    "gateway.cli.main",
    "gateway.cli.commands.service.serve",
    "gateway.bootstrap.serving",
    "gateway.serving.server",
)
_PR_SET_CHILD_SUBREAPER = 36
_LIBC = ctypes.CDLL(None, use_errno=True)


def serve(line: socket.socket) -> None:
    """Fork a command for each message, until the other end is closed."""
    for name in _IMPORTED:
        importlib.import_module(name)
    assert threading.active_count() == 1, "a thread would not be there after a fork"
    waiting: set[int] = set()
    while True:
        message, files, *_ = socket.recv_fds(line, MOST_BYTES, MOST_FILES)
        waiting -= {child for child in waiting if os.waitpid(child, os.WNOHANG)[0]}
        if not message:
            break
        if (child := os.fork()) == 0:
            line.close()
            _watch(json.loads(message), files)
        waiting.add(child)
        _close(files)
    for child in waiting:
        os.waitpid(child, 0)


def _watch(asked: dict[str, Any], files: list[int]) -> None:
    """Fork the command, and tell its process id, then its exit status.

    Returns in the process of the command, at its end. files: input, outputs, folder, and the socket
    of the caller.
    """
    told = socket.socket(fileno=files.pop())
    if (command := os.fork()) == 0:
        told.close()
        _run(asked, files)
    _close(files)
    told.send(str(command).encode())
    _, status = os.waitpid(command, 0)
    told.send(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _run(asked: dict[str, Any], files: list[int]) -> NoReturn:
    """Run a command of the program. files: its input, outputs and folder."""
    if asked["new_session"]:
        os.setsid()
    *streams, folder = files
    for number, file in enumerate(streams):
        os.dup2(file, number)
    os.fchdir(folder)
    _close(files)
    _take(asked["environment"])
    sys.argv = ["epix-gateway", *asked["words"]]
    _fork_children()
    name = asked["program"]
    program = importlib.import_module("gateway.__main__" if name == "gateway" else name)
    sys.modules["__main__"] = program  # so that workers are told to import this one
    program.main()
    sys.exit()


def _take(environment: dict[str, str]) -> None:
    """Take over the environment, and read again what was read of it before."""
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None
    time.tzset()
    values.ValueClass = values.get_value_class()  # metrics of several processes, or of one


# Processes that a command starts


def _fork_children() -> None:
    """From now on, what would be started by `exec` is forked from the state of this moment."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    # The fork is a grandchild here: its parent ends at once, and Linux gives it to this process.
    assert _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
    parent = os.getpid()
    if os.fork() == 0:
        ours.close()
        _answer(theirs, parent)
        sys.exit()
    theirs.close()
    one_at_a_time = threading.Lock()

    def fork(asked: dict[str, Any], files: Sequence[int]) -> int:
        with one_at_a_time:
            socket.send_fds(ours, [json.dumps(asked).encode()], files)
            return int(ours.recv(MOST_BYTES))

    def worker(_: object, command: Sequence[bytes], numbers: Sequence[int]) -> int:
        words = [os.fsdecode(word) for word in command]
        files = sorted(set(map(int, numbers)))
        asked = {
            "words": words[words.index("-c") + 1 :],
            "environment": dict(os.environ),
            "folder": str(Path.cwd()),
            "files": files,
        }
        return fork(asked, files)

    multiprocessing.util.spawnv_passfds = worker
    _ForkedProcess.fork = staticmethod(fork)
    subprocess.Popen = _ForkedProcess  # type: ignore[misc]


class _ForkedProcess(subprocess.Popen[Any]):
    """A process that is forked where it is a command of the program, started as ours are."""

    fork: Callable[[dict[str, Any], Sequence[int]], int]
    _parameters = inspect.signature(subprocess.Popen._execute_child)  # type: ignore[attr-defined]

    def _execute_child(self, *values: Any) -> None:
        given = self._parameters.bind(self, *values).arguments
        words = [os.fspath(word) for word in given["args"]]
        if tuple(words[: len(GATEWAY)]) != GATEWAY or given["cwd"] or given["pass_fds"]:
            super()._execute_child(*values)  # type: ignore[misc]
            return
        asked = {
            "program": "gateway",
            "words": words[len(GATEWAY) :],
            "environment": dict(os.environ if given["env"] is None else given["env"]),
            "new_session": given["start_new_session"],
        }
        pipes = [given[name] for name in ("p2cread", "c2pwrite", "errwrite")]
        streams = [number if pipe == -1 else pipe for number, pipe in enumerate(pipes)]
        folder = os.open(".", os.O_DIRECTORY)
        self.pid = self.fork(asked, [*streams, folder])
        os.close(folder)
        self._child_created = True
        names = ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread", "errwrite")
        self._close_pipe_fds(*(given[name] for name in names))  # type: ignore[attr-defined]


def _answer(line: socket.socket, parent: int) -> None:
    """Fork a process for each message. Ends with the parent; in a process, returns at its end."""
    while True:
        message, files, *_ = socket.recv_fds(line, MOST_BYTES, MOST_FILES)
        if not message:
            os._exit(0)
        told, telling = os.pipe()
        if (between := os.fork()) == 0:
            if (process := os.fork()) == 0:
                line.close()
                _close([told, telling])
                while os.getppid() != parent:
                    time.sleep(0.001)
                asked = json.loads(message)
                if "files" in asked:
                    _work(asked, files)
                    return
                _run(asked, files)
            os.write(telling, str(process).encode())
            os._exit(0)
        os.waitpid(between, 0)  # from now on it is a child of the parent, which may wait for it
        line.send(os.read(told, MOST_BYTES))
        _close([*files, told, telling])


def _work(asked: dict[str, Any], files: list[int]) -> None:
    """Run the code that multiprocessing wrote for `python -c`, with its files at their numbers."""
    free = max([2, *asked["files"], *files]) + 1
    moved = [fcntl.fcntl(file, fcntl.F_DUPFD, free) for file in files]
    _close(files)
    for file, number in zip(moved, asked["files"], strict=True):
        os.dup2(file, number)
    _close(moved)
    os.chdir(asked["folder"])
    _take(asked["environment"])
    code, *words = asked["words"]
    sys.argv = ["-c", *words]
    exec(code, {"__name__": "__main__"})


def _close(files: Sequence[int]) -> None:
    for file in files:
        os.close(file)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    serve(socket.socket(fileno=int(sys.argv[1])))
