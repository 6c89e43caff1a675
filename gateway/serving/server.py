"""How does the gateway stay up? One supervisor, worker processes that share its socket, and an orderly stop.

The supervisor is uvicorn's: it replaces a worker that dies, and on SIGHUP brings up new workers, with certificates read
anew, before it retires the old ones. SIGTERM and SIGINT finish the requests in flight.
"""

import asyncio
import gc
import importlib
import logging
import math
import os
import signal
import ssl
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from ctypes import c_ulong
from dataclasses import dataclass
from functools import partial
from multiprocessing.sharedctypes import RawValue
from typing import Any, cast

from uvicorn.config import STARTUP_FAILURE, Config
from uvicorn.supervisors import Multiprocess

from gateway.http import Site
from gateway.serving.connection import BoundedConnection
from gateway.serving.door import Door
from gateway.serving.edge import Edge
from gateway.serving.options import CannotServe, ProxyTrust, ServingOptions, Tls, UnixSocket
from gateway.serving.readiness import notify_ready
from gateway.serving.refusals import Refusals
from gateway.serving.sockets import BACKLOG, listening_socket, spelled
from gateway.serving.tls import server_context
from gateway.serving.turns import Turns, TurnTakingLoop

WORKER_SECONDS = 10
"""How long the supervisor waits for a sign of life of a worker; one that dies while asked is noticed after it."""
log = logging.getLogger(__name__)


def serve(
    options: ServingOptions,
    announce: Callable[[str], None] = lambda _: None,
    stopping: Callable[[], None] = lambda: None,
) -> None:
    """Serve the site until SIGTERM or SIGINT, then return when every request in flight is answered.

    announce: told the address once connections are taken, `http://127.0.0.1:8080` or `unix:/run/...`.
    stopping: told once the signal has come, before the requests in flight are finished.
    Call it from the main thread of a program that spawn can import again (`if __name__ == "__main__"`).
    Raises CannotServe, before or after the announcement, for a site, address, certificate or key that does not work.
    """
    if options.tls:
        server_context(options.tls)
    _edge(options.proxy)
    listener = listening_socket(options.address)
    try:
        address = spelled(listener, "https" if options.tls else "http")
        announce(address)
        supervisor = _Supervisor(_config(options, address), [listener])
        supervisor.stopping = stopping
        supervisor.run()
    finally:
        listener.close()
        if isinstance(options.address, UnixSocket):
            options.address.path.unlink(missing_ok=True)
    if any(worker.exitcode == STARTUP_FAILURE for worker in supervisor.processes):
        raise CannotServe("a worker could not start; its reason is in the log above")


class _Supervisor(Multiprocess):
    """uvicorn's, which says when it begins to stop."""

    stopping: Callable[[], None]

    def terminate_all(self) -> None:
        self.stopping()
        super().terminate_all()


def _config(options: ServingOptions, address: str) -> Config:
    """uvicorn's settings; pickled, they are all that a worker process is told."""
    connection = partial(BoundedConnection, limits=options.limits)
    return Config(
        app=partial(_door, options, RawValue(c_ulong)),
        factory=True,
        interface="asgi3",
        http=cast(type[BoundedConnection], connection),
        loop=f"{TurnTakingLoop.__module__}:{TurnTakingLoop.__qualname__}",
        ws="none",
        lifespan="off",
        workers=options.workers,
        backlog=BACKLOG,
        ssl_context_factory=partial(_context, options.tls, options.refused_handshakes) if options.tls else None,
        timeout_keep_alive=math.ceil(options.limits.idle_seconds),
        timeout_graceful_shutdown=options.stop_seconds,
        timeout_worker_healthcheck=WORKER_SECONDS,
        callback_notify=_Pulse(address, os.getpid()),
        timeout_notify=0,
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        log_level="error",
    )


def _named(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)


def _door(options: ServingOptions, connections_taken: c_ulong) -> Door:
    """Runs in each worker, on its loop, before that listens.

    A site that cannot be built ends the supervisor too: it would fail again and again.
    """
    if options.workers > 1:
        cast(TurnTakingLoop, asyncio.get_running_loop()).turns = Turns(connections_taken, options.workers)
    try:
        site = cast(Site, _named(options.site)())
        edge = _edge(options.proxy)
    except Exception:
        log.exception("The site %s could not be built", options.site)
        sys.exit(STARTUP_FAILURE)
    gc.collect()
    gc.freeze()  # what is there for good need not be looked through again and again while requests are answered
    gc.set_threshold(20_000)  # a request makes hundreds of objects, and hardly ever a cycle
    threads = ThreadPoolExecutor(options.threads, "site") if options.threads else None
    return Door(site, edge, options.limits.max_body_bytes, threads)


def _context(tls: Tls, refused_handshakes: str | None, *_: object) -> ssl.SSLContext:
    try:
        return server_context(tls, Refusals(partial(_tell, refused_handshakes)).add)
    except CannotServe as trouble:
        log.error("%s", trouble)
        sys.exit(STARTUP_FAILURE)


def _tell(refused_handshakes: str | None, reason: str) -> None:
    log.warning("TLS handshake refused: %s", reason)
    if refused_handshakes:
        asyncio.get_running_loop().run_in_executor(None, _named(refused_handshakes), reason)


def _edge(proxy: ProxyTrust | None) -> Edge:
    if proxy is None:
        return Edge()
    if proxy.secret is None:
        return Edge(trusting=True)
    try:
        secret = proxy.secret.read_bytes().strip()
    except OSError as trouble:
        raise CannotServe(f"proxy secret {proxy.secret} cannot be read: {trouble.strerror}") from None
    if len(secret) < 32:
        raise CannotServe(f"proxy secret {proxy.secret} must have at least 32 characters")
    return Edge(trusting=True, secret=secret)


@dataclass(slots=True)
class _Pulse:
    """uvicorn calls it in a worker once that takes requests, and every second from then on."""

    address: str
    supervisor: int
    told: bool = False

    async def __call__(self) -> None:
        if not self.told:
            notify_ready(self.address)
            self.told = True
        if os.getppid() != self.supervisor:  # it was killed and could not tell us to stop
            signal.raise_signal(signal.SIGTERM)
