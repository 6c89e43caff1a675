"""Run over a source: the outcome of each permit, counted, with a progress bar."""

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gateway.cli.views.own_permits.losses import Noted
from gateway.cli.views.own_permits.progress import records_progress
from gateway.domain.rules.finding import Finding
from gateway.exchange.permits.publication.source import Outcome, outcomes
from gateway.exchange.permits.publish import Change, Published
from gateway.exchange.ports import (
    LocatedProblem,
    MappedRecord,
    NationalSourceRecords,
)

if TYPE_CHECKING:
    from gateway.bootstrap import PermitsPart


@dataclass(slots=True)
class SourceTally:
    """Result for a source.

    refused: each problem with the number of its permit.  refused_permits: how many permits.
    findings, losses: of permits that are taken.  national: permits of national species.
    """

    changes: Counter[str] = field(default_factory=Counter)
    changed: list[str] = field(default_factory=list)
    refused: list[tuple[str, LocatedProblem]] = field(default_factory=list)
    refused_permits: int = 0
    findings: list[tuple[str, Finding]] = field(default_factory=list)
    losses: list[tuple[str, Noted]] = field(default_factory=list)
    national: list[MappedRecord] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count an outcome."""
        number = outcome.record.number
        if outcome.refused is not None:
            self.refused_permits += 1
            self.refused += [(number, each) for each in outcome.record.located(outcome.refused)]
        elif outcome.published is None:
            self.national.append(outcome.record)
        else:
            self._add_published(number, outcome.published)

    def _add_published(self, number: str, published: Published) -> None:
        self.changes[published.change] += 1
        if published.change is not Change.UNCHANGED:
            self.changed.append(number)
        self.findings += [(number, finding) for finding in published.findings]
        self.losses += [(number, noted) for noted in published.losses]

    def counts(self) -> dict[str, int]:
        """How many permits are new, changed, unchanged, national, refused."""
        changes = {change.value: self.changes[change] for change in Change}
        return changes | {"national": len(self.national), "refused": self.refused_permits}


def run(
    name: str, source: NationalSourceRecords, permits: "PermitsPart", *, rehearse: bool = False
) -> SourceTally:
    """Publish the permits of a source, or rehearse it, and count.

    Raises RecordInvalid for a source that cannot be read to its end: nothing is published then.
    """
    tally = SourceTally()
    count = source.count()
    with records_progress() as progress, permits.publishing(count) as publishing:
        task = progress.add_task(name, total=count)
        publish_all = publishing.rehearse_all if rehearse else publishing.publish_all
        for outcome in outcomes(source.records(), publish_all):
            tally.add(outcome)
            progress.advance(task)
    return tally
