"""`journal hold`, `release`, `holds`, `prune`: legal holds, and the end of retention."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import (
    AsJson,
    Directory,
    Person,
    PersonUnlessDryRun,
    Reason,
    ReasonUnlessDryRun,
    settings_of,
)
from gateway.cli.views import retention as retention_view
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.journal.prune import PruneJournal


def hold(
    person: Person,
    reason: Reason,
    identities: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Single exchanges.")
    ] = None,
    permits: Annotated[
        list[str] | None,
        typer.Option("--permit", metavar="NUMBER", help="Whatever names it, now or later."),
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Keep exchanges however old they become, until `release`."""
    with bootstrap.open_journal(settings_of(directory)) as journal:
        holds, records = journal.hold.hold(
            permits or (),
            [journal.read.whole(identity) for identity in identities or ()],
            ResponsiblePerson(person, reason),
        )
    for each in holds:
        output().print(f"✓ {each.name} is held: {each.id}")
    output().print(f"  {records} records are kept by it now.")
    output().write_json(
        {"holds": [retention_view.as_json(each) for each in holds], "records": records}
    )


def release(
    identity: Annotated[str, typer.Argument(metavar="HOLD", help="Its id, as `holds` shows it.")],
    person: Person,
    reason: Reason,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Hold something no longer. Both stay in the history."""
    with bootstrap.open_journal(settings_of(directory)) as journal:
        journal.hold.release(identity, ResponsiblePerson(person, reason))
    output().print("✓ It is released: what has had its time may go from now on.")
    output().write_json({"released": identity})


def holds(
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """List what is held, and what was; newest first."""
    with bootstrap.open_journal(settings_of(directory)) as journal:
        found = journal.hold.all()
    if found:
        output().render(retention_view.view(found))
    else:
        output().print("Nothing was ever held.")
    output().write_json([retention_view.as_json(each) for each in found])


def prune(
    person: PersonUnlessDryRun = None,
    reason: ReasonUnlessDryRun = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Remove nothing; say what would go.")
    ] = False,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Remove what has had its time. Seals stay, and a signed record says what went."""
    if not dry_run and (person is None or reason is None):
        raise CannotDo(
            "What is removed is gone: give --person and --reason, or --dry-run to see what"
            " would go."
        )
    tally = retention_view.Tally()
    by = None if dry_run else ResponsiblePerson(person or "", reason or "")
    with (
        bootstrap.open_journal(settings_of(directory)) as journal,
        journal.exclusive_prune.acquire() as pruning,
    ):
        if pruning is None:
            raise CannotDo("The running gateway, or somebody else, is pruning at this moment.")
        _prune(pruning, by, tally)
        if tally.due and by:
            # The records of this pruning come under a seal at once.
            journal.seal.seal_up_to(journal.clock())
    output().print_lines(retention_view.summary(tally, dry_run=dry_run))
    output().write_json(retention_view.pruned_json(tally, dry_run=dry_run))


def _prune(
    pruning: PruneJournal, by: ResponsiblePerson | None, tally: retention_view.Tally
) -> None:
    with output().progress() as progress:
        task = progress.add_task("pruning", total=pruning.count())
        for page in pruning.remove(by) if by else pruning.due():
            tally.count(page)
            progress.advance(task, page.records)
