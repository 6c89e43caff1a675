"""View of legal holds and of prunings, on a terminal and as JSON."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.cli.views.tables import Records
from gateway.exchange.journal.prune import Page, RetentionReason
from gateway.exchange.ports import LegalHold

_COLUMNS = ("Hold", "Permit or exchange", "Since (UTC)", "By", "Reason", "Released")
_IDENTIFIERS = frozenset(("Hold", "Permit or exchange"))


@dataclass(slots=True)
class Tally:
    """Counts of a pruning, of constant size. due: removed, or to be removed.  kept: by reason."""

    due: int = 0
    kept: Counter[RetentionReason] = field(default_factory=Counter)

    def count(self, page: Page) -> None:
        """Add a page."""
        self.due += len(page.due)
        self.kept += page.retained


def view(holds: Sequence[LegalHold]) -> Records:
    """A row for each hold."""
    table = Records(_COLUMNS, _IDENTIFIERS)
    for hold in holds:
        release = hold.release
        released = (
            f"{release.at:%Y-%m-%d} by {release.person}: {release.reason}" if release else "-"
        )
        row = (
            hold.id,
            hold.name,
            f"{hold.at:%Y-%m-%d %H:%M:%S}",
            hold.person,
            hold.reason,
            released,
        )
        table.add_row(*row)
    return table


def as_json(hold: LegalHold) -> dict[str, object]:
    """The same for a program."""
    release = hold.release
    return {
        "id": hold.id,
        "name": hold.name,
        "at": hold.at.isoformat(),
        "person": hold.person,
        "reason": hold.reason,
        "release": {
            "at": release.at.isoformat(),
            "person": release.person,
            "reason": release.reason,
        }
        if release
        else None,
    }


def summary(tally: Tally, *, dry_run: bool) -> list[str]:
    """Lines of the summary of a pruning, for a person."""
    removed = "would be removed" if dry_run else "were removed"
    lines = [f"✓ {tally.due} records {removed}."]
    lines += [f"  {count} old ones stay: {why}" for why, count in sorted(tally.kept.items())]
    return lines


def pruned_json(tally: Tally, *, dry_run: bool) -> dict[str, object]:
    """The same for a program."""
    return {
        "dry_run": dry_run,
        "removed": tally.due,
        "kept": {why.name: count for why, count in tally.kept.items()},
    }
