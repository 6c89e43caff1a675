"""Reconciliation of permits with their records for a person: progress, differences, summary."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.cli.console import output
from gateway.cli.exits import UNADOPTED, exit_of
from gateway.domain.errors import PermitAltered
from gateway.exchange.integrity.reconcile import Finding, ReconcilePermits


@dataclass(slots=True)
class Reconciled:
    """Result. looked_at: permits and records.  unadopted: names of permits without a record."""

    looked_at: int = 0
    altered: list[Finding] = field(default_factory=list)
    unadopted: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        """Exit status: 0, 54 for any difference, 55 where permits only wait for adoption."""
        if self.altered:
            return exit_of(PermitAltered("")).status
        return UNADOPTED if self.unadopted else 0

    def as_json(self) -> dict[str, object]:
        """The same for a program."""
        return {
            "reconciled": self.status == 0,
            "permits_and_records": self.looked_at,
            "differences": [
                {"permit": finding.name, "texts": list(finding.differences)}
                for finding in self.altered
            ],
            "unadopted": self.unadopted,
        }


def check_permits(reconcile: ReconcilePermits) -> Reconciled:
    """Compare every permit with its record, print each difference, and return them all.

    Raises ServiceUnavailable.
    """
    found = Reconciled()
    with output().progress() as progress:
        task = progress.add_task("reconciling", total=None)
        for page in reconcile.pages():
            found.looked_at += page.looked_at
            found.altered += [each for each in page.findings if not each.unadopted]
            found.unadopted += [each.name for each in page.findings if each.unadopted]
            progress.advance(task, page.looked_at)
    for finding in found.altered:
        for difference in finding.differences:
            output().print(f"✗ Permit {finding.name}: {difference}", style="red")
    output().print_lines(_summary(found))
    return found


def _summary(found: Reconciled) -> Sequence[str]:
    lines = [
        f"✗ Permits that are not what was recorded of them: {len(found.altered)}."
        if found.altered
        else "✓ Every recorded permit is what was recorded of it."
    ]
    if found.unadopted:
        lines.append(
            f"! NOT ADOPTED: {len(found.unadopted)} permits, such as {found.unadopted[0]}, were"
            " published before records of permits were kept, or while there was no key: nothing"
            " here tells whether they were altered. Compare them with the national system, then"
            " call `epix-gateway journal adopt`."
        )
    return lines
