"""Serving: the HTTP server for partners, health and metrics for operators, and background jobs.

The process of the command is the supervisor: it imports what its children need, opens nothing, and
forks them (docs/decisions/0033). The background process checks keys and database, runs the jobs
and answers operators. Each worker process builds a gateway of its own.
"""

import logging
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from functools import cache, partial
from pathlib import Path

from gateway import http
from gateway.bootstrap.background_jobs import running_jobs
from gateway.bootstrap.clock import now
from gateway.bootstrap.gateway import Gateway, build
from gateway.bootstrap.jobs import jobs_of
from gateway.bootstrap.log_format import log_to_stderr
from gateway.bootstrap.parts.alerts import alert_watch, free_disk, partner_days
from gateway.bootstrap.parts.callers import know_caller
from gateway.bootstrap.parts.console.part import keep_configuration
from gateway.bootstrap.processes.children import (
    SERVICE_MODULES,
    START_ERRORS,
    checked,
    import_all,
    wait_for,
)
from gateway.bootstrap.web.process import web_process
from gateway.crypto.keys.configured import check_keys
from gateway.crypto.keys.expiry import days_left
from gateway.domain.errors import GatewayError
from gateway.exchange.alerts.alert import Alert
from gateway.operations import CannotListen, Health, Scrape, listening, multiprocess_metrics
from gateway.processes.background import BackgroundProcess, signal_parent
from gateway.processes.beside import ProcessBeside
from gateway.serving import (
    CannotServe,
    Limits,
    ProxyTrust,
    ServingOptions,
    TcpAddress,
    Tls,
    UnixSocket,
)
from gateway.serving import serve as serve_http
from gateway.settings import ServerMode, Settings, load_settings

DIRECTORY_VARIABLE = "EPIX_DIR"
"""Environment variable with the working directory of a worker process."""

_THREADS_WITH_RESPONDER = 8
"""Threads of a worker that asks OCSP responders: a reply may take seconds, other requests go on."""


@cache
def _gateway_from_environment() -> Gateway:
    return build(load_settings(Path(os.environ[DIRECTORY_VARIABLE])))


def site_from_environment() -> http.Site:
    """The site of a worker process: that of the working directory in the environment."""
    gateway = _gateway_from_environment()
    log_to_stderr(gateway.settings)
    service = gateway.service
    service.metrics.start_flushing()
    service.refusal_counts.start_recording()
    if gateway.settings.operations.enabled:
        return service.metrics.count_in_flight(service.site)
    return service.site


def count_limit(limit: str) -> None:
    """Count a limit that a worker process has reached. limit: its kind."""
    _gateway_from_environment().service.metrics.limit_reached(limit)


def flush_metrics() -> None:
    """Write what a worker process has counted in its last second, at its end."""
    _gateway_from_environment().service.metrics.flush()


def record_refused_handshake(reason: str) -> None:
    """Journal a client certificate that TLS refused, from a worker process."""
    _gateway_from_environment().service.refused_handshake.record(reason)


def serve(
    settings: Settings,
    announce: Callable[[str], None],
    people: Callable[[], None] | None = None,
) -> None:
    """Answer partners until SIGTERM or SIGINT. Call it from a program with one thread.

    announce: called with the address once connections are accepted.
    people: answers people until it is stopped; it runs in a process beside this one.
    Raises KeyUnusable for a key or certificate of ours, ServiceUnavailable for a database that is
    absent or not migrated, SettingsInvalid for a CA file or a subject of a partner, CannotServe for
    an address, certificate or key that does not work; all before the port is opened.
    """
    log_to_stderr(settings)
    os.environ[DIRECTORY_VARIABLE] = str(settings.directory)
    import_all(SERVICE_MODULES)
    metrics = multiprocess_metrics() if settings.operations.enabled else nullcontext(None)
    with metrics as folder, ExitStack() as stack:
        work = partial(_background, settings.directory, folder)
        background = stack.enter_context(BackgroundProcess(work, START_ERRORS))
        wait_for(background)
        beside: list[ProcessBeside] = [background]
        if people is not None:
            beside.append(stack.enter_context(web_process(people)))

        def problem_or_reload() -> str | None:
            problem = checked(partial(_reload_problem, settings.directory))
            if problem is None:
                for process in beside[1:]:
                    process.signal(signal.SIGHUP)
            return problem

        serve_http(serving_options(settings), announce, background.drain, problem_or_reload, beside)


@contextmanager
def _background(directory: Path, folder: Path | None) -> Iterator[Callable[[], None]]:
    """Check everything, then run the jobs and answer operators, for the length of the block.

    The files are read here: after a reload it may have to start again without the old ones.
    """
    settings = load_settings(directory)
    check_keys(settings, now())
    with build(settings) as gateway:
        _require_usable(gateway)
        keep_configuration(gateway)
    alerts = alert_watch(partial(load_settings, settings.directory), settings)
    alerts.start()
    with operations(settings, lambda: alerts.active, folder) as draining, _jobs(settings):
        yield draining


