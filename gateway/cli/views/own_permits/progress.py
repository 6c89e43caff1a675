"""Progress bar of work on records: how many of how many, and the time that remains."""

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from gateway.cli.console import output


def records_progress() -> Progress:
    """A progress bar, on a terminal only."""
    return output().progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
