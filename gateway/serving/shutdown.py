"""Graceful shutdown: SIGTERM and SIGINT end the server, and each request in flight is answered.

The steps after SIGTERM:

1. The supervisor calls `stopping`, so that /health/ready says `draining`, and sends SIGTERM to each
   worker.
2. A worker stops accepting and calls `BoundedConnection.shutdown` for each of its connections.
   Requests in flight are answered with `Connection: close`. Idle connections are closed after
   LINGER_SECONDS (connection.py).
3. After `stop_seconds` the worker cuts requests that are still unanswered, and ends.
4. The supervisor ends with status 0 when all workers have ended.

A supervisor that is killed (SIGKILL) cannot signal its workers. So each worker checks once a second
whether its parent is still the supervisor, and sends SIGTERM to itself if not.
"""

import logging
import os
import select
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Event

from uvicorn.config import Config
from uvicorn.supervisors import Multiprocess, multiprocess

from gateway.processes.beside import ProcessBeside
from gateway.processes.forked import ForkedProcess
from gateway.serving.readiness import notify_ready

log = logging.getLogger(__name__)


class Worker(multiprocess.Process):
    """uvicorn's worker process, forked where uvicorn's own is spawned.

    A spawned process imports everything again: more than a second of a processor.
    """

    def __init__(self, config: Config, sockets: list[socket.socket]) -> None:
        super().__init__(config, sockets)
        forked = ForkedProcess(target=self.target, args=(sockets,), name="epix-worker")
        self.process = forked  # type: ignore[assignment]  # its type is that of a spawned one

    def start(self) -> None:
        """Fork. The supervisor closes its copy of the worker's end of their pipe.

        Else the death of a worker during a health check, as while it starts, would be found only at
        the end of that check; later workers would hold the copy, too.
        """
        super().start()
        self.child_conn.close()

    def target(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve, in the child. After Ctrl-C it ends as after SIGTERM."""
        with suppress(KeyboardInterrupt):
            super().target(sockets)


multiprocess.Process = Worker  # type: ignore[misc]  # the class of which the supervisor makes all


class Supervisor(Multiprocess):
    """uvicorn's supervisor of prefork workers, with a callback at the begin of the shutdown.

    It replaces a worker that dies, and starts ended processes beside them again. On SIGHUP it
    starts new workers, which read certificates anew, before it stops the old workers; where they
    could not start, nothing changes. SIGTERM and SIGINT are handled as the module says.
    """

    stopping: Callable[[], None]
    reload_problem: Callable[[], str | None]
    beside: Sequence[ProcessBeside] = ()

    def __init__(self, config: Config, sockets: list[socket.socket]) -> None:
        super().__init__(config, sockets)
        self.should_exit = _SignalledEvent()

    def handle_hup(self) -> None:
        """Restart the workers, unless they could not start: then the old ones go on."""
        if problem := self.reload_problem():
            log.error("reload refused, everything stays as it was: %s", problem)
            return
        try:
            super().handle_hup()
        except OSError as error:
            log.error("reload ended early, old workers go on: %s", error)

    def keep_subprocess_alive(self) -> None:
        """Replace a worker that has ended or that hangs; start ended processes beside them."""
        try:
            super().keep_subprocess_alive()
        except OSError as error:  # processes, files or memory of the system are used up
            log.error("a worker cannot be replaced yet: %s", error)
        for process in self.beside:
            if not self.should_exit.is_set():
                process.keep_alive(self.sockets)

    def run(self) -> None:
        """Serve until told to stop. After an error no worker is left."""
        try:
            super().run()
        except BaseException:
            for process in self.processes:  # Python would wait for them at its end, for ever
                process.kill()
            raise

    def terminate_all(self) -> None:
        """Send SIGTERM to all workers."""
        self.stopping()
        super().terminate_all()


class _SignalledEvent(Event):
    """An event whose `wait` also ends when a signal arrives, so that the signal is handled at once.

    uvicorn waits for half a second from one look at its signals to the next.
    Source: https://docs.python.org/3/library/signal.html#signal.set_wakeup_fd
    """

    def __init__(self) -> None:
        super().__init__()
        self._woken, self._waking = socket.socketpair()
        self._woken.setblocking(False)
        self._waking.setblocking(False)
        signal.set_wakeup_fd(self._waking.fileno(), warn_on_full_buffer=False)

    def wait(self, timeout: float | None = None) -> bool:
        """Whether the event is set, after the time or the next signal. Main thread only."""
        if not self.is_set():
            select.select([self._woken], [], [], timeout)
            with suppress(BlockingIOError):
                self._woken.recv(4096)
        return self.is_set()


@dataclass(slots=True)
class WorkerHeartbeat:
    """uvicorn calls it in each worker once the worker accepts requests, and each second after that.

    address: as announced.  supervisor: process id of the supervisor.
    """

    address: str
    supervisor: int
    notified: bool = False

    async def __call__(self) -> None:
        if not self.notified:
            notify_ready(self.address)
            self.notified = True
        if os.getppid() != self.supervisor:  # the supervisor was killed
            signal.raise_signal(signal.SIGTERM)
