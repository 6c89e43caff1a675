"""Board pages: alerts and partners at a glance, and a page for each partner."""

from dataclasses import dataclass

from starlette.responses import Response

from gateway.domain.availability.results import Tally
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.sentence import Sentence
from gateway.exchange.console.board import PartnerRow
from gateway.exchange.ports.availability.results import Span
from gateway.web.console.charts import lines
from gateway.web.console.console import Console
from gateway.web.console.words import ALERTS, PARTNER_STATES
from gateway.web.people.visit import Visit

_NO_PARTNER = Sentence("There is no partner of this name.")


@dataclass(frozen=True, slots=True)
class BoardPages:
    """Handlers; the table of pages names them."""

    console: Console

    def show(self, visit: Visit) -> Response:
        """Alerts that are true now, and every partner."""
        alerts = self.console.alerts()
        values = {
            "alerts": sorted(alerts, key=lambda alert: not alert.urgent),
            "kinds": ALERTS,
            "rows": self.console.board().rows(alerts),
            "states": PARTNER_STATES,
            "mode": self.console.service_mode(),
        }
        return visit.page("console/board.html", values)

    def show_partner(self, visit: Visit) -> Response:
        """A partner: state, availability by day, windows, what ends when."""
        key = visit.parameters["key"]
        row = self._row(key)
        (history,) = self.console.availability().of([key], Span.DAY)
        slots = [operation.slots for operation in history.operations]
        days = [
            (place[0].begins_at.date(), Tally.sum(slot.counted for slot in place))
            for place in zip(*slots, strict=True)
        ]
        shares = [
            None if day[1].availability is None else day[1].availability * 100 for day in days
        ]
        chart = lines([f"{day:%m-%d}" for day, _ in days], [("good", shares)], 100)
        values = {
            "row": row,
            "kinds": ALERTS,
            "states": PARTNER_STATES,
            "days": [day for day in days if day[1].exchanges],
            "chart": chart,
            "windows": [each for each in history.windows if each.withdrawn_at is None],
            "sharing": self.console.sharing().get(key),
            "endings": [each for each in self.console.endings() if each.partner == key],
        }
        return visit.page("console/partner.html", values)

    def _row(self, key: str) -> PartnerRow:
        rows = self.console.board().rows(self.console.alerts())
        found = [row for row in rows if row.partner.key == key]
        if not found:
            raise PersonInvalid("partner", _NO_PARTNER)
        return found[0]
