"""How does a server start, renew itself and stop? Without losing an answer, or saying why it cannot start."""

import os
import signal
import socket
import stat
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from wire import ask, connect, hear, post

from gateway.serving import CannotServe, Limits, ServingOptions, TcpAddress, Tls, UnixSocket

SLOW = b"POST /slow HTTP/1.1\r\nHost: gateway\r\nContent-Length: 3\r\n\r\nabc"
WHOLE = SLOW.replace(b"/slow", b"/epix/v1")


def test_a_request_in_flight_is_answered_before_the_server_ends(start) -> None:
    with start(threads=4) as server, connect(server.address) as line, connect(server.address) as half_sent:
        half_sent.sendall(WHOLE[:-1])
        line.sendall(SLOW)
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        half_sent.sendall(WHOLE[-1:])
        for one in (hear(line, seconds=5.0), hear(half_sent, seconds=5.0)):
            assert (one.statuses, one.closed) == ([200], True)
        assert server.process.wait(10) == 0


def test_under_load_no_request_is_left_without_an_answer_by_a_stop(start) -> None:
    lost: list[str] = []
    answered = [0]

    def keep_asking(address: str) -> None:
        with connect(address) as line:
            while True:
                try:
                    reply = ask(line, WHOLE)
                except OSError as trouble:
                    lost.append(repr(trouble))
                    return
                answered[0] += 1
                if reply.headers.get("connection") == "close":
                    return

    with start(workers=2) as server:
        clients = [threading.Thread(target=keep_asking, args=(server.address,)) for _ in range(8)]
        for client in clients:
            client.start()
        time.sleep(0.5)
        assert server.stop() == 0
        for client in clients:
            client.join(10)
    assert (lost, answered[0] > 100) == ([], True)


def test_a_request_that_never_ends_does_not_hold_up_the_stop(start) -> None:
    with start(stop_seconds=1) as server, connect(server.address) as line:
        line.sendall(WHOLE[:-1])
        time.sleep(0.2)
        before = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - before < 6.0


def test_a_dead_worker_is_replaced(start) -> None:
    with start() as server:
        first = post(server.address).told["worker"]
        os.kill(first, signal.SIGKILL)
        assert post(server.address).told["worker"] != first


def test_on_hangup_new_workers_take_over_and_no_request_is_lost(start) -> None:
    with start() as server:
        first = now = post(server.address).told["worker"]
        server.process.send_signal(signal.SIGHUP)
        latest = time.monotonic() + 15
        while now == first and time.monotonic() < latest:
            now = post(server.address).told["worker"]
            time.sleep(0.05)
        assert now != first


def test_workers_end_when_their_supervisor_is_killed(start) -> None:
    with start() as server:
        worker = post(server.address).told["worker"]
        server.process.kill()
        server.process.wait()
        latest = time.monotonic() + 8
        while Path(f"/proc/{worker}").exists() and time.monotonic() < latest:
            time.sleep(0.1)
        assert not Path(f"/proc/{worker}").exists()


def test_requests_of_one_worker_run_side_by_side_on_threads(start) -> None:
    with start(threads=4) as server:
        before = time.monotonic()
        with ExitStack() as open_lines:
            lines = [open_lines.enter_context(connect(server.address)) for _ in range(4)]
            for line in lines:
                line.sendall(SLOW.replace(b"Host", b"Connection: close\r\nHost"))
            assert [hear(line, seconds=5.0).statuses for line in lines] == [[200]] * 4
        assert time.monotonic() - before < 3.5


def test_a_unix_socket_is_open_to_its_group_only_and_gone_after_the_stop(start, tmp_path: Path) -> None:
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
    assert f"cannot serve: cannot listen on {path}: Address already in use" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"site": "mirror_site:site_that_fails"}, "The site mirror_site:site_that_fails could not be built"),
        ({"site": "mirror_site:no_such_site"}, "The site mirror_site:no_such_site could not be built"),
        ({"address": TcpAddress("192.0.2.1", 0)}, "cannot serve: cannot listen on 192.0.2.1 port 0"),
        ({"tls": Tls(*[Path("/nowhere.pem")] * 3)}, "cannot serve: TLS certificate /nowhere.pem"),
    ],
    ids=["site fails", "no such site", "not our address", "no certificate"],
)
def test_what_keeps_a_server_from_starting_is_said_and_the_exit_status_is_1(start, capfd, settings, said) -> None:
    with pytest.raises(CannotServe, match="exit status 1"), start(**settings):
        pass
    assert said in capfd.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Limits(head_seconds=0),
        lambda: ServingOptions("a:b", workers=0),
        lambda: TcpAddress(port=99_999),
        lambda: ServingOptions("a:b", UnixSocket(Path("x")), tls=Tls(Path("a"), Path("b"), Path("c"))),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong) -> None:
    with pytest.raises(CannotServe):
        wrong()