def _require_usable(gateway: Gateway) -> None:
    """Make every part that a file of the settings could spoil. Raises as `serve` does."""
    gateway.store.check()
    _ = (
        gateway.keys.token_hasher,
        gateway.service.know_caller,
        gateway.keys.sealer,
        gateway.partners.endpoint_security,
        gateway.journal.timestamp,
        gateway.heads.with_partners(),
        gateway.integrity.keep,
    )


def _reload_problem(directory: Path) -> str | None:
    """Why workers with the files of now could not start, in one sentence; None where they can."""
    try:
        settings = load_settings(directory)
        check_keys(settings, now())
        know_caller(settings, now)
    except GatewayError as error:
        return error.text
    with build(settings) as gateway:
        keep_configuration(gateway)
    return None


@contextmanager
def _jobs(settings: Settings) -> Iterator[None]:
    jobs_reload = signal_parent(signal.SIGHUP)
    with (
        build(settings) as gateway,
        publisher_of(settings, gateway) as publisher,
        running_jobs(jobs_of(gateway, publisher, jobs_reload), gateway.store.locks),
    ):
        yield


@contextmanager
def publisher_of(settings: Settings, serving: Gateway) -> Iterator[Gateway]:
    """The gateway that publishes, with the database role for it where there is one."""
    if settings.database.publish_address is None:
        yield serving
        return
    database = settings.database.for_publishing()
    with build(settings.model_copy(update={"database": database})) as publisher:
        yield publisher


@contextmanager
def operations(
    settings: Settings,
    alerts: Callable[[], Sequence[Alert]] = tuple,
    folder: Path | None = None,
) -> Iterator[Callable[[], None]]:
    """Serve health and metrics to operators, if configured, for the length of the block.

    alerts: gives those that are true now.  folder: metrics of workers; None makes one.
    Gives the function that reports "not ready", to be called when the service begins to stop.
    Raises CannotServe for an address in use.
    """
    if not settings.operations.enabled:
        yield lambda: None
        return
    listen = settings.operations.listen
    metrics = nullcontext(folder) if folder else multiprocess_metrics()
    with build(settings) as gateway, metrics as folder:
        parts = {"store": gateway.store.check, "journal": gateway.store.check_writing}
        health = Health(parts, is_closed=gateway.maintenance.is_on)
        scrape = Scrape(
            folder,
            health,
            lambda: days_left(settings, now()),
            gateway.outbox.read.waiting,
            gateway.service.clock_jump.off_seconds,
            lambda: len(gateway.store.integrity.suspensions()),
            gateway.service.software,
            gateway.heads.ages,
            gateway.heads.unsealed_seconds,
            lambda: [(alert.kind.value, alert.partner) for alert in alerts()],
            lambda: free_disk(settings),
            lambda: partner_days(settings, gateway.store.shown_certificates.all(), now()),
            gateway.store.replica_lag_seconds,
            gateway.availability.figures,
            gateway.national.figures,
        )
        try:
            with listening(listen.host or "127.0.0.1", listen.port, health, scrape) as address:
                logging.getLogger(__name__).info("operations at %s", address)
                yield health.draining.set
        except CannotListen as error:
            raise CannotServe(str(error)) from None


def serving_options(settings: Settings) -> ServingOptions:
    """The HTTP server's options from the settings."""
    uses_ocsp = any(rule.ocsp_address for rule in settings.revocation)
    server = settings.server
    listen = server.listen
    tls = proxy = None
    if server.mode.ends_tls:
        tls = _tls(settings)
    elif server.mode is ServerMode.BEHIND_PROXY:
        proxy = ProxyTrust(server.proxy_secret_file)
    return ServingOptions(
        site=f"{__name__}:{site_from_environment.__name__}",
        address=(
            UnixSocket(listen.socket)
            if listen.socket
            else TcpAddress(listen.host or "127.0.0.1", listen.port)
        ),
        workers=server.workers,
        threads=server.threads or (_THREADS_WITH_RESPONDER if uses_ocsp else 0),
        limits=Limits(
            max_body_bytes=server.max_message_bytes,
            handshake_seconds=server.handshake_timeout_seconds,
            head_seconds=server.head_timeout_seconds,
            body_seconds=server.body_timeout_seconds,
            answer_seconds=server.answer_timeout_seconds,
            idle_seconds=server.idle_timeout_seconds,
        ),
        tls=tls,
        refused_handshakes=f"{__name__}:{record_refused_handshake.__name__}",
        limit_reached=f"{__name__}:{count_limit.__name__}",
        worker_ended=f"{__name__}:{flush_metrics.__name__}",
        proxy=proxy,
        stop_seconds=server.stop_timeout_seconds,
    )


def _tls(settings: Settings) -> Tls:
    server = settings.server
    files = (server.certificate_file, server.key_file, server.client_ca_file)
    # The settings require all three in this mode.
    certificate, key, authorities = (file for file in files if file is not None)
    of_rules = (rule.ca_file for partner in settings.partners for rule in partner.certificate)
    of_partners = (partner.client_ca_file for partner in settings.partners)
    return Tls(
        certificate,
        key,
        (authorities, *of_rules, *(file for file in of_partners if file is not None)),
        # Pages of a sandbox are for people without its certificate; the endpoint asks for it.
        server.client_certificate_required and not settings.sandbox,
        server.passphrase_file,
    )
