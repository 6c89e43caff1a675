"""How do holds and what was removed look on a terminal, and as JSON?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from rich import box
from rich.table import Table

from gateway.cli.console import plain
from gateway.exchange.ports import Hold
from gateway.exchange.prune_journal import Kept, Page

_COLUMNS = ("Hold", "Permit or exchange", "Since (UTC)", "By", "Reason", "Released")


@dataclass(slots=True)
class Tally:
    """What was looked at so far, however much it is."""

    due: int = 0
    kept: Counter[Kept] = field(default_factory=Counter)

    def count(self, page: Page) -> None:
        """One page more."""
        self.due += len(page.due)
        self.kept += page.kept


def view(holds: Sequence[Hold]) -> Table:
    """One row for each."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in _COLUMNS:
        table.add_column(column, overflow="fold")
    for hold in holds:
        gone = hold.release
        released = f"{gone.at:%Y-%m-%d} by {gone.person}: {gone.reason}" if gone else "-"
        row = (hold.id, hold.name, f"{hold.at:%Y-%m-%d %H:%M:%S}", hold.person, hold.reason, released)
        table.add_row(*map(plain, row))
    return table


def as_json(hold: Hold) -> dict[str, object]:
    """The same for a program."""
    gone = hold.release
    return {
        "id": hold.id,
        "name": hold.name,
        "at": hold.at.isoformat(),
        "person": hold.person,
        "reason": hold.reason,
        "release": {"at": gone.at.isoformat(), "person": gone.person, "reason": gone.reason} if gone else None,
    }


def summary(tally: Tally, *, dry_run: bool) -> str:
    """What a person has to know."""
    went = "would be removed" if dry_run else "were removed"
    said = [f"✓ {tally.due} records {went}."]
    said += [f"  {count} old ones stay: {why}" for why, count in sorted(tally.kept.items())]
    return "\n".join(said)


def pruned_json(tally: Tally, *, dry_run: bool) -> dict[str, object]:
    """The same for a program."""
    return {"dry_run": dry_run, "removed": tally.due, "kept": {why.name: count for why, count in tally.kept.items()}}
