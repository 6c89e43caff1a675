"""View of the check of the way to a partner: a table of steps, and who must act."""

from collections.abc import Iterable

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from gateway.cli.console import plain
from gateway.cli.views.partners.comparison import certificate_as_json, certificates
from gateway.exchange.service.partner_check import Actor, Step, StepResult

_MARKS = {
    StepResult.OK: ("✓", "green"),
    StepResult.WARNING: ("!", "yellow"),
    StepResult.FAILED: ("✗", "bold red"),
    StepResult.NOT_TRIED: ("–", "dim"),
}
_ACTORS = {Actor.WE: "we", Actor.PARTNER: "the partner", Actor.BOTH: "both sides"}


def table(steps: Iterable[Step]) -> Table:
    """The steps in their order."""
    found = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    found.add_column("")
    found.add_column("Step", no_wrap=True)
    found.add_column("Found", overflow="fold")
    found.add_column("Who must act", no_wrap=True)
    for step in steps:
        mark, style = _MARKS[step.result]
        text = step.text or ("not tried" if step.result is StepResult.NOT_TRIED else "")
        actor = _ACTORS[step.acts] if step.acts and step.result is not StepResult.OK else ""
        found.add_row(Text(mark, style=style), plain(step.name), plain(text), actor)
    return found


def certificates_seen(steps: Iterable[Step]) -> Group:
    """The certificates of the steps with their fingerprints, which no table has room for."""
    return certificates([(step.name, step.certificate) for step in steps if step.certificate])


def as_json(step: Step) -> dict[str, object]:
    """A step for a program."""
    return {
        "step": step.name,
        "result": step.result.value,
        "text": step.text,
        "acts": step.acts.value if step.acts else None,
        "certificate": step.certificate and certificate_as_json(step.name, step.certificate),
    }


def verdict(steps: Iterable[Step]) -> str:
    """The sentence on the first step that failed; on none, that the way is open."""
    failed = next((step for step in steps if step.result is StepResult.FAILED), None)
    if failed is None:
        return "The way to the partner is open."
    actor = f" {_ACTORS[failed.acts].capitalize()} must act." if failed.acts else ""
    return f"It fails at the step {failed.name}: {failed.text}{actor}"
