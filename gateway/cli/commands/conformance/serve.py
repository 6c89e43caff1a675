"""`conformance serve`: a sandbox waits for a partner's client, and ticks the list of what it does.

The sandbox is a gateway in a process of its own. Its journal says what the client did.
"""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from gateway import bootstrap
from gateway.cli.commands.conformance.report_files import (
    OutFolder,
    OwnDirectory,
    finish,
    new_folder,
    own_settings,
)
from gateway.cli.commands.service.serve import PublicAddress, WithTls
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson, listen_address
from gateway.cli.sandbox.directory import make_sandbox, sandbox_folder
from gateway.cli.sandbox.options import sandbox_options
from gateway.cli.views.checking import client_list as list_view
from gateway.exchange.ports import Direction, Exchange, JournalFilter
from gateway.settings import Settings

if TYPE_CHECKING:
    from gateway.bootstrap import ClientList, JournalPart

_POLL_SECONDS = 0.5
_MOST_AT_ONCE = 1_000
"""Exchanges that are read in one look; a client that sends more is far from a conformance test."""


def serve(
    bind: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Listen here instead.")
    ] = None,
    with_tls: WithTls = False,
    public_address: PublicAddress = None,
    minutes: Annotated[
        float, typer.Option(min=0.01, max=1440, metavar="NUMBER", help="Longest wait.")
    ] = 60.0,
    out: OutFolder = None,
    directory: OwnDirectory = None,
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Wait for a partner's client to do what stands in the list; write a report of it.

    It ends when the whole list is done, after the minutes, or with Ctrl-C. Exit status 0 only where
    all was done that must be.
    """
    settings = own_settings(directory)
    signer = bootstrap.report_signer(settings)
    listen = listen_address("--bind", bind) if bind is not None else None
    options = sandbox_options(listen, public_address, None, tls=with_tls)
    signal.signal(signal.SIGTERM, _interrupt)
    folder = new_folder(out)
    todo, began = bootstrap.sandbox_client_list(), bootstrap.now()
    with sandbox_folder() as place:
        sandbox = make_sandbox(place, options)
        with _serving(sandbox), bootstrap.open_journal(sandbox) as journal:
            output().print_lines(list_view.beginning(options.public_address))
            _watch(journal, todo, minutes)
    report = signer.report("client", [options.public_address], "MZ", began, todo.results())
    finish(signer, report, folder)


@contextmanager
def _serving(sandbox: Settings) -> Iterator[None]:
    command = [sys.executable, "-m", "gateway", "serve", "--quiet", "--dir", str(sandbox.directory)]
    try:
        with bootstrap.running(command, {"EPIX_OPERATIONS__LOG_LEVEL": "warning"}):
            yield
    except bootstrap.CannotServe as error:
        raise CannotDo(f"The sandbox did not start: {error}.") from None


def _watch(journal: "JournalPart", todo: "ClientList", minutes: float) -> None:
    """Tick the list by the journal, until it is done, the time is over, or Ctrl-C."""
    ends_at, seen = time.monotonic() + minutes * 60, set[str]()
    try:
        while not todo.is_complete and time.monotonic() < ends_at:
            for exchange in _new(journal, seen):
                seen.add(exchange.id)
                output().print_lines(list_view.line(exchange, todo.take(exchange)))
            time.sleep(_POLL_SECONDS)
    except KeyboardInterrupt:
        output().print("Ended by Ctrl-C.")


def _new(journal: "JournalPart", seen: set[str]) -> list[Exchange]:
    """Exchanges with the client that were not seen yet, oldest first."""
    found = journal.read.search(JournalFilter(), _MOST_AT_ONCE)
    return [
        each for each in reversed(found) if each.direction is Direction.IN and each.id not in seen
    ]


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
