"""`journal hold`, `release`, `holds`, `prune`: what leaves the journal when its time is over, and what must not?"""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.bootstrap import Gateway
from gateway.cli import retention_view
from gateway.cli.console import voice
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson, Directory, settings_of
from gateway.domain.answerable import Answerable

Person = Annotated[str, typer.Option("--person", metavar="NAME", help="Who answers for it.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it stays in the history.")]


def hold(
    person: Person,
    reason: Reason,
    identities: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Single exchanges.")] = None,
    permits: Annotated[
        list[str] | None, typer.Option("--permit", metavar="NUMBER", help="Whatever names it, now or later.")
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Keep exchanges however old they become, until `release`."""
    with bootstrap.build(settings_of(directory)) as gateway:
        holds, records = gateway.journal.holding.hold(permits or (), identities or (), Answerable(person, reason))
    for each in holds:
        voice().say(f"✓ {each.name} is held: {each.id}")
    voice().say(f"  {records} records are kept by it now.")
    voice().tell({"holds": [retention_view.as_json(each) for each in holds], "records": records})


def release(
    identity: Annotated[str, typer.Argument(metavar="HOLD", help="Its id, as `holds` shows it.")],
    person: Person,
    reason: Reason,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Hold something no longer. Both stay in the history."""
    with bootstrap.build(settings_of(directory)) as gateway:
        gateway.journal.holding.release(identity, Answerable(person, reason))
    voice().say("✓ It is released: what has had its time may go from now on.")
    voice().tell({"released": identity})


def holds(
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """List what is held, and what was; newest first."""
    with bootstrap.build(settings_of(directory)) as gateway:
        found = gateway.store.holds.all()
    if found:
        voice().show(retention_view.view(found))
    else:
        voice().say("Nothing was ever held.")
    voice().tell([retention_view.as_json(each) for each in found])


def prune(
    person: Annotated[str | None, typer.Option("--person", metavar="NAME", help="Who answers for it.")] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why; the journal keeps it.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Remove nothing; say what would go.")] = False,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Remove what has had its time. Seals stay, and a signed record says what went."""
    if not dry_run and (person is None or reason is None):
        raise CannotDo("What is removed is gone: give --person and --reason, or --dry-run to see what would go.")
    tally = retention_view.Tally()
    with bootstrap.build(settings_of(directory)) as gateway, gateway.store.turns.take(bootstrap.PRUNING) as mine:
        if not mine:
            raise CannotDo("The running gateway, or somebody else, is pruning at this moment.")
        _prune(gateway, None if dry_run else Answerable(person or "", reason or ""), tally)
    voice().say(retention_view.summary(tally, dry_run=dry_run))
    voice().tell(retention_view.pruned_json(tally, dry_run=dry_run))


def _prune(gateway: Gateway, by: Answerable | None, tally: retention_view.Tally) -> None:
    pruning = gateway.journal.pruning
    with voice().progress() as progress:
        task = progress.add_task("pruning", total=pruning.count())
        for page in pruning.remove(by) if by else pruning.due():
            tally.count(page)
            progress.advance(task, page.records)
    if tally.due and by:
        gateway.journal.sealing.seal_up_to(gateway.clock())
