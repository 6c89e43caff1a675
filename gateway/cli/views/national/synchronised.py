"""View of synchronisation: counts of a run, and refused records with their reasons."""

from collections.abc import Iterator
from dataclasses import asdict

from rich import box
from rich.table import Table

from gateway.cli.console import plain
from gateway.domain.foreign_text import one_line
from gateway.exchange.ports.national.sync import KeptProblem, SyncedRecord, SyncState


def counts(state: SyncState) -> Table:
    """Counts of the last run as a table."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Source", overflow="fold")
    found = state.counts
    columns = {
        "Read": found.read,
        "New": found.published,
        "Changed": found.changed,
        "Same": found.same,
        "National": found.national,
        "Refused": found.refused,
    }
    for column in columns:
        table.add_column(column, justify="right")
    table.add_row(plain(state.source), *(f"{count:,}" for count in columns.values()))
    return table


def sentence(state: SyncState) -> str:
    """Counts of the last run in a line."""
    found = state.counts
    return (
        f"{state.progress_at:%Y-%m-%d %H:%M:%S} UTC {state.source}: {found.read:,} read,"
        f" {found.published:,} new, {found.changed:,} changed, {found.same:,} same,"
        f" {found.national:,} national, {found.refused:,} refused"
    )


def as_json(state: SyncState) -> dict[str, object]:
    """The last run for a program."""
    return {
        "source": state.source,
        **asdict(state.counts),
        "began_at": state.began_at.isoformat(),
        "ended_at": state.ended_at.isoformat() if state.ended_at else None,
    }


def problems(record: SyncedRecord) -> Iterator[str]:
    """A sentence for each problem of a refused record."""
    authority, number = record.key
    name = " ".join(one_line(part) for part in (authority, number) if part)
    since = f"{record.refused_at:%Y-%m-%d %H:%M} UTC" if record.refused_at else "?"
    for problem in record.problems:
        yield f"{name}, refused since {since}, {_place(problem)}{one_line(problem.text)}"


def record_as_json(record: SyncedRecord) -> dict[str, object]:
    """A refused record for a program."""
    return {
        "number": record.key[1],
        "authority": record.key[0] or None,
        "refused_at": record.refused_at.isoformat() if record.refused_at else None,
        "problems": [asdict(problem) for problem in record.problems],
    }


def _place(problem: KeptProblem) -> str:
    """Row of the permit, column, value and box, as far as they are known."""
    said = [f"row {problem.row}"] if problem.row else []
    said += [f"column {one_line(problem.column)}"] if problem.column else []
    said += [f'value "{one_line(problem.value)}"'] if problem.value else []
    said += [f"box {problem.box}"] if problem.box else []
    return f"{', '.join(said)}: " if said else ""
