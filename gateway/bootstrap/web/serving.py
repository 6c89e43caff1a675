"""Serving of people: a supervisor and worker processes of their own, apart from those of partners.

A burst of people, or a defect of their pages, takes no worker from partners.
"""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any

from gateway import __version__
from gateway.bootstrap.gateway import Gateway, build
from gateway.bootstrap.log_format import log_to_stderr
from gateway.bootstrap.parts.console.part import keep_configuration
from gateway.bootstrap.processes.children import (
    START_ERRORS,
    WEB_MODULES,
    call_in_child,
    checked,
    import_all,
    wait_for,
)
from gateway.bootstrap.serving import DIRECTORY_VARIABLE
from gateway.bootstrap.web.api_routes import api_of
from gateway.bootstrap.web.console import console_area_of
from gateway.bootstrap.web.customs_area import customs_area
from gateway.bootstrap.web.operations import web_operations
from gateway.bootstrap.web.sandbox_people import SANDBOX_PASSWORD
from gateway.domain.errors import GatewayError
from gateway.domain.supporting.content import MAX_FILE_BYTES
from gateway.operations import multiprocess_metrics
from gateway.operations.web_metrics import WebMetrics
from gateway.processes.background import BackgroundProcess
from gateway.serving import Limits, LongBodies, ProxyTrust, ServingOptions, TcpAddress, UnixSocket
from gateway.serving import serve as serve_http
from gateway.settings import Settings, load_settings

_LIMITS = Limits(
    max_body_bytes=65_536,
    head_seconds=10.0,
    body_seconds=60.0,
    answer_seconds=30.0,
    idle_seconds=75.0,
    max_connections=500,
)
"""A form has a few fields: the longest page sends less than 10 KB."""
_FILES = LongBodies(r"/authority/permits/[0-9]{1,9}/documents/add", MAX_FILE_BYTES + 65_536)
"""The form that sends a supporting document."""
_STOP_SECONDS = 15


@cache
def _gateway_from_environment() -> Gateway:
    return build(of_pages(load_settings(Path(os.environ[DIRECTORY_VARIABLE]))))


def application_from_environment() -> Any:
    """The application of a worker process: that of the working directory in the environment."""
    gateway = _gateway_from_environment()
    log_to_stderr(gateway.settings)
    return application_of(gateway)


def application_of(gateway: Gateway) -> Any:
    """The pages for people as an ASGI application.

    Raises ServiceUnavailable, KeyUnusable.
    """
    from gateway.web.people.application import application
    from gateway.web.people.desk import Desk

    people, settings = gateway.people, gateway.settings
    metrics = WebMetrics()
    observe = metrics.answered
    return application(
        Desk(
            settings.web.address,
            __version__,
            people.authorities,
            people.sign_in,
            people.sessions,
            people.own_account,
            people.passkeys,
            people.administer,
            settings.web.second_factor == "required",
            people.acts,
            gateway.store.check,
            observe,
            SANDBOX_PASSWORD if settings.sandbox else "",
            areas=_areas(gateway),
            sign_on=people.sign_on,
            sign_in_failed=metrics.sign_in_failed,
        ),
        [
            *_provider_logout(gateway, observe),
            *_check_page(gateway),
            *_credential_files(gateway),
            *api_of(gateway, observe),
        ],
    )


def _areas(gateway: Gateway) -> list[Any]:
    """Areas of pages, in the order of the navigation. Raises ServiceUnavailable, KeyUnusable."""
    from gateway.bootstrap.web.authority import authority_pages
    from gateway.bootstrap.web.mail_answers import mail_pages
    from gateway.bootstrap.web.quotas import quotas
    from gateway.bootstrap.web.trace import trace_pages
    from gateway.bootstrap.web.training import training

    return [
        customs_area(gateway),
        console_area_of(gateway),
        authority_pages(gateway),
        mail_pages(gateway),
        quotas(gateway),
        trace_pages(gateway),
        training(gateway),
    ]


