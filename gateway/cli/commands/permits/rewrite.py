"""`permits rewrite`: published permits by the rules of today, where former rules differ."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CANNOT_DO
from gateway.cli.options import AsJson, Directory, FindingLanguage, Person, Reason, settings_of
from gateway.cli.views.own_permits import rewriting
from gateway.cli.views.rules import finding as findings_view
from gateway.cli.views.words import LanguageTag
from gateway.cli.wording import MARKS
from gateway.domain.codes import Language
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.domain.rules import Finding

if TYPE_CHECKING:
    from gateway.exchange.permits.rewriting.rewrite import RewritePermits


@dataclass(slots=True)
class _Tally:
    """Counts, and what is told at the end. findings: each with the number of its permit.

    permits: as JSON, without the documents themselves, which would not fit into memory.
    """

    looked_at: int = 0
    changed: int = 0
    left: int = 0
    findings: list[tuple[str, Finding]] = field(default_factory=list)
    permits: list[dict[str, object]] = field(default_factory=list)


def rewrite(
    person: Person,
    reason: Reason,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do none of it.")
    ] = False,
    lang: FindingLanguage = LanguageTag.ENGLISH,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Write published permits by the rules of today, where former rules differ.

    Schema versions that were withheld are written; counts that were booked on the wrong side are
    taken back and booked on the other; quotas lose a unit that was only taken from box 11. A sealed
    document changes only where it says something else than today: as a new version, beside the
    former one. A permit that is not what its signed record says is named and left.

    The gateway may be serving meanwhile. Stopped halfway, it goes on where it was when called
    again. Exit status 0 only if no permit was left.
    """
    with bootstrap.open_permits(settings_of(directory)) as permits:
        by = ResponsiblePerson(person, reason)
        tally = _rewrite(permits.rewrite, by, lang.language, dry_run=dry_run)
    for severity, remark in findings_view.grouped(tally.findings, lang.language):
        mark, style = MARKS[severity]
        output().print(f"{mark} {remark}", style=style)
    done = "to be written anew" if dry_run else "written anew"
    output().print(f"✓ Permits {done}: {tally.changed} of {tally.looked_at}.")
    output().write_json(
        {
            "dry_run": dry_run,
            "looked_at": tally.looked_at,
            "changed": tally.changed,
            "left": tally.left,
            "permits": tally.permits,
        }
    )
    if tally.left:
        output().print(f"Permits that are left as they were: {tally.left}. Examine each.")
        raise typer.Exit(CANNOT_DO)


def _rewrite(
    use_case: "RewritePermits", by: ResponsiblePerson, language: Language, *, dry_run: bool
) -> _Tally:
    tally = _Tally(use_case.count())
    with output().progress() as progress:
        task = progress.add_task("Writing anew", total=tally.looked_at)
        results = use_case.rewrite(by, dry_run=dry_run, on_progress=lambda: progress.advance(task))
        for result in results:
            tally.permits.append(rewriting.as_json(result, language))
            if result.plan is None:
                tally.left += 1
                text = f"✗ {rewriting.name_of(result)}: {result.problem}"
                output().print(text, style="red")
                continue
            tally.changed += not result.plan.changes_nothing
            number = result.number.text
            tally.findings += [(number, finding) for finding in result.plan.findings]
            for sentence in rewriting.sentences(result.plan):
                output().print(f"· {rewriting.name_of(result)}: {sentence}.", style="dim")
    return tally
