"""Does the journal hold? Verified with a bar for whoever waits, and told to a person."""

from gateway.bootstrap import Gateway
from gateway.cli import journal_view
from gateway.cli.console import voice
from gateway.exchange.verify_journal import Flaw


def check_journal(gateway: Gateway) -> tuple[journal_view.Tally, list[Flaw]]:
    """What was counted, and what does not fit. Raises ServiceUnavailable."""
    tally = journal_view.Tally()
    flaws: list[Flaw] = []
    with voice().progress() as progress:
        last = gateway.store.sealed_journal.last()
        task = progress.add_task("verifying", total=last.batch if last else 0)
        for found in gateway.journal.verifying.batches():
            if isinstance(found, Flaw):
                flaws.append(found)
                continue
            tally.count(found)
            flaws.extend(found.flaws)
            progress.advance(task)
    for remark in tally.remarks:
        voice().say(f"! {remark}", style="yellow")
    for flaw in flaws:
        voice().say(f"✗ {flaw.text}", style="red")
    voice().say(journal_view.summary(tally, flaws))
    return tally, flaws