def _provider_logout(gateway: Gateway, observe: Callable[[str, int, float], None]) -> Sequence[Any]:
    """The route by which the provider of the national sign-on ends sessions; none without one.

    Raises KeyUnusable.
    """
    from gateway.web.people.sign_on.logout_route import logout_route

    logout = gateway.people.provider_logout
    return (logout_route(logout.end_sessions, observe),) if logout else ()


def _check_page(gateway: Gateway) -> Sequence[Any]:
    """Routes of the check page; none without a seal, as nothing would vouch for its key lists.

    Raises KeyUnusable.
    """
    from gateway.crypto.paper.list_signer import signer_key
    from gateway.web.check.pages import routes

    if gateway.settings.seal is None:
        return ()
    lists, own = gateway.paper.check_lists, gateway.paper.own_list
    own_lists = {
        country.text: partial(own.file, country, lists.signer) for country in lists.countries
    }
    return tuple(routes(signer_key(lists.signer.certificates), lists.file, own_lists))


def _credential_files(gateway: Gateway) -> Sequence[Any]:
    """Routes of what verifiers of credentials fetch; none without [credential].

    Raises KeyUnusable.
    """
    from gateway.web.credential.routes import routes

    if gateway.settings.credential is None:
        return ()
    part = gateway.credential
    return tuple(routes(part.did_document, part.status_lists.token))


def serve_web(
    settings: Settings, announce: Callable[[str], None], *, is_alone: bool = True
) -> None:
    """Answer people until SIGTERM or SIGINT.

    announce: called with the address once connections are accepted.  is_alone: no process for
    partners has health and metrics of this one. Raises KeyUnusable, ServiceUnavailable,
    CannotServe; all before the port is opened.
    """
    log_to_stderr(settings)
    settings = of_pages(settings)
    os.environ[DIRECTORY_VARIABLE] = str(settings.directory)
    import_all(WEB_MODULES)
    problem = partial(checked, partial(_problem, settings.directory))
    with ExitStack() as stack:
        background = None
        if is_alone and settings.web.operations_listen is not None:
            folder = stack.enter_context(multiprocess_metrics())
            work = partial(_background, settings.directory, folder)
            background = stack.enter_context(BackgroundProcess(work, START_ERRORS))
            wait_for(background)
        else:
            call_in_child(partial(_check, settings))

        def stopping() -> None:
            if background is not None:
                background.drain()
            logging.getLogger(__name__).info("pages for people are stopping")

        beside = [background] if background is not None else []
        serve_http(web_options(settings), announce, stopping, problem, beside)


@contextmanager
def _background(directory: Path, folder: Path) -> Iterator[Callable[[], None]]:
    """Check everything, then answer operators for the length of the block."""
    settings = of_pages(load_settings(directory))
    _check(settings)
    with web_operations(settings, folder) as draining:
        yield draining


def _check(settings: Settings) -> None:
    """Make what the settings could spoil. Raises KeyUnusable, ServiceUnavailable."""
    with build(settings) as gateway:
        gateway.store.check()
        _ = gateway.people.sign_in, gateway.people.sign_on
        keep_configuration(gateway)


def of_pages(settings: Settings) -> Settings:
    """The settings with the database role of the pages, where there is one."""
    return settings.model_copy(update={"database": settings.database.for_pages()})


def web_options(settings: Settings) -> ServingOptions:
    """Options of the HTTP server for people."""
    web = settings.web
    listen = web.listen
    is_behind_proxy = listen.socket is not None or web.proxy_secret_file is not None
    return ServingOptions(
        site=f"{__name__}:{application_from_environment.__name__}",
        hosts_application=True,
        long_bodies=_FILES,
        address=(
            UnixSocket(listen.socket)
            if listen.socket
            else TcpAddress(listen.host or "127.0.0.1", listen.port)
        ),
        workers=web.workers,
        limits=_LIMITS,
        proxy=ProxyTrust(web.proxy_secret_file) if is_behind_proxy else None,
        stop_seconds=_STOP_SECONDS,
    )


def _problem(directory: Path) -> str | None:
    """Why workers with the files of now could not start; None where they can."""
    try:
        settings = load_settings(directory)
    except GatewayError as error:
        return error.text
    with build(of_pages(settings)) as gateway:
        keep_configuration(gateway)
    return None
