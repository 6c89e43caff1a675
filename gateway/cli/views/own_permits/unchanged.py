"""Unchanged permits of a run: how many were not judged again, and the command that judges them."""

from gateway.cli.console import output


def print_unchanged(count: int, command: str) -> None:
    """Print a line for a person; none where the count is 0. command: judges and stores nothing."""
    if count:
        are = "1 permit is" if count == 1 else f"{count:,} permits are"
        output().print(
            f"{are} unchanged and not judged again: `epix-gateway {command}` shows the findings.",
            style="dim",
        )
