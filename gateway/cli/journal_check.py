"""Verification of the journal for a person: progress bar, remarks, flaws and summary."""

from collections.abc import Iterable

from gateway.cli.console import output
from gateway.cli.views import journal as journal_view
from gateway.exchange.journal.noted_head import NotedHead
from gateway.exchange.journal.verify import Flaw, VerifyJournal


def check_journal(
    verify: VerifyJournal, noted: NotedHead | None = None, besides: Iterable[Flaw] = ()
) -> tuple[journal_view.Tally, list[Flaw]]:
    """Verify every batch and print the result; returns counts and flaws.

    noted: head that has to be in the chain; without one a warning says what was not checked.
    besides: further flaws, which are looked for after the batches.

    Raises ServiceUnavailable.
    """
    tally = journal_view.Tally(noted=noted)
    flaws: list[Flaw] = []
    with output().progress() as progress:
        task = progress.add_task("verifying", total=verify.count())
        for found in verify.batches(noted):
            if isinstance(found, Flaw):
                flaws.append(found)
                continue
            tally.count(found)
            flaws.extend(found.flaws)
            progress.advance(task)
    flaws.extend(besides)
    for remark in tally.remarks:
        output().print(f"! {remark}", style="yellow")
    for flaw in flaws:
        output().print(f"✗ {flaw.text}", style="red")
    output().print_lines(journal_view.summary(tally, flaws))
    if noted is None:
        output().print(journal_view.ROLL_BACK_NOT_CHECKED, style="yellow")
    return tally, flaws
