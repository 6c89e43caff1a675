"""Results of a replay: same or different, and each difference with its box."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import ConsoleRenderable, Group
from rich.text import Text

from gateway.cli.console import labelled, plain

if TYPE_CHECKING:
    from gateway.bootstrap import Difference, ReplayResult

_MISSING = "(not there)"


def view(result: "ReplayResult") -> Group:
    """A line for the exchange, then three lines for each difference."""
    mark, style = ("✓", "green") if result.is_same else ("✗", "red")
    words = "the same" if result.is_same else "different"
    line = Text(f"{mark} ", style=style) + plain(
        f"{result.recording.name}: {words}, in {result.took_seconds:.2f} s{_outcome(result)}"
    )
    return Group(line, *_differences(result.differences))


def as_json(result: "ReplayResult") -> dict[str, object]:
    """A result for a program."""
    return {
        "name": result.recording.name,
        "same": result.is_same,
        "recorded_outcome": result.recording.outcome,
        "outcome": result.outcome,
        "took_seconds": round(result.took_seconds, 3),
        "differences": [
            {
                "path": each.path,
                "box": each.box,
                "line": each.position,
                "recorded": each.recorded,
                "received": each.received,
            }
            for each in result.differences
        ],
    }


def _outcome(result: "ReplayResult") -> str:
    if result.outcome is None:
        return ""
    if result.outcome == result.recording.outcome:
        return f" ({result.outcome})"
    return f" (recorded {result.recording.outcome}, now {result.outcome})"


def _differences(found: Sequence["Difference"]) -> Iterator[ConsoleRenderable]:
    for each in found:
        box = f"box {each.box}" if each.box else "no box"
        line = f", line {each.position}" if each.position else ""
        yield Text("  ") + plain(f"{box}{line}: {each.path or 'the whole answer'}")
        for label, value in (("recorded", each.recorded), ("received", each.received)):
            yield labelled(f"    {label}", _MISSING if value is None else value)
