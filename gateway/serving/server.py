"""Prefork server: a supervisor and worker processes that share its listening socket.

Workers are forked from the supervisor. It replaces a worker that dies, and restarts the workers one
after the other on SIGHUP. SIGTERM and SIGINT begin a graceful shutdown (shutdown.py).
"""

import asyncio
import gc
import importlib
import logging
import math
import os
import ssl
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ctypes import c_ulong
from dataclasses import replace
from functools import partial
from multiprocessing.sharedctypes import RawValue
from typing import Any, cast

from uvicorn.config import STARTUP_FAILURE, Config

from gateway.domain.errors import GatewayError
from gateway.domain.secret_length import too_short
from gateway.hardening import harden_process
from gateway.http import Site
from gateway.processes.beside import ProcessBeside
from gateway.processes.forked import ChildEnded, call_forked
from gateway.serving.accept_balancing import AcceptBalancer, BalancedLoop
from gateway.serving.asgi_app import AsgiApp
from gateway.serving.capacity.handshakes import Handshakes
from gateway.serving.capacity.open_files import within_open_files
from gateway.serving.capacity.pipelining import MAX_BODY_BYTES, WorkerLoad
from gateway.serving.connection import BoundedConnection
from gateway.serving.handshake_log_limit import HandshakeLogLimit
from gateway.serving.hosted_app import Application, HostedApp
from gateway.serving.options import CannotServe, ProxyTrust, ServingOptions, Tls, UnixSocket
from gateway.serving.proxy_headers import ProxyHeaders
from gateway.serving.shutdown import Supervisor, WorkerHeartbeat
from gateway.serving.sockets import BACKLOG, display_address, listening_socket
from gateway.serving.tls import server_context

WORKER_HEALTHCHECK_SECONDS = 30
"""Time in which a worker must answer the health check of the supervisor.

A worker that hangs is replaced after it, one that dies at once.
"""

log = logging.getLogger(__name__)


def serve(
    options: ServingOptions,
    announce: Callable[[str], None] = lambda _: None,
    stopping: Callable[[], None] = lambda: None,
    reload_problem: Callable[[], str | None] = lambda: None,
    beside: Sequence[ProcessBeside] = (),
) -> None:
    """Serve the site until SIGTERM or SIGINT. Returns when every request in flight is answered.

    Call it from a program with one thread: workers are forked (gateway/processes/forked.py).

    announce: called with the address, `http://127.0.0.1:8080` or `unix:/run/...`, once the socket
    listens.
    reload_problem: called at a reload; returns why new workers could not start, None where they
    can.
    stopping: called at the begin of the graceful shutdown, before requests in flight are answered.
    beside: processes that are started again where they end.
    Raises CannotServe, before or after the announcement, for a site, address, certificate or key
    that does not work.
    """
    limits = within_open_files(options.limits, options.tls is not None)
    options = replace(options, limits=limits)
    # Mistakes in files are found here, before a worker starts: in a child, as they hold secrets.
    try:
        call_forked(partial(_check_files, options), (CannotServe,))
    except ChildEnded as ended:
        raise CannotServe(str(ended)) from None
    listener = listening_socket(options.address)
    try:
        address = display_address(listener, "https" if options.tls else "http")
        announce(address)
        supervisor = Supervisor(_config(options, address), [listener])
        supervisor.stopping = stopping
        supervisor.reload_problem = reload_problem
        supervisor.beside = beside
        supervisor.run()
    finally:
        listener.close()
        if isinstance(options.address, UnixSocket):
            options.address.path.unlink(missing_ok=True)
    if any(worker.exitcode == STARTUP_FAILURE for worker in supervisor.processes):
        raise CannotServe("a worker could not start; its reason is in the log above")


def _check_files(options: ServingOptions) -> None:
    if options.tls:
        server_context(options.tls)
    _proxy_headers(options.proxy)


