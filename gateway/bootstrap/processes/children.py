"""Children of the supervisor: the modules they share, and errors on their way to it."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TypeVar

from gateway.domain.errors import GatewayError
from gateway.processes.beside import ProcessBeside
from gateway.processes.forked import ChildEnded, call_forked
from gateway.serving import CannotServe

T = TypeVar("T")

START_ERRORS = (GatewayError, CannotServe, OSError)
"""What may be wrong with files, keys, database and addresses when a process starts."""

SERVICE_MODULES = (
    "gateway.bootstrap.parts.database",
    "gateway.bootstrap.parts.partners",
    "gateway.bootstrap.parts.service",
    "gateway.bootstrap.portal.service_pages",
    "gateway.soap.endpoint",
    "gateway.soap.hub.flavour",
    "gateway.store.migrations.versions",
)
"""What a worker for partners imports, with what these modules import."""

WEB_MODULES = (
    "adapters.risk.inspections",
    "gateway.alerting.mailer",
    "gateway.bootstrap.diagnostics",
    "gateway.bootstrap.own_key_files",
    "gateway.bootstrap.parts.availability.part",
    "gateway.bootstrap.parts.console.inventory",
    "gateway.bootstrap.parts.database",
    "gateway.bootstrap.parts.declarations.part",
    "gateway.bootstrap.parts.integrity",
    "gateway.bootstrap.parts.listings",
    "gateway.bootstrap.parts.mail_questions.part",
    "gateway.bootstrap.parts.outbox",
    "gateway.bootstrap.parts.paper.part",
    "gateway.bootstrap.parts.partners",
    "gateway.bootstrap.parts.trace.part",
    "gateway.bootstrap.web.api",
    "gateway.bootstrap.web.authority",
    "gateway.bootstrap.web.customs",
    "gateway.bootstrap.web.mail_answers",
    "gateway.bootstrap.web.people",
    "gateway.bootstrap.web.quotas",
    "gateway.bootstrap.web.trace",
    "gateway.bootstrap.web.training",
    "gateway.crypto.paper.list_signer",
    "gateway.exchange.trace.share",
    "gateway.identity.one_time_codes",
    "gateway.identity.passkeys",
    "gateway.identity.password_hash",
    "gateway.paper.list_client",
    "gateway.store.database.privileges",
    "gateway.store.migrations.versions",
    "gateway.web.api.application",
    "gateway.web.check.pages",
    "gateway.web.credential.routes",
    "gateway.web.customs.area",
    "gateway.web.people.application",
    "gateway.web.people.sign_on.logout_route",
)
"""What a worker for people imports, with what these modules import."""


def import_all(modules: Sequence[str]) -> None:
    """Import modules by their names, before the first child is forked."""
    for module in modules:
        import_module(module)


def wait_for(process: ProcessBeside) -> None:
    """Return when a process works. Raises START_ERRORS."""
    try:
        process.wait_until_ready()
    except ChildEnded as ended:
        raise CannotServe(f"{ended}; its reason is in the log above") from None


def call_in_child(function: Callable[[], T]) -> T:
    """Call a function in a child, which ends. Raises its START_ERRORS, and CannotServe."""
    try:
        return call_forked(function, START_ERRORS)
    except ChildEnded as ended:
        raise CannotServe(f"{ended}; its reason is in the log above") from None


def checked(problem: Callable[[], str | None]) -> str | None:
    """The problem that a check in a child finds, in one sentence; None where all is well."""
    try:
        return call_forked(problem, START_ERRORS)
    except (*START_ERRORS, ChildEnded) as error:
        return str(error)
