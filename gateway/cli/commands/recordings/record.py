"""`record`: exchanges out of the journal, or a HAR file, as plain files without secrets."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.commands.journal.exchanges import found_exchange
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.new_file import write_new
from gateway.cli.options import AsJson, Directory, moment, settings_of
from gateway.cli.views.recordings import time_line
from gateway.exchange.ports import Exchange, JournalFilter

_MOST_SEARCHED = 10_000


def record(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="New folder to write into.")],
    exchange: Annotated[
        list[str] | None,
        typer.Option("--exchange", metavar="ID", help="This exchange; may be repeated."),
    ] = None,
    partner: Annotated[
        str | None,
        typer.Option("--partner", metavar="KEY", help="Exchanges with this partner, both ways."),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option("--since", "--from", parser=moment, metavar="DAY[TIME]", help="UTC."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option("--until", "--to", parser=moment, metavar="DAY[TIME]", help="UTC, not in."),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=1_000, help="How many at most, newest first.")
    ] = 100,
    from_har: Annotated[
        Path | None, typer.Option("--from-har", metavar="FILE", help="HAR file, not the journal.")
    ] = None,
    har: Annotated[
        Path | None, typer.Option("--har", metavar="FILE", help="Write a HAR file, too.")
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Write exchanges as plain files without secrets."""
    if sum(map(bool, (exchange, partner, from_har))) != 1:
        raise CannotDo("Name exchanges with --exchange, or --partner, or --from-har: one of them.")
    left_out: list[str] = []
    if from_har is not None:
        raw = bootstrap.har_exchanges(from_har)
    else:
        found = _of_journal(directory, exchange or (), partner, since, until, limit)
        raw, left_out = bootstrap.recordable(found)
    if not raw:
        raise CannotDo(" ".join(["No exchange can be recorded.", *left_out[:3]]))
    written = bootstrap.write_recordings(raw, out)
    if har is not None:
        write_new(har, bootstrap.write_har(written), advice="Name another file.")
    _show(out, written.recordings, left_out)


def _of_journal(
    directory: Path,
    identities: Sequence[str],
    partner: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
) -> list[Exchange]:
    with bootstrap.open_journal(settings_of(directory)) as journal:
        if partner is not None:
            if partner not in journal.partners:
                raise CannotDo(
                    f"No partner is registered here as {partner}.",
                    "`epix-gateway partners list` shows their keys.",
                )
            found = journal.read.search(JournalFilter(since=since, until=until), _MOST_SEARCHED)
            if len(found) == _MOST_SEARCHED:
                output().print_advice(
                    f"Only the newest {_MOST_SEARCHED} exchanges were looked through: narrow it"
                    " with --since and --until."
                )
            fitting = [each for each in found if partner in (each.caller, each.callee)]
            identities = [each.id for each in fitting[:limit]]
        return [found_exchange(journal, identity) for identity in identities]


def _show(
    folder: Path, recordings: Sequence["bootstrap.Recording"], left_out: Sequence[str]
) -> None:
    output().render(time_line.view(recordings))
    output().print(
        f"✓ {folder}: {len(recordings)} exchanges. Every value was searched for in the files and"
        " is in none of them."
    )
    for sentence in left_out:
        output().print_advice(sentence)
    for note in dict.fromkeys(note for each in recordings for note in each.notes):
        output().print_advice(note)
    output().write_json(
        {
            "folder": str(folder),
            "recordings": [time_line.as_json(each) for each in recordings],
            "left_out": list(left_out),
        }
    )
