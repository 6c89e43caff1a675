"""Chart page: exchanges and answer times by day, confirmations, availability of partners."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from gateway.domain.availability.results import Tally
from gateway.exchange.console.statistics import DayOfTimes
from gateway.exchange.ports import Direction
from gateway.exchange.ports.availability.results import Span
from gateway.web.console.charts import Chart, lines, stacked
from gateway.web.console.console import Console
from gateway.web.console.words import DELIVERY_STATES
from gateway.web.people.visit import Visit


@dataclass(frozen=True, slots=True)
class ChartPages:
    """Handlers; the table of pages names them."""

    console: Console

    def show(self, visit: Visit) -> Response:
        """All charts, of every partner or one. An unknown name counts as none."""
        keys = [each.key for each in self.console.board().partners]
        wanted = visit.query.get("partner", "")
        partner = wanted if wanted in keys else None
        figures = self.console.statistics()
        days = figures.exchanges(partner)
        labels = [f"{each.day:%m-%d}" for each in days]
        parts = [
            (kind, [float(getattr(each, name)) for each in days])
            for kind, name in (("good", "answered"), ("warn", "refused"), ("bad", "failed"))
        ]
        months = figures.confirmations()
        hours = [("accent", [each.hours or 0.0 for each in months])]
        ours = figures.answer_times(Direction.IN, partner)
        theirs = figures.answer_times(Direction.OUT, partner)
        values = {
            "partners": keys,
            "partner": partner,
            "days": days,
            "exchanges": stacked(labels, parts),
            "times": [(ours, _of_times(labels, ours)), (theirs, _of_times(labels, theirs))],
            "months": months,
            "hours": stacked([f"{each.month:%Y-%m}" for each in months], hours),
            "outstanding": figures.outstanding(),
            "states": DELIVERY_STATES,
            "availability": self._availability([partner] if partner else keys),
        }
        return visit.page("console/charts.html", values)

    def _availability(self, keys: Sequence[str]) -> list[tuple[str, Tally, Chart]]:
        """Share of good exchanges by day, for each partner that was ever asked."""
        found = []
        for history in self.console.availability().of(keys, Span.DAY):
            slots = list(zip(*(each.slots for each in history.operations), strict=True))
            tallies = [Tally.sum(slot.counted for slot in place) for place in slots]
            shares = [
                None if each.availability is None else each.availability * 100 for each in tallies
            ]
            labels = [f"{place[0].begins_at:%m-%d}" for place in slots]
            if any(share is not None for share in shares):
                chart = lines(labels, [("good", shares)], 100)
                found.append((history.partner, Tally.sum(tallies), chart))
        return found


def _of_times(labels: Sequence[str], times: Sequence[DayOfTimes]) -> Chart:
    return lines(
        labels,
        [("accent", [each.p50 for each in times]), ("warn", [each.p99 for each in times])],
    )
