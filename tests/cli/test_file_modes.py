"""Another user of the machine, such as nginx's, reads database, tokens, backups or evidence.

The attack: the gateway is started with the usual umask 022, or with none, and the attacker is in
its group. Commands run in a process of their own here, because the umask belongs to the process.
"""

import json
import os
import resource
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from importlib import resources
from pathlib import Path

import pytest

from gateway import bootstrap
from gateway.hardening import private_opener
from gateway.settings import load_settings
from gateway.store.database import migrating
from tests.cli.conftest import Call


@pytest.fixture
def no_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


COMMANDS = """
import json, os, sys
from functools import partial
from gateway.bootstrap import backup
from gateway.cli.main import main
backup.AgeWriter = partial(backup.AgeWriter, work_factor=4)
for words in json.load(sys.stdin):
    os.umask(0)
    sys.argv = ["epix-gateway", *words]
    try:
        main()
    except SystemExit as end:
        if end.code:
            raise
"""


def run(*commands: Sequence[str | Path]) -> None:
    """Run commands, each with a umask of 0, as whoever starts it may have it."""
    done = subprocess.run(
        [sys.executable, "-c", COMMANDS],
        input=json.dumps([[str(word) for word in words] for words in commands]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def open_to_others(*roots: Path) -> dict[str, str]:
    """Path -> mode of every file and folder that others than its owner may use."""
    found = {}
    for root in roots:
        for path in (root, *root.rglob("*")):
            mode = stat.S_IMODE(path.lstat().st_mode)
            if not path.is_symlink() and mode & 0o077:
                found[str(path)] = f"{mode:04o}"
    return found


@pytest.mark.long_haul  # the short form has single files
@pytest.mark.slow
def test_nothing_that_the_commands_make_can_be_read_by_another_user(tmp_path: Path) -> None:
    work, out = tmp_path / "mz", tmp_path / "out"
    out.mkdir(mode=0o700)
    (out / "passphrase").touch(mode=0o600)
    (out / "passphrase").write_text("correct horse battery staple 2026\n")
    secret = ("--passphrase-file", out / "passphrase")
    example = resources.files("adapters.national.examples") / "mozambique.json"
    with resources.as_file(example) as file:
        run(
            ("init", "--country", "MZ", "--authority", "ANAC", work),
            ("publish", file, "--dir", work),
            ("keys", "new", "seal", "--no-passphrase", "--dir", work),
            ("keys", "request", "seal", "--dir", work),
            ("journal", "export", "--from", "2020-01-01", "--out", out / "e.zip", "--dir", work),
            ("backup", "--out", out / "b.age", *secret, "--dir", work),
            ("restore", out / "b.age", "--dir", out / "new", *secret),
        )
    assert (out / "new/data/gateway.sqlite").is_file()
    assert not open_to_others(work, out)


@pytest.mark.slow
def test_a_database_and_its_log_are_private_under_any_umask(tmp_path: Path, no_umask: None) -> None:
    file = tmp_path / "gateway.sqlite"
    migrating.migrate(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("BEGIN IMMEDIATE")  # there are -wal and -shm now
        beside = sorted(tmp_path.iterdir())
        assert len(beside) >= 3
        assert {stat.S_IMODE(each.stat().st_mode) for each in beside} == {0o600}


def test_a_private_file_is_private_under_any_umask(tmp_path: Path, no_umask: None) -> None:
    with open(tmp_path / "evidence.zip", "xb", opener=private_opener):
        pass
    assert stat.S_IMODE((tmp_path / "evidence.zip").stat().st_mode) == 0o600


def test_a_crash_leaves_no_copy_of_the_memory() -> None:
    program = (
        "from gateway.hardening import harden_process; harden_process(); import os; os.abort()"
    )
    child = os.posix_spawn(sys.executable, [sys.executable, "-c", program], os.environ)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status)
    assert not os.WCOREDUMP(status)


@pytest.mark.skipif(
    resource.getrlimit(resource.RLIMIT_CORE)[1] == 0, reason="no core dump can be made here"
)
def test_a_collector_that_ignores_the_limit_gets_no_copy_either(tmp_path: Path) -> None:
    """The kernel ignores the limit where core dumps are piped to a program (core(5))."""
    program = (
        "import os, resource; most = resource.getrlimit(resource.RLIMIT_CORE)[1];"
        "resource.setrlimit(resource.RLIMIT_CORE, (most, most));"
        "resource.setrlimit = lambda *_: None;"
        "from gateway.hardening import harden_process; harden_process();"
        f"os.chdir({str(tmp_path)!r}); os.abort()"
    )
    child = os.posix_spawn(sys.executable, [sys.executable, "-c", program], os.environ)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status)
    assert not os.WCOREDUMP(status)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_what_an_older_gateway_left_open_is_named_with_its_mode(
    directory: Path, call: Call
) -> None:
    assert not list(bootstrap.mode_warnings(load_settings(directory)))
    for path, mode in (("", 0o750), ("data", 0o755), ("data/gateway.sqlite", 0o644)):
        (directory / path).chmod(mode)
    (directory / "data/serve.pid").touch()
    (directory / "data/serve.pid").chmod(0o640)
    answer = call("check-config", "--dir", directory, "--json")
    assert answer.status == 0
    warnings = [text for text in answer.json["warnings"] if "others than its owner may use" in text]
    for path, said in (
        (directory, "mode 0750, so that others than its owner may use it: chmod 700"),
        (directory / "data", "mode 0755"),
        (directory / "data/gateway.sqlite", "mode 0644"),
        (directory / "data/serve.pid", "mode 0640"),
    ):
        assert [text for text in warnings if text.startswith(f"{path} has") and said in text]


def test_a_database_elsewhere_is_looked_at_too(directory: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.sqlite"
    log = tmp_path / "elsewhere.sqlite-wal"
    for each in (elsewhere, log):
        each.touch()
        each.chmod(0o644)
    file = directory / "conf/gateway.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[database]", f'[database]\nurl = "sqlite:///{elsewhere}"', 1))
    warnings = list(bootstrap.mode_warnings(load_settings(directory)))
    assert [text.split(" has mode 0644")[0] for text in warnings] == [str(elsewhere), str(log)]


def test_the_recipe_gives_the_reverse_proxy_a_socket_and_no_data() -> None:
    conf = Path("conf")
    units = [
        (conf / name).read_text() for name in ("epix-gateway.service", "epix-gateway@.service")
    ]
    for unit in units:
        assert "StateDirectoryMode=0700\n" in unit
        assert "UMask=0077\n" in unit
        assert "LimitCORE=0\n" in unit
    for text in (*units, (conf / "nginx.conf").read_text()):
        assert "usermod -aG epix-gateway www-data" not in text
    assert (
        "d /run/epix-gateway 2750 epix-gateway epix-gateway-socket -"
        in (conf / "epix-gateway.tmpfiles").read_text()
    )
