"""Pipelined floods against a real server: its memory is bounded, and others are answered."""

import selectors
import socket
import time
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.serving.wire import ask, connect

pytestmark = pytest.mark.slow

CONNECTIONS = 60
TINY = b"GET / HTTP/1.1\r\nHost:g\r\n\r\n"
FLOOD = TINY * 30_000
"""Bytes for each connection: 47 MB in all."""

MAX_GROWTH_MB = 100
MAX_WAIT_SECONDS = 3.0
SECONDS = 2.0
WHOLE = b"POST /epix/v1 HTTP/1.1\r\nHost: gateway\r\nContent-Length: 3\r\n\r\nabc"


def resident_mb(process: int) -> float:
    """The memory of a process, in MB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def flood(lines: list[socket.socket], stop: Event) -> None:
    """Send on all connections what they take, and read what comes."""
    left = {line: memoryview(FLOOD) for line in lines}
    with selectors.DefaultSelector() as selector:
        for line in lines:
            line.setblocking(False)
            selector.register(line, selectors.EVENT_READ | selectors.EVENT_WRITE)
        while not stop.is_set():
            for key, events in selector.select(0.1):
                line = key.fileobj
                assert isinstance(line, socket.socket)
                if events & selectors.EVENT_READ and not line.recv(65536):
                    selector.unregister(line)
                    continue
                if events & selectors.EVENT_WRITE:
                    left[line] = left[line][line.send(left[line][:65536]) :]
                    if not left[line]:
                        selector.modify(line, selectors.EVENT_READ)


def test_a_pipelined_flood_takes_little_memory_and_delays_no_other(server: str) -> None:
    stop = Event()
    with ExitStack() as stack:
        partner = stack.enter_context(connect(server))
        worker = ask(partner, WHOLE).received["worker"]
        before = resident_mb(worker)
        lines = [stack.enter_context(connect(server)) for _ in range(CONNECTIONS)]
        thread = Thread(target=flood, args=(lines, stop))
        thread.start()
        try:
            waits = []
            end = time.monotonic() + SECONDS
            while time.monotonic() < end:
                began = time.monotonic()
                assert ask(partner, WHOLE).status == 200
                waits.append(time.monotonic() - began)
        finally:
            stop.set()
            thread.join()
        assert resident_mb(worker) - before < MAX_GROWTH_MB
        assert max(waits) < MAX_WAIT_SECONDS
