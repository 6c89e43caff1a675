"""Daily counts, percentiles of their classes, and figures for charts."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.domain.delivery_state import DeliveryState
from gateway.exchange.console.count_exchanges import CountExchanges
from gateway.exchange.console.durations import bound, class_of, percentile
from gateway.exchange.console.statistics import Statistics
from gateway.exchange.ports import Direction
from gateway.exchange.ports.console.confirmation_times import FirstConfirmation
from gateway.exchange.ports.console.counts import Counted, CountKey, DayOutcome
from gateway.exchange.ports.console.lines import ExchangeLine
from gateway.web.console.charts import highest, lines, stacked

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize("milliseconds", [0, 1, 2, 9.9, 10, 11, 250, 999, 1000, 30_000, 1e9])
def test_a_class_holds_its_durations_and_is_at_most_26_percent_too_high(
    milliseconds: float,
) -> None:
    found = bound(class_of(milliseconds))
    if milliseconds <= 1e6:
        assert milliseconds <= found + 0.5
        assert found <= max(1, milliseconds * 1.26 + 1)
    else:
        assert found == 1e6


def test_a_percentile_is_that_of_all_classes_together() -> None:
    counts = {class_of(10): 98, class_of(100): 1, class_of(1000): 1}
    assert percentile(counts, 0.5) == 10
    assert percentile(counts, 0.99) == 100
    assert percentile(counts, 1) == 1000
    assert percentile({}, 0.5) is None


def a_line(place: int, **changes: object) -> ExchangeLine:
    values = {
        "id": f"{place:036}",
        "direction": Direction.IN,
        "began_at": NOON,
        "ended_at": NOON + timedelta(milliseconds=10),
        "operation": None,
        "caller": "za",
        "callee": "MZ",
        "fingerprint": None,
        "permit_number": None,
        "outcome": "ok",
    }
    return ExchangeLine(**{**values, **changes})  # type: ignore[arg-type]


@dataclass
class Lines:
    """Stand-in for the port: lines in the order of their ids."""

    lines: list[ExchangeLine]
    asked: list[tuple[str, datetime, datetime | None]] = field(default_factory=list)

    def between(
        self, after: str, before: datetime, most: int, since: datetime | None = None
    ) -> list[ExchangeLine]:
        self.asked.append((after, before, since))
        return [line for line in self.lines if line.id > after][:most]


@dataclass
class Counts:
    """Stand-in for the port: what was added."""

    at: str | None = None
    added: dict[CountKey, Counted] = field(default_factory=dict)
    is_stolen: bool = False

    def position(self) -> str | None:
        return self.at

    def add(self, counts: dict[CountKey, Counted], before: str | None, reached: str) -> bool:
        if self.is_stolen:
            return False
        self.at = reached
        self.added |= counts
        return True

    def remove(self, before: date) -> None:
        self.removed = before


def test_exchanges_are_counted_once_without_names_of_strangers() -> None:
    found = Lines(
        [
            a_line(1),
            a_line(2),
            a_line(3, direction=Direction.OWN),
            a_line(4, caller="<x>" * 50),
            a_line(5, direction=Direction.OUT, callee="za", outcome="x" * 90),
        ]
    )
    counts = Counts()
    job = CountExchanges(found, counts, {"za"}, lambda: NOON)  # type: ignore[arg-type]
    assert job.count() == 5
    assert job.count() == 0
    day = NOON.date()
    assert counts.added == {
        CountKey(day, Direction.IN, "za", "ok", 10): Counted(2, f"{2:036}"),
        CountKey(day, Direction.IN, "", "ok", 10): Counted(1, f"{4:036}"),
        CountKey(day, Direction.OUT, "za", "x" * 70, 10): Counted(1, f"{5:036}"),
    }
    after, before, since = found.asked[0]
    assert (after, before < NOON) == ("", True)
    assert since is not None and since >= NOON - timedelta(days=31)  # no scan of years
    assert found.asked[1][0] == f"{5:036}"


def test_a_count_that_another_process_makes_is_left_to_it() -> None:
    counts = Counts(is_stolen=True)
    job = CountExchanges(Lines([a_line(1)]), counts, {"za"}, lambda: NOON)  # type: ignore[arg-type]
    assert job.count() == 0
    assert job.count(stopping=lambda: True) == 0


class Times:
    """Stand-in for the port: two permits confirmed in November, one in March."""

    def first(self, since: datetime, most: int) -> list[FirstConfirmation]:
        assert since == datetime(2025, 12, 1, tzinfo=UTC)
        hours = timedelta(hours=1)
        march = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
        return [
            FirstConfirmation(NOON, NOON - 10 * hours, NOON),
            FirstConfirmation(NOON, None, NOON - 20 * hours),
            FirstConfirmation(march, march + hours, march),
        ]

    def outstanding(self) -> dict[tuple[str, DeliveryState], int]:
        return {("ZA", DeliveryState.WAITING): 3, ("CH", DeliveryState.HELD): 1}


class Outcomes:
    """Stand-in for the port: outcomes of one day."""

    def outcomes(self, since: date, partner: str | None = None) -> list[DayOutcome]:
        day = NOON.date()
        return [
            DayOutcome(day, "ok", 4),
            DayOutcome(day, "CertificateNotFound", 2),
            DayOutcome(day, "PartnerTimeout", 1),
        ]


def test_figures_have_every_day_and_month() -> None:
    figures = Statistics(Outcomes(), Times(), lambda: NOON)  # type: ignore[arg-type]
    days = figures.exchanges()
    assert (len(days), days[0].day, days[-1].day) == (30, date(2026, 10, 31), NOON.date())
    assert (days[-1].answered, days[-1].refused, days[-1].failed) == (4, 2, 1)
    months = figures.confirmations()
    assert (len(months), months[0].month) == (12, date(2025, 12, 1))
    assert (months[-1].permits, months[-1].hours) == (2, 15.0)
    first = next(each for each in months if each.permits)
    assert (first.month.month, first.hours) == (3, 0.0)
    assert list(figures.outstanding()) == ["CH", "ZA"]


def test_bars_and_lines_stay_within_the_plot() -> None:
    chart = stacked(["a", "b"], [("good", [3, 0]), ("bad", [1, 0])])
    assert [(bar.kind, bar.height) for bar in chart.bars] == [("good", 123.0), ("bad", 41.0)]
    assert all(bar.y >= 10 and bar.y + bar.height <= 174.1 for bar in chart.bars)
    drawn = lines(["a", "b", "c", "d"], [("good", [100, None, 50, 120])], 100).lines[0]
    assert len(drawn.dots) == 3
    assert len(drawn.paths) == 1
    assert drawn.dots[-1][1] == 10  # never above the plot
    assert stacked([], []).bars == []
    assert [highest(value) for value in (0, 1, 3, 8, 9, 200, 801)] == [1, 1, 4, 8, 10, 200, 1000]
