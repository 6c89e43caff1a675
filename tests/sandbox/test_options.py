"""Options of the sandbox: each mistake names the option and what to write instead."""

import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from gateway.bootstrap import build
from gateway.bootstrap.background_jobs import running_jobs
from gateway.bootstrap.jobs import RESETTING_JOB, jobs_of
from gateway.cli.exits import CannotDo
from gateway.cli.running_server import known_as_running
from gateway.cli.sandbox import directory as sandbox_directory
from gateway.cli.sandbox.options import sandbox_options
from gateway.exchange.sandbox.cases import sandbox_cases
from gateway.settings import ListenAddress, ServerMode, load_settings
from tests.cli.conftest import Call
from tests.sandbox.conftest import MadeSandbox
from tests.waiting import until

TLS = ("--sandbox", "--with-tls")
MISTAKES = [
    (("--sandbox", "--bind", "0.0.0.0:8080"), "--bind 0.0.0.0:8080", "add --with-tls"),
    (("--sandbox", "--bind", "/run/epix.sock"), "--bind /run/epix.sock", "loopback"),
    ((*TLS, "--bind", "/run/epix.sock"), "--bind /run/epix.sock", "HOST:PORT"),
    ((*TLS, "--bind", "8443"), "--bind must be", "--bind 127.0.0.1:8080"),
    ((*TLS, "--public-address", "http://x.example:1"), "--public-address", "https://HOST:PORT"),
    ((*TLS, "--public-address", "https://x.example/epix"), "--public-address", "without a path"),
    ((*TLS, "--public-address", "https://x.example:99999"), "--public-address", "https://HOST"),
    ((*TLS, "--public-address", "https://me@x.example"), "--public-address", "https://HOST"),
    ((*TLS, "--public-address", "https://0.0.0.0:8443"), "--public-address", "as the team knows"),
    (("--sandbox", "--public-address", "https://x.example"), "--public-address", "--with-tls"),
    (("--sandbox", "--reset-every", "0"), "--reset-every 0", "1 to 43200 minutes"),
    (("--with-tls",), "--with-tls", "serve --sandbox"),
    (("--public-address", "https://x.example"), "--public-address", "serve --sandbox"),
    (("--reset-every", "5"), "--reset-every", "serve --sandbox"),
]


@pytest.mark.parametrize(
    ("words", "option", "said"), MISTAKES, ids=[" ".join(words) for words, _, _ in MISTAKES]
)
def test_a_mistake_names_the_option(
    call: Call,
    words: tuple[str, ...],
    option: str,
    said: str,
) -> None:
    answer = call("serve", *words)
    assert answer.status == 1
    assert option in answer.err and said in answer.err
    assert answer.out == ""


@pytest.mark.slow
def test_a_port_in_use_is_named_before_anything_is_made(call: Call) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        answer = call("serve", *TLS, "--bind", address)
    assert answer.status == 1
    assert f"--bind {address} cannot be listened on: Address already in use" in answer.err


@pytest.mark.slow
def test_the_public_address_is_that_of_the_team() -> None:
    def address(bind: str, public: str | None = None) -> str:
        listen = ListenAddress.parse(bind)
        return sandbox_options(listen, public, None, tls=True).public_address.rpartition(":")[0]

    assert address("0.0.0.0:0") == f"https://{socket.gethostname()}"
    assert address("127.0.0.1:0") == "https://127.0.0.1"
    assert address("0.0.0.0:0", "https://epix.example:8443") == "https://epix.example"


def test_outcomes_are_listed_for_people_and_for_programs(call: Call) -> None:
    answer = call("sandbox", "permits")
    assert "MZ26EX000001" in answer.out and "SANDBOX-7KQ4-2M9X" in answer.out
    (found,) = call("sandbox", "permits", "--json", "--outcome", "PositionRepeated").json
    assert found["quantities"] == [["A", "5"], ["A", "5"]] and found["fault"] is True
    refused = call("sandbox", "permits", "--outcome", "Nothing")
    assert refused.status == 1
    assert "--outcome Nothing" in refused.err and "CertificateCancelled" in refused.err


