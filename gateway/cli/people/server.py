"""Server of the pages for people: `serve --only web`, alone or beside the one for partners."""

from enum import StrEnum
from pathlib import Path

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import settings_of


class Service(StrEnum):
    """Listener that alone is served."""

    SOAP = "soap"
    WEB = "web"


def people_beside(directory: Path) -> None:
    """Answer people in a process beside the server for partners. Raises CannotServe."""
    try:
        serve_people(directory, is_alone=False)
    except CannotDo as error:
        raise bootstrap.CannotServe(error.text) from None


def serve_people(directory: Path, *, is_alone: bool = True) -> None:
    """Answer people until stopped.

    Raises CannotDo where the configuration has no pages for people, or they cannot be served.
    """
    settings = settings_of(directory)
    if not settings.web.enabled:
        raise CannotDo(
            "The pages for people are not enabled.",
            "Set enabled = true in [web] of conf/gateway.toml (docs/people.md).",
        )

    def announce(address: str) -> None:
        output().print(f"✓ Pages for people: {settings.web.address}  (listening on {address})")
        if settings.sandbox:
            output().print(
                "Invented people: customs, authority, operator, auditor, administrator; password"
                f" of each: {bootstrap.SANDBOX_PASSWORD}"
            )

    try:
        bootstrap.serve_web(settings, announce, is_alone=is_alone)
    except bootstrap.CannotServe as error:
        raise CannotDo(
            f"The pages for people cannot be served: {error}.",
            "Mend the setting it names, then start again.",
        ) from None
