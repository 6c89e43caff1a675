"""nginx is broken into: its user reaches the socket, and reads neither database nor keys.

Everything as conf/epix-gateway.tmpfiles and conf/nginx.conf set it up, with three numbers for the
gateway's user, nginx's user, and the group of the socket.
"""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

GATEWAY, PROXY, SOCKET_GROUP = 20_001, 20_002, 20_003

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can be two other users in turn"),
]

SOCKETS = """
from gateway.serving.options import UnixSocket
from gateway.serving.sockets import listening_socket
"""
LISTEN = """
listening_socket(UnixSocket(path))
"""
CONNECT = """
code = socket.socket(socket.AF_UNIX).connect_ex(str(path))
if code != errno.ECONNREFUSED:  # let through, and nobody listens any more
    raise OSError(code, "")
"""
READ = """
path.open("rb").read(1)
"""


def allowed(user: int, groups: list[int], action: str, path: Path, imports: str = "") -> bool:
    """Whether a user may do it. The process becomes that user once everything is imported.

    imports: what the action needs of the gateway. To open a file needs nothing of it, and to import
    the server takes ten times as long as all the rest.
    """
    program = f"""
import errno, os, socket
from pathlib import Path
{imports.strip()}
os.setgroups({groups})
os.setgid({user})
os.setuid({user})
path = Path({str(path)!r})
try:
    {action.strip().replace(chr(10), chr(10) + "    ")}
except PermissionError:
    print("refused")
else:
    print("allowed")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return {"allowed": True, "refused": False}[done.stdout.strip()]


@pytest.fixture
def machine() -> Iterator[Path]:
    """/var/lib and /run of a machine: a folder that every user may enter."""
    root = Path(tempfile.mkdtemp(prefix="epix-machine-"))
    root.chmod(0o755)
    yield root
    shutil.rmtree(root)


def test_the_proxys_user_reaches_the_socket(machine: Path) -> None:
    run = machine / "run"
    run.mkdir()
    os.chown(run, GATEWAY, SOCKET_GROUP)
    run.chmod(0o2750)
    path = run / "http.sock"
    assert allowed(GATEWAY, [], LISTEN, path, SOCKETS)
    made = path.stat()
    assert (made.st_uid, made.st_gid, stat.S_IMODE(made.st_mode)) == (GATEWAY, SOCKET_GROUP, 0o660)
    assert allowed(PROXY, [SOCKET_GROUP], CONNECT, path)
    assert not allowed(PROXY, [], CONNECT, path)


@pytest.mark.parametrize("name", ["data/gateway.sqlite", "keys/token.key", "conf/gateway.toml"])
@pytest.mark.parametrize("around", [0o700, 0o755], ids=["as it is", "opened by mistake"])
def test_the_proxys_user_reads_no_data(
    machine: Path, directory: Path, name: str, around: int
) -> None:
    work = machine / "lib"
    shutil.copytree(directory, work, symlinks=True)
    for path in (work, *work.rglob("*")):
        os.chown(path, GATEWAY, GATEWAY, follow_symlinks=False)
    work.chmod(around)
    assert allowed(GATEWAY, [], READ, work / name)
    # In the gateway's group too, as the former recipe had it.
    for groups in ([], [SOCKET_GROUP], [SOCKET_GROUP, GATEWAY]):
        assert not allowed(PROXY, groups, READ, work / name)
