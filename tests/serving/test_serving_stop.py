"""Start, restart and graceful shutdown: no answer is lost, and a failed start says why."""

import os
import signal
import socket
import stat
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from gateway.serving import CannotServe, Limits, ServingOptions, TcpAddress, Tls, UnixSocket
from gateway.serving.server import WORKER_HEALTHCHECK_SECONDS
from tests.serving.wire import ask, connect, hear, post
from tests.waiting import until

pytestmark = pytest.mark.slow

WHOLE = b"POST /epix/v1 HTTP/1.1\r\nHost: gateway\r\nContent-Length: 3\r\n\r\nabc"
HELD = WHOLE.replace(b"/epix/v1", b"/held")


class Held:
    """Requests to `/held`, which are in flight until the test releases them."""

    def __init__(self, folder: Path) -> None:
        self._seen, self._release = folder / "seen", folder / "release"
        self.environment = {"SEEN_FILE": str(self._seen), "RELEASE_FILE": str(self._release)}

    def wait_for(self, count: int) -> None:
        """Wait until so many are in flight."""
        until(lambda: self._seen.exists() and self._seen.read_text().count("/held\n") == count)

    def release(self) -> None:
        self._release.touch()


@pytest.fixture
def held(tmp_path: Path) -> Held:
    return Held(tmp_path)


def send_half(line: socket.socket) -> None:
    """Send a request without its last byte, and wait until the server has read its head."""
    head, _, body = WHOLE.partition(b"\r\n\r\n")
    line.sendall(head + b"\r\nExpect: 100-continue\r\n\r\n")
    assert b"100 Continue" in line.recv(4096)
    line.sendall(body[:-1])


def test_a_request_in_flight_is_answered_before_the_server_ends(start, held) -> None:
    with (
        start(held.environment, threads=4) as server,
        connect(server.address) as line,
        connect(server.address) as half_sent,
        connect(server.address) as idle,
    ):
        assert ask(idle, WHOLE).status == 200
        send_half(half_sent)
        line.sendall(HELD)
        held.wait_for(1)
        server.process.send_signal(signal.SIGTERM)
        assert hear(idle).closed, "the shutdown has begun"
        half_sent.sendall(WHOLE[-1:])
        held.release()
        for one in (hear(line), hear(half_sent)):
            assert (one.statuses, one.closed) == ([200], True)
        assert server.process.wait(30) == 0


def test_under_load_no_request_is_left_without_an_answer_by_a_stop(start) -> None:
    lost: list[str] = []
    answered = [0]

    def keep_asking(address: str) -> None:
        with connect(address) as line:
            while True:
                try:
                    reply = ask(line, WHOLE)
                except OSError as error:
                    lost.append(repr(error))
                    return
                answered[0] += 1
                if reply.headers.get("connection") == "close":
                    return

    with start(workers=2) as server:
        clients = [threading.Thread(target=keep_asking, args=(server.address,)) for _ in range(8)]
        for client in clients:
            client.start()
        until(lambda: answered[0] > 100 or lost)
        assert server.stop() == 0
        for client in clients:
            client.join(30)
    assert lost == []


def test_a_request_that_never_ends_does_not_hold_up_the_stop(start) -> None:
    with start(stop_seconds=1) as server, connect(server.address) as line:
        send_half(line)
        assert server.stop(seconds=30.0) == 0, "stopped in half the time set for a body"


def test_a_dead_worker_is_replaced(start) -> None:
    with start() as server:
        first = post(server.address).received["worker"]
        os.kill(first, signal.SIGKILL)
        assert post(server.address).received["worker"] != first


@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGHUP])
def test_a_server_lives_where_the_fork_of_a_new_worker_is_refused(start, signal_number) -> None:
    # The first fork is that of the check of files, the second that of the worker.
    with start({"REFUSED_FORK": "3"}) as server:
        first = post(server.address).received["worker"]
        is_reload = signal_number == signal.SIGHUP
        os.kill(server.process.pid if is_reload else first, signal_number)
        time.sleep(1)
        assert (post(server.address).received["worker"] == first) == is_reload
        assert server.stop() == 0


