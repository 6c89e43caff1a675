"""Charts as shapes: places and sizes of bars, lines and labels, which a template writes as SVG.

Server-rendered, so that a chart needs no script and stands in the page as it is printed. A table
beside each chart has the same figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

WIDTH, HEIGHT = 480, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 26, 10, 26
_PLOT_WIDTH, _PLOT_HEIGHT = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
_TICKS = 4
_LABELS = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle. kind: class of its colour."""

    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points, as SVG writes them, and its points. kind: class of its colour."""

    paths: Sequence[str]
    dots: Sequence[tuple[float, float]]
    kind: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart. ticks: (y, text) of the values; labels: (x, text) below the plot."""

    bars: Sequence[Bar]
    lines: Sequence[Line]
    ticks: Sequence[tuple[float, str]]
    labels: Sequence[tuple[float, str]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    label_y: int = HEIGHT - 6


def stacked(labels: Sequence[str], series: Sequence[tuple[str, Sequence[float]]]) -> Chart:
    """A bar for each label, stacked of the series: (kind, values), the lowest first."""
    totals = [sum(values[place] for _, values in series) for place in range(len(labels))]
    top = highest(max(totals, default=0))
    step = _PLOT_WIDTH / max(1, len(labels))
    bars = []
    for place in range(len(labels)):
        below = 0.0
        for kind, values in series:
            height = values[place] / top * _PLOT_HEIGHT
            if height > 0:
                x = _LEFT + place * step + step * 0.12
                y = _TOP + _PLOT_HEIGHT - below - height
                bars.append(
                    Bar(_rounded(x), _rounded(y), _rounded(step * 0.76), _rounded(height), kind)
                )
            below += height
    return Chart(bars, (), _ticks(top), _below(labels, step))


def lines(
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[float | None]]],
    top: float | None = None,
) -> Chart:
    """A line for each series; a missing value interrupts it. top: value at the top; None: any."""
    known = [value for _, values in series for value in values if value is not None]
    top = top or highest(max(known, default=0))
    step = _PLOT_WIDTH / max(1, len(labels))
    drawn = []
    for kind, values in series:
        points = [
            None
            if value is None
            else (
                _rounded(_LEFT + (place + 0.5) * step),
                _rounded(_TOP + _PLOT_HEIGHT * (1 - min(value / top, 1))),
            )
            for place, value in enumerate(values)
        ]
        drawn.append(Line(_paths(points), [point for point in points if point], kind))
    return Chart((), drawn, _ticks(top), _below(labels, step))


def highest(value: float) -> float:
    """A round number that is not below a value: 1, 2, 4 or 8 times a power of ten."""
    if value <= 1:
        return 1
    unit = 10 ** floor(log10(value))
    return float(next(unit * each for each in (1, 2, 4, 8, 10) if unit * each >= value))


def _paths(points: Sequence[tuple[float, float] | None]) -> list[str]:
    runs: list[list[str]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(f"{point[0]},{point[1]}")
    return [" ".join(run) for run in runs if len(run) > 1]


def _ticks(top: float) -> list[tuple[float, str]]:
    count = _TICKS if top >= _TICKS else 2
    values = [top * place / count for place in range(count + 1)]
    return [
        (_rounded(_TOP + _PLOT_HEIGHT * (1 - value / top)), f"{value:,.10g}".replace(",", "\u202f"))
        for value in values
    ]


def _below(labels: Sequence[str], step: float) -> list[tuple[float, str]]:
    every = max(1, ceil(len(labels) / _LABELS))
    last = len(labels) - 1
    return [
        (_rounded(_LEFT + (place + 0.5) * step), label)
        for place, label in enumerate(labels)
        if (last - place) % every == 0
    ]


def _rounded(value: float) -> float:
    return round(value, 1)