def _config(options: ServingOptions, address: str) -> Config:
    """uvicorn's configuration. It is copied into each worker, which is forked."""
    load = WorkerLoad(max_body_bytes=max(MAX_BODY_BYTES, 4 * options.limits.max_body_bytes))
    connection = partial(BoundedConnection, limits=options.limits, load=load)
    return Config(
        app=partial(_asgi_app, options, RawValue(c_ulong), load),
        factory=True,
        interface="asgi3",
        http=cast(type[BoundedConnection], connection),
        loop=f"{BalancedLoop.__module__}:{BalancedLoop.__qualname__}",
        ws="none",
        lifespan="on",
        workers=options.workers,
        backlog=BACKLOG,
        ssl_context_factory=(
            partial(_tls_context, options.tls, options.refused_handshakes) if options.tls else None
        ),
        timeout_keep_alive=math.ceil(options.limits.idle_seconds),
        timeout_graceful_shutdown=options.stop_seconds,
        timeout_worker_healthcheck=WORKER_HEALTHCHECK_SECONDS,
        callback_notify=WorkerHeartbeat(address, os.getpid()),
        timeout_notify=0,
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        log_level="error",
    )


def _import(path: str) -> Any:
    """The object at `module:name`."""
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


def _asgi_app(
    options: ServingOptions, connections_accepted: c_ulong, load: WorkerLoad
) -> AsgiApp | HostedApp:
    """Build the application; called in each worker, on its event loop, before it accepts.

    A site that cannot be built ends the supervisor too, since each new worker would fail again.
    """
    harden_process()
    loop = cast(BalancedLoop, asyncio.get_running_loop())
    if options.workers > 1 or options.tls:
        loop.balancer = AcceptBalancer(connections_accepted, options.workers)
        loop.handshakes = Handshakes(options.limits, load.reached, loop.time)
    try:
        site = _import(options.site)()
        load.count = _import(options.limit_reached) if options.limit_reached else None
        ended = _import(options.worker_ended) if options.worker_ended else None
        proxy_headers = _proxy_headers(options.proxy)
    except GatewayError as error:
        log.error("a worker cannot start: %s", error.text)  # a sentence, no trace
        sys.exit(STARTUP_FAILURE)
    except Exception:
        log.exception("The site %s could not be built", options.site)
        sys.exit(STARTUP_FAILURE)
    # Objects of the site live as long as the worker: garbage collection need not traverse them.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)  # a request makes hundreds of objects, and hardly ever a cycle
    if options.hosts_application:
        application = cast(Application, site)
        return HostedApp(
            application, proxy_headers, options.limits.max_body_bytes, ended, options.long_bodies
        )
    threads = ThreadPoolExecutor(options.threads, "site") if options.threads else None
    return AsgiApp(cast(Site, site), proxy_headers, options.limits.max_body_bytes, threads, ended)


def _tls_context(tls: Tls, refused_handshakes: str | None, *_: object) -> ssl.SSLContext:
    try:
        return server_context(
            tls, HandshakeLogLimit(partial(_record_refusal, refused_handshakes)).add
        )
    except CannotServe as error:
        log.error("%s", error)
        sys.exit(STARTUP_FAILURE)


def _record_refusal(refused_handshakes: str | None, reason: str) -> None:
    log.warning("TLS handshake refused: %s", reason)
    if refused_handshakes:
        asyncio.get_running_loop().run_in_executor(None, _import(refused_handshakes), reason)


def _proxy_headers(proxy: ProxyTrust | None) -> ProxyHeaders:
    if proxy is None:
        return ProxyHeaders()
    if proxy.secret is None:
        return ProxyHeaders(trusting=True)
    try:
        secret = proxy.secret.read_bytes().strip()
    except OSError as error:
        raise CannotServe(f"proxy secret {proxy.secret} cannot be read: {error.strerror}") from None
    if problem := too_short(secret):
        raise CannotServe(f"proxy secret {proxy.secret} {problem}")
    return ProxyHeaders(trusting=True, secret=secret)
