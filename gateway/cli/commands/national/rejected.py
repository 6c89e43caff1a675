"""`national rejected`: refused records of a synchronised source, until they are mended there."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.national.description import Source
from gateway.cli.options import AsJson, Directory, settings_of
from gateway.cli.views.national import synchronised as view

if TYPE_CHECKING:
    from gateway.exchange.ports.national.sync import RecordKey, SyncedRecord, SyncStates

_PAGE = 500


def rejected(
    source: Source,
    most: Annotated[int, typer.Option(min=1, help="Records that are shown at most.")] = 100,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """List the refused records of a synchronised source, with reasons, until mended.

    One is gone from the list as soon as it is mended in the source and synchronised.
    """
    with bootstrap.open_national(settings_of(directory)) as national:
        waiting = next(
            (count for state, count in national.states.all() if state.source == source), 0
        )
        shown = list(_records(national.states, source, most))
    for record in shown:
        for line in view.problems(record):
            output().print_error(line)
    if not shown:
        output().print(f"No record of {source} is refused.")
    elif waiting > len(shown):
        output().print(f"{len(shown):,} of {waiting:,} refused records; --most shows more.")
    output().write_json([view.record_as_json(record) for record in shown])


def _records(states: "SyncStates", source: str, most: int) -> "Iterator[SyncedRecord]":
    after: RecordKey | None = None
    while most > 0 and (page := states.refused(source, after, min(most, _PAGE))):
        yield from page
        after, most = page[-1].key, most - len(page)
