"""View of risk: every indicator with points and evidence; the inspection list as a table."""

from collections.abc import Iterator

from rich.console import RenderableType

from gateway.cli.console import plain
from gateway.cli.views.tables import Records
from gateway.domain.risk.indicators import NAMES
from gateway.domain.risk.score import Risk, Weighed
from gateway.domain.trace.held import Reason
from gateway.domain.trace.words import REASONS
from gateway.exchange.risk.judge import InspectionList

_COLUMNS = ("Country", "Number", "Score", "Indicators")


def lines(risk: Risk) -> Iterator[str]:
    """The risk of a permit for a person."""
    yield f"{risk.held.name}: score {risk.score}, the sum of the indicators that fired"
    for weighed in risk.indicators:
        points = f"{weighed.points:>3} of {weighed.weight:>3}"
        yield f"  {points}  {NAMES[weighed.indicator]}{_said(weighed)}"
        for piece in weighed.judged.evidence:
            yield f"      {piece.text} ({piece.source})"
        if weighed.judged.unjudged:
            yield f"      {weighed.judged.unjudged}"


def _said(weighed: Weighed) -> str:
    if weighed.fired:
        return ""
    return ": not judged, or not wholly" if weighed.judged.unjudged else ": no sign"


def table(found: InspectionList) -> RenderableType:
    """A row for each permit."""
    if not found.risks:
        return plain("No indicator fired on any permit.")
    records = Records(_COLUMNS, frozenset({"Country", "Number"}))
    for risk in found.risks:
        fired = ", ".join(str(NAMES[each.indicator]) for each in risk.fired)
        records.add_row(risk.held.name.country, risk.held.name.number, str(risk.score), fired)
    return records


def remarks(found: InspectionList) -> Iterator[str]:
    """Note on permits that the list leaves out."""
    yield f"{found.judged} permits were judged."
    for name in found.altered:
        yield f"{name}: {REASONS[Reason.ALTERED]}"
    if found.without_copy:
        yield f"{found.without_copy} more were looked up, and no copy of them is at hand."
    if not found.is_whole:
        yield "There are more open permits or look-ups; the newest were judged."
