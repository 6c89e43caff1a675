"""`journal`: what was exchanged, and does the journal still say what was sealed?"""

from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Annotated

import typer

from gateway import bootstrap
from gateway.bootstrap import Gateway
from gateway.cli import journal_view
from gateway.cli.console import voice
from gateway.cli.exits import CANNOT_DO, CannotDo
from gateway.cli.journal_check import check_journal
from gateway.cli.options import AsJson, Directory, settings_of
from gateway.exchange.ports import Wanted

commands = typer.Typer(help="The record of every exchange: search it, show it, verify its seals.", no_args_is_help=True)

_MOMENT_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]


@commands.command("search")
def search(
    permit: Annotated[str | None, typer.Option("--permit", metavar="NUMBER", help="Of this permit.")] = None,
    caller: Annotated[str | None, typer.Option("--caller", metavar="KEY", help="By this partner.")] = None,
    operation: Annotated[str | None, typer.Option("--operation", metavar="NAME", help="Of this operation.")] = None,
    outcome: Annotated[str | None, typer.Option("--outcome", metavar="WORD", help="`ok`, or code of an error.")] = None,
    since: Annotated[datetime | None, typer.Option("--from", formats=_MOMENT_FORMATS, help="UTC.")] = None,
    until: Annotated[datetime | None, typer.Option("--to", formats=_MOMENT_FORMATS, help="UTC, not in.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many at most.")] = 50,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """List exchanges, newest first."""
    wanted = Wanted(permit, caller, operation, outcome, _utc(since), _utc(until))
    with bootstrap.build(settings_of(directory)) as gateway:
        found = gateway.store.journal.search(wanted, limit)
    if found:
        voice().show(journal_view.view(found))
    else:
        voice().say("No exchange fits.")
    voice().tell([journal_view.as_json(exchange) for exchange in found])


@commands.command("show")
def show(
    identity: Annotated[str, typer.Argument(metavar="ID", help="Of the exchange: the incident number of a fault.")],
    raw: Annotated[
        Path | None,
        typer.Option("--raw", metavar="DIR", help="Write request.bin and answer.bin there, tokens and all."),
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Show one exchange with both messages; tokens are covered."""
    identity = identity.strip().lower()
    with bootstrap.build(settings_of(directory)) as gateway:
        exchange = gateway.store.journal.find(identity)
        removal = None if exchange else gateway.journal.prunings.sentence(identity)
    if removal:
        raise CannotDo(f"This exchange {removal}.", "What is left of it is its leaf, under seal.")
    if exchange is None:
        raise CannotDo("No exchange of this id is in the journal.", "Compare it with the incident number of the fault.")
    if raw:
        for name, content in (("request.bin", exchange.request), ("answer.bin", exchange.answer)):
            _write_new(raw / name, content)
        voice().say(f"Written to {raw}: request.bin and answer.bin, byte for byte. They may hold a token.")
    else:
        voice().show(journal_view.whole(exchange))
    voice().tell(journal_view.as_json(exchange, messages=raw is None))


@commands.command("export")
def export(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The ZIP file to make.")],
    identity: Annotated[str | None, typer.Argument(metavar="[ID]", help="One exchange, with its messages.")] = None,
    since: Annotated[datetime | None, typer.Option("--from", formats=_MOMENT_FORMATS, help="UTC.")] = None,
    until: Annotated[datetime | None, typer.Option("--to", formats=_MOMENT_FORMATS, help="UTC, not in; now.")] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Make evidence that anybody can verify without this gateway: of one exchange, or all records of a period."""
    if (identity is None) == (since is None) or (identity and until):
        raise CannotDo("Name one exchange, or a period with --from and --to; a period without --to is one up to now.")
    try:
        file = out.open("xb")
    except FileExistsError:
        raise CannotDo(f"{out} exists already.", "Name another file.") from None
    try:
        with file, bootstrap.build(settings_of(directory)) as gateway:
            out.chmod(0o600)
            if identity is not None:
                gateway.journal.evidence.of_record(identity.strip().lower(), file)
            elif since:
                _export_period(gateway, since.replace(tzinfo=UTC), _utc(until), file)
    except BaseException:
        out.unlink()
        raise
    voice().say(f"✓ {out}: verify.py in it verifies it, README.txt in it says how. Messages in it may hold a token.")
    voice().tell({"file": str(out)})


def _export_period(gateway: Gateway, since: datetime, until: datetime | None, file: IO[bytes]) -> None:
    """until: None for now. What is not sealed up to there is sealed first, silence included."""
    now = gateway.clock()
    if until is None or until <= now:
        gateway.journal.sealing.seal_up_to(until or now)
    gateway.journal.evidence.of_period(since, until or now, file)


@commands.command("verify")
def verify(
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Compute every record, batch, head and signature again. Exit status 0 only if everything is as it was sealed."""
    with bootstrap.build(settings_of(directory)) as gateway:
        tally, flaws = check_journal(gateway)
    voice().tell(journal_view.verified_json(tally, flaws))
    if flaws:
        raise typer.Exit(CANNOT_DO)


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None


def _write_new(path: Path, content: bytes) -> None:
    try:
        with path.open("xb") as file:
            path.chmod(0o600)
            file.write(content)
    except FileExistsError:
        raise CannotDo(f"{path} exists already.", "Name a directory of its own.") from None
