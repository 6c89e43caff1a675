"""How does a gateway answer partners and operators? One supervisor, and workers that build a gateway each."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from threading import Event

from gateway import http
from gateway.bootstrap.duties import on_duty
from gateway.bootstrap.gateway import Gateway, build, now
from gateway.operations import CannotListen, Health, Scrape, counted_together, listening
from gateway.serving import CannotServe, Limits, ProxyTrust, ServingOptions, TcpAddress, Tls, UnixSocket
from gateway.serving import serve as serve_http
from gateway.settings import ServerMode, Settings, load_settings
from gateway.signatures.expiry import days_left
from gateway.signatures.expiry_watch import ExpiryWatch
from gateway.signatures.key_settings import check_keys

DIRECTORY_VARIABLE = "EPIX_DIR"
"""Tells worker processes which working directory is theirs."""

_THREADS_WITH_RESPONDER = 8
"""A question to an OCSP responder may take seconds, in which others are answered."""


@cache
def _gateway_from_environment() -> Gateway:
    return build(load_settings(Path(os.environ[DIRECTORY_VARIABLE])))


def site_from_environment() -> http.Site:
    """What a worker process serves: the gateway of the working directory in the environment."""
    gateway = _gateway_from_environment()
    _log_to_stderr(gateway.settings)
    gateway.counting.keep_up()
    return gateway.counting.in_flight(gateway.site) if gateway.settings.operations.enabled else gateway.site


def record_refused_handshake(reason: str) -> None:
    """What a worker process does about a client certificate that TLS did not accept."""
    _gateway_from_environment().refused_handshake.record(reason)


def _log_to_stderr(settings: Settings) -> None:
    """One event per line. Our own loggers say as much as the settings want; libraries only what is wrong."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING, force=True)
    asked = settings.operations
    says_all = settings.sandbox and "log_level" not in asked.model_fields_set
    logging.getLogger("gateway").setLevel("INFO" if says_all else asked.log_level.upper())


def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Answer partners until SIGTERM or SIGINT. announce: told the address once connections are taken.

    Raises KeyUnusable for a key or certificate of ours, ServiceUnavailable for a database that is absent or not
    migrated, SettingsInvalid for a CA file or a subject of a partner, CannotServe for an address, certificate or key
    that does not work; all before any port is opened.
    """
    _log_to_stderr(settings)
    check_keys(settings, now())
    with build(settings) as gateway:
        gateway.store.check()
        _ = gateway.tokens, gateway.know_caller, gateway.sealer, gateway.door_security, gateway.journal.stamping
    os.environ[DIRECTORY_VARIABLE] = str(settings.directory)
    ExpiryWatch(partial(load_settings, settings.directory), now, Event().wait).start()
    with operations(settings) as draining, _duties(settings):
        serve_http(serving_options(settings), announce, draining)


@contextmanager
def _duties(settings: Settings) -> Iterator[None]:
    with build(settings) as gateway, on_duty(gateway.duties, gateway.store.turns):
        yield


@contextmanager
def operations(settings: Settings) -> Iterator[Callable[[], None]]:
    """Answer operators, where the settings want it, for as long as the block lasts.

    Gives what is to be called once no more requests are to be sent here. Raises CannotServe for an address in use.
    """
    if not settings.operations.enabled:
        yield lambda: None
        return
    listen = settings.operations.listen
    with build(settings) as gateway, counted_together() as folder:
        parts = {"store": gateway.store.check, "journal": gateway.store.check_writing}
        health = Health(parts, is_closed=gateway.maintenance.is_on)
        scrape = Scrape(
            folder, health, lambda: days_left(settings, now()), gateway.waiting, gateway.steady_clock.off_seconds,
            gateway.software,
        )  # fmt: skip
        try:
            with listening(listen.host or "127.0.0.1", listen.port, health, scrape) as address:
                logging.getLogger(__name__).info("operations at %s", address)
                yield health.draining.set
        except CannotListen as trouble:
            raise CannotServe(str(trouble)) from None


def serving_options(settings: Settings) -> ServingOptions:
    """The HTTP server's options from the settings."""
    asks_responders = any(rule.ocsp_address for rule in settings.revocation)
    server = settings.server
    listen = server.listen
    tls = proxy = None
    if server.mode is ServerMode.DIRECT_TLS:
        tls = _tls(settings)
    elif server.mode is ServerMode.BEHIND_PROXY:
        proxy = ProxyTrust(server.proxy_secret_file)
    return ServingOptions(
        site=f"{__name__}:{site_from_environment.__name__}",
        address=UnixSocket(listen.socket) if listen.socket else TcpAddress(listen.host or "127.0.0.1", listen.port),
        workers=server.workers,
        threads=server.threads or (_THREADS_WITH_RESPONDER if asks_responders else 0),
        limits=Limits(
            max_body_bytes=server.max_message_bytes,
            head_seconds=server.head_timeout_seconds,
            body_seconds=server.body_timeout_seconds,
            answer_seconds=server.answer_timeout_seconds,
            idle_seconds=server.idle_timeout_seconds,
        ),
        tls=tls,
        refused_handshakes=f"{__name__}:{record_refused_handshake.__name__}",
        proxy=proxy,
        stop_seconds=server.stop_timeout_seconds,
    )


def _tls(settings: Settings) -> Tls:
    server = settings.server
    files = (server.certificate_file, server.key_file, server.client_ca_file)
    certificate, key, authorities = (file for file in files if file is not None)  # the settings saw to all three
    of_rules = (rule.ca_file for partner in settings.partners for rule in partner.certificate)
    return Tls(certificate, key, (authorities, *of_rules), server.client_certificate_required, server.passphrase_file)