def test_a_reset_refuses_a_directory_that_is_no_sandbox(
    call: Call,
    tmp_path: Path,
    team: MadeSandbox,
) -> None:
    real = tmp_path / "real"
    assert call("init", "--country", "MZ", "--authority", "ANAC", real).status == 0
    database = real / "data/gateway.sqlite"
    before = database.read_bytes()
    (real / "beginning.sqlite").write_bytes(b"")
    answer = call("sandbox", "reset", "--dir", real)
    assert answer.status == 1
    assert f"--dir {real}" in answer.err and "no sandbox" in answer.err
    assert database.read_bytes() == before
    # An address from the environment is left aside: it may be that of a real gateway.
    elsewhere = f"sqlite:///{database}"
    answer = call(
        "sandbox", "reset", "--dir", team.settings.directory, EPIX_DATABASE__URL=elsewhere
    )
    assert answer.status == 0
    assert database.read_bytes() == before


@pytest.fixture
def temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder for temporary files."""
    monkeypatch.setattr(sandbox_directory.tempfile, "tempdir", str(tmp_path))
    yield tmp_path


def test_a_reset_finds_the_sandbox_that_runs(
    temporary_files: Path, team: MadeSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def folder(name: str) -> Path:
        place = temporary_files / f"epix-sandbox-{name}"
        place.mkdir()
        (place / "gateway").symlink_to(team.settings.directory)
        return place / "gateway"

    find: Callable[[], object] = lambda: sandbox_directory.sandbox_settings(None)  # noqa: E731
    one = folder("one")
    with pytest.raises(CannotDo, match="No sandbox of yours runs here"):
        find()
    with known_as_running(team.settings.directory):
        assert sandbox_directory.sandbox_settings(None).directory == one
        two = folder("two")
        with pytest.raises(CannotDo, match="Several") as several:
            find()
        assert str(one) in several.value.advice and str(two) in several.value.advice
        other_user = os.getuid() + 1
        monkeypatch.setattr(sandbox_directory.os, "getuid", lambda: other_user)
        with pytest.raises(CannotDo, match="No sandbox of yours runs here"):
            find()


def test_a_timer_is_there_where_it_is_asked_for(team: MadeSandbox) -> None:
    environment = {"EPIX_SERVER__RESET_MINUTES": "60"}
    settings = load_settings(team.settings.directory, environment)
    with build(settings) as gateway:
        (job,) = [job for job in jobs_of(gateway) if job.name == RESETTING_JOB]
    assert job.interval_seconds == 3600
    assert not [job for job in jobs_of(team.gateway) if job.name == RESETTING_JOB]


@pytest.mark.slow
def test_the_timer_resets_the_sandbox_and_reloads_its_workers(team: MadeSandbox) -> None:
    confirm = next(case for case in sandbox_cases() if case.outcome == "CONFIRMED")
    team.reset()
    team.ask(confirm, "v2", certificate=team.certificate)
    reloaded = Event()
    with build(
        load_settings(team.settings.directory, {"EPIX_SERVER__RESET_MINUTES": "60"})
    ) as gateway:
        jobs = jobs_of(gateway, reload_workers=reloaded.set)
        (job,) = [job for job in jobs if job.name == RESETTING_JOB]
        with running_jobs([replace(job, interval_seconds=0.05)], team.gateway.store.locks):
            until(reloaded.is_set, "the workers to be reloaded")
    state = team.ask(confirm, "v2", certificate=team.certificate).findtext("State")
    assert state == "CONFIRMED"  # and not ALREADY_CONFIRMED


def test_the_mode_of_a_team_is_a_sandbox_that_knows_its_callers(team: MadeSandbox) -> None:
    assert team.settings.server.mode is ServerMode.SANDBOX_TLS
    assert team.settings.sandbox and not team.settings.takes_any_caller