def test_a_server_whose_first_worker_cannot_be_forked_ends_with_all_its_workers(start) -> None:
    # CannotServe where it has ended before its first worker was ready.
    with suppress(CannotServe), start({"REFUSED_FORK": "3"}, workers=2) as server:
        assert server.process.wait(30) == 1


def test_a_worker_that_dies_during_a_health_check_is_replaced_at_once(start) -> None:
    with start(workers=2) as server:
        parent = server.process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children")
        before = set(children.read_text().split())
        first = post(server.address).received["worker"]
        os.kill(first, signal.SIGSTOP)
        time.sleep(0.8)  # a check begins each half second, and waits for an answer
        os.kill(first, signal.SIGKILL)
        began = time.monotonic()
        until(lambda: set(children.read_text().split()) - before, "a worker in its place")
        assert time.monotonic() - began < WORKER_HEALTHCHECK_SECONDS / 2


def test_on_hangup_new_workers_take_over_and_no_request_is_lost(start) -> None:
    with start() as server:
        first = post(server.address).received["worker"]
        server.process.send_signal(signal.SIGHUP)
        until(lambda: post(server.address).received["worker"] != first, "a new worker")


def test_workers_end_when_their_supervisor_is_killed(start) -> None:
    with start() as server:
        worker = post(server.address).received["worker"]
        server.process.kill()
        server.process.wait()
        until(lambda: not Path(f"/proc/{worker}").exists(), "the worker to end")


def test_requests_of_one_worker_run_side_by_side_on_threads(start, held) -> None:
    with start(held.environment, threads=4) as server, ExitStack() as open_lines:
        lines = [open_lines.enter_context(connect(server.address)) for _ in range(4)]
        for line in lines:
            line.sendall(HELD.replace(b"Host", b"Connection: close\r\nHost"))
        held.wait_for(4)
        held.release()
        assert [hear(line).statuses for line in lines] == [[200]] * 4


def test_a_unix_socket_is_open_to_its_group_only_and_gone_after_the_stop(
    start, tmp_path: Path
) -> None:
    path = tmp_path / "http.sock"
    with start(address=UnixSocket(path)) as server:
        assert server.address == f"unix:{path}"
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        assert post(server.address).status == 200
    assert not path.exists()


def test_a_socket_file_left_by_a_killed_server_is_replaced(start, tmp_path: Path) -> None:
    path = tmp_path / "http.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    with start(address=UnixSocket(path)) as server:
        assert post(server.address).status == 200


def test_a_server_does_not_push_another_one_off_its_address(start, tmp_path: Path, capfd) -> None:
    path = tmp_path / "http.sock"
    with start(address=UnixSocket(path)) as server:
        with pytest.raises(CannotServe), start(address=UnixSocket(path)):
            pass
        assert post(server.address).status == 200
    assert (
        f"cannot serve: cannot listen on {path}: Address already in use" in capfd.readouterr().err
    )


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"site": "mirror_site:site_that_fails"},
            "The site mirror_site:site_that_fails could not be built",
        ),
        (
            {"site": "mirror_site:no_such_site"},
            "The site mirror_site:no_such_site could not be built",
        ),
        (
            {"address": TcpAddress("192.0.2.1", 0)},
            "cannot serve: cannot listen on 192.0.2.1 port 0",
        ),
        ({"tls": Tls(*[Path("/nowhere.pem")] * 3)}, "cannot serve: TLS certificate /nowhere.pem"),
    ],
    ids=["site fails", "no such site", "not our address", "no certificate"],
)
def test_what_keeps_a_server_from_starting_is_said_and_the_exit_status_is_1(
    start, capfd, settings, said
) -> None:
    with pytest.raises(CannotServe, match="exit status 1"), start(**settings):
        pass
    assert said in capfd.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Limits(head_seconds=0),
        lambda: ServingOptions("a:b", workers=0),
        lambda: TcpAddress(port=99_999),
        lambda: ServingOptions(
            "a:b", UnixSocket(Path("x")), tls=Tls(Path("a"), Path("b"), Path("c"))
        ),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong) -> None:
    with pytest.raises(CannotServe):
        wrong()
