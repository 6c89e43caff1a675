"""Fork server of the command line: one process that has imported the program, forked per command.

The two pages start `epix-gateway` thirty times for each authority, and each start would import the
program anew. A command that is forked here is a process of its own, with the words, environment,
folder, umask, input and outputs of its caller, and with the rights of the caller's user. `serve` is
started without it.

    fork_server.py SOCKET               serves, as root
    fork_server.py SOCKET call WORD...  runs a command and ends with its exit status
"""

import json
import os
import pwd
import signal
import socket
import struct
import sys
from typing import Any, NoReturn

_MOST_BYTES = 1 << 16
_NO_STATUS = 70
"""Where the server ends before it answers."""


def call(path: str, words: list[str]) -> int:
    """Have a command run. Returns its exit status."""
    asked = {"words": words, "environment": dict(os.environ), "umask": os.umask(0o077)}
    folder = os.open(".", os.O_DIRECTORY)
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(path)
        socket.send_fds(line, [json.dumps(asked).encode()], [0, 1, 2, folder])
        line.shutdown(socket.SHUT_WR)
        answer = line.recv(_MOST_BYTES)
    return int(answer) if answer else _NO_STATUS


def serve(path: str) -> None:
    """Import the program and answer calls until the machine ends."""
    _import_all()
    listener = socket.socket(socket.AF_UNIX)
    os.umask(0)  # each user calls it
    listener.bind(path)
    listener.listen()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children that have ended leave nothing
    while True:
        line, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            _answer(line)
        line.close()


def _import_all() -> None:
    """Every module of the program, but for those that are run and never imported."""
    import importlib
    import pkgutil

    import gateway

    for found in pkgutil.walk_packages(gateway.__path__, "gateway."):
        if not found.name.endswith(("__main__", ".verify", "pytest_plugin", ".env")):
            importlib.import_module(found.name)


def _answer(line: socket.socket) -> NoReturn:
    """Run the command in a process of its own, and answer with its exit status."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    text, files, _, _ = socket.recv_fds(line, _MOST_BYTES, 4)
    while more := line.recv(_MOST_BYTES):
        text += more
    command = os.fork()
    if command == 0:
        _, user, group = struct.unpack(
            "3i", line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        )
        line.close()
        _become(user, group, files, json.loads(text))
        from gateway.__main__ import main

        main()
        sys.exit(0)
    _, status = os.waitpid(command, 0)
    line.sendall(str(os.waitstatus_to_exitcode(status) % 256).encode())
    os._exit(0)


def _become(user: int, group: int, files: list[int], asked: dict[str, Any]) -> None:
    """Take over what the caller is and has. files: its input, outputs and folder."""
    os.initgroups(pwd.getpwuid(user).pw_name, group)
    os.setgid(group)
    os.setuid(user)
    *streams, folder = files
    for number, file in enumerate(streams):
        os.dup2(file, number)
        os.close(file)
    os.fchdir(folder)
    os.close(folder)
    os.umask(asked["umask"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = ["epix-gateway", *asked["words"]]


if __name__ == "__main__":
    match sys.argv[1:]:
        case [path]:
            serve(path)
        case [path, "call", *words]:
            sys.exit(call(path, words))
