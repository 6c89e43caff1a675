"""Outbox pages: confirmations that partners have not got, and decisions on them with a reason."""

from dataclasses import dataclass, replace

from starlette.responses import Response

from gateway.domain.errors import InvalidRequest
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.sentence import Sentence
from gateway.exchange.console.operate import Decision
from gateway.exchange.ports import OutgoingConfirmation
from gateway.web.console.console import Console
from gateway.web.console.words import DELIVERY_STATES
from gateway.web.people.visit import Visit, to

_MOST = 200
_NO_ENTRY = Sentence("Nothing of this number is in the outbox.")
_NO_DECISION = Sentence("Choose what to do with it.")


@dataclass(frozen=True, slots=True)
class OutboxPages:
    """Handlers; the table of pages names them."""

    console: Console

    def show_all(self, visit: Visit) -> Response:
        """What is not over, oldest first."""
        entries = self.console.outbox().entries()
        values = {"deliveries": entries[:_MOST], "count": len(entries), "states": DELIVERY_STATES}
        return visit.page("console/outbox.html", values)

    def show(self, visit: Visit) -> Response:
        """A confirmation with its history, and the form for a decision."""
        return self._page(visit, self._entry(visit))

    def decide(self, visit: Visit) -> Response:
        """Retry, hold or drop it, or show the form again."""
        by, entry = self.console.operator(visit), self._entry(visit)
        wanted = visit.form.text("decision")
        try:
            if wanted not in {each.value for each in Decision}:
                raise PersonInvalid("decision", _NO_DECISION)
            self.console.operate().decide_delivery(
                Decision(wanted), entry.id, by, visit.form.text("reason")
            )
        except PersonInvalid as error:
            return self._page(replace(visit, form=visit.form.refused(error)), entry)
        except InvalidRequest as error:
            return self._page(visit, self._entry(visit), error.words)
        return to(f"/console/outbox/{entry.id}")

    def _entry(self, visit: Visit) -> OutgoingConfirmation:
        entry = self.console.outbox().find(visit.parameters["id"])
        if entry is None:
            raise PersonInvalid("id", _NO_ENTRY)
        return entry

    def _page(
        self, visit: Visit, entry: OutgoingConfirmation, refused: Sentence | None = None
    ) -> Response:
        values = {
            "entry": entry,
            "events": self.console.outbox().history(entry.id),
            "states": DELIVERY_STATES,
            "refused": refused,
            "may_act": self.console.is_operator(visit),
        }
        return visit.page("console/delivery.html", values, 409 if refused else 200)
