"""Server of the pages for people: `serve --only web`, alone or beside the one for partners."""

import os
import signal
from enum import StrEnum
from pathlib import Path
from threading import Event, Thread

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import settings_of

_LOOK_SECONDS = 1.0


class Service(StrEnum):
    """Which of the two listeners is served."""

    SOAP = "soap"
    WEB = "web"


def serve_people(directory: Path, beside: int | None) -> None:
    """Answer people until stopped. beside: process of the server for partners, whose end ends it.

    Raises CannotDo where the configuration has no pages for people.
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

    if beside is not None:
        Thread(target=_end_with, args=(beside,), name="beside", daemon=True).start()
    try:
        bootstrap.serve_web(settings, announce, is_alone=beside is None)
    except bootstrap.CannotServe as error:
        raise CannotDo(
            f"The pages for people cannot be served: {error}.",
            "Mend the setting it names, then start again.",
        ) from None


def _end_with(parent: int) -> None:
    """End this process when its parent has died without ending it."""
    while os.getppid() == parent:
        Event().wait(_LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
