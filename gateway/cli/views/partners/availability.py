"""View of the availability of partners: a chart of each operation, shares, planned windows."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from gateway.cli.console import plain
from gateway.cli.views.tables import Records
from gateway.domain.availability.results import Tally
from gateway.domain.availability.windows import PlannedWindow
from gateway.exchange.availability.history import (
    OperationHistory,
    PartnerHistory,
    Reachability,
    SlotResults,
    duration,
)

_SIGNS = ((1.0, "█", "green"), (0.9, "▆", "yellow"), (0.5, "▄", "yellow"), (0.000001, "▂", "red"))
"""Least share, sign and colour."""

_NONE_GOOD, _PLANNED, _NO_DATA = ("x", "bold red"), ("▒", "cyan"), ("·", "dim")
LEGEND = (
    "█ all worked  ▆ 90 % and more  ▄ half and more  ▂ less  x none",
    "▒ planned window  · not asked",
)


def view(history: Sequence[PartnerHistory], now: datetime) -> Group:
    """Each partner with its operations; a sign for each hour or day, oldest first."""
    parts: list[Text | Padding] = []
    for partner in history:
        parts.append(_heading(partner, now))
        for operation in partner.operations:
            parts += [Padding(each, (0, 0, 0, 2), expand=False) for each in _operation(operation)]
        parts += [
            Padding(plain(_window(window)), (0, 0, 0, 2), expand=False)
            for window in partner.windows
            if window.withdrawn_at is None
        ]
    return Group(*parts)


def _heading(partner: PartnerHistory, now: datetime) -> Text:
    said = _said(partner.reach, now)
    sign, style = ("✗", "bold red") if partner.reach.is_failing else ("✓", "bold green")
    if partner.reach.good_at is None and not partner.reach.is_failing:
        sign, style = "·", "dim"
    return Text.assemble((f"{sign} {partner.partner}", style), f"  {said}")


def _said(reach: Reachability, now: datetime) -> str:
    good = f"last good answer {duration(now - reach.good_at)} ago" if reach.good_at else ""
    if reach.failing_since:
        return f"failing since {_minute(reach.failing_since)}; {good or 'no good answer ever'}"
    return good or "never asked"


def _operation(operation: OperationHistory) -> Iterator[Text]:
    total = operation.counted
    share = "no exchange that counts"
    if total.availability is not None:
        share = f"{percent(total.availability)} of {total.exchanges} worked"
        share += f", mean {total.mean_milliseconds:.0f} ms, slowest {total.slowest} ms"
    yield Text.assemble((operation.operation, "bold"), f"  {share}")
    yield Text.assemble(*(_sign(slot) for slot in operation.slots))


def _sign(slot: SlotResults) -> tuple[str, str]:
    share = slot.counted.availability
    if share is None:
        return _PLANNED if slot.planned.exchanges else _NO_DATA
    return next(((sign, style) for least, sign, style in _SIGNS if share >= least), _NONE_GOOD)


def percent(share: float) -> str:
    """A share in percent, rounded down: less than all is never shown as 100."""
    return f"{int(share * 10_000) / 100:.2f} %"


def _window(window: PlannedWindow) -> str:
    return (
        f"planned window {_minute(window.begins_at)} to {_minute(window.ends_at)}:"
        f" {window.reason} ({window.person})"
    )


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def as_json(partner: PartnerHistory, country: str) -> dict[str, object]:
    """The history of a partner for a program. Shares are 0 to 1, durations milliseconds."""
    reach = partner.reach
    return {
        "partner": partner.partner,
        "country": country,
        "failing": reach.is_failing,
        "last_good": _iso(reach.good_at),
        "failing_since": _iso(reach.failing_since),
        "last_failure": _iso(reach.bad_at),
        "operations": [
            {
                "operation": operation.operation,
                "last_good": _iso(operation.last.good_at),
                "last_failure": _iso(operation.last.bad_at),
                **_tally(operation.counted),
                "slots": [
                    {
                        "from": slot.begins_at.isoformat(),
                        **_tally(slot.counted),
                        "planned": _tally(slot.planned),
                    }
                    for slot in operation.slots
                    if slot.counted.exchanges or slot.planned.exchanges
                ],
            }
            for operation in partner.operations
        ],
        "windows": [window_as_json(window) for window in partner.windows],
    }


def _tally(tally: Tally) -> dict[str, object]:
    return {
        "availability": tally.availability,
        "exchanges": tally.exchanges,
        "answered": tally.answered,
        "refused": tally.refused,
        "failed": tally.failed,
        "unreachable": tally.unreachable,
        "mean_ms": tally.mean_milliseconds,
        "slowest_ms": tally.slowest,
    }


def window_table(windows: Sequence[PlannedWindow]) -> Records:
    """Windows, one on a row."""
    table = Records(("Id", "Partner", "From", "Until", "Why", "Entered by"), frozenset({"Id"}))
    for window in windows:
        why = window.reason
        if window.withdrawn_at:
            why += f" (taken back by {window.withdrawn_by}, {_minute(window.withdrawn_at)})"
        table.add_row(
            window.id,
            window.partner,
            _minute(window.begins_at),
            _minute(window.ends_at),
            why,
            window.person,
        )
    return table


def window_as_json(window: PlannedWindow) -> dict[str, object]:
    """A window for a program."""
    return {
        "id": window.id,
        "partner": window.partner,
        "from": window.begins_at.isoformat(),
        "until": window.ends_at.isoformat(),
        "person": window.person,
        "reason": window.reason,
        "entered_at": window.entered_at.isoformat(),
        "withdrawn_at": _iso(window.withdrawn_at),
        "withdrawn_by": window.withdrawn_by,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
