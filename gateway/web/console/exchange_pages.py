"""Exchange pages: search in the journal page by page, and a page for each exchange."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from starlette.responses import Response

from gateway.domain.errors import GatewayError
from gateway.domain.partner import OperationName
from gateway.domain.people.refused import PersonInvalid, Refusals
from gateway.domain.people.sentence import Sentence
from gateway.exchange.console.operate import valid_reason
from gateway.exchange.ports import Direction, Exchange
from gateway.exchange.ports.console.lines import LineFilter
from gateway.web.console.console import Console
from gateway.web.console.downloads import attached
from gateway.web.console.words import ACTORS, DIRECTIONS, NO_DAY, NO_INCIDENT, NOTES, TOO_LONG
from gateway.web.people.forms import Form
from gateway.web.people.visit import Visit, to

_IDENTITY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A whole id. A beginning of one would have to be looked for among all of them."""
_LONGEST = 70
_FIELDS = ("incident", "permit", "partner", "way", "operation", "outcome", "since", "until")
_FAILED = "failed"
"""Outcome of the form for everything but `ok`."""
_WAYS = {each.value: frozenset({each}) for each in Direction}
_WITH_OTHERS = frozenset({Direction.IN, Direction.OUT})
_NO_EXCHANGE = Sentence("There is no exchange of this number.")


@dataclass(frozen=True, slots=True)
class ExchangePages:
    """Handlers; the table of pages names them."""

    console: Console

    def search(self, visit: Visit) -> Response:
        """The search form, and a page of exchanges, newest first."""
        query = {name: visit.query[name].strip() for name in _FIELDS if visit.query.get(name)}
        form = Form({name: (value,) for name, value in query.items()})
        before = visit.query.get("before", "")
        values: dict[str, object] = {
            "partners": [each.key for each in self.console.board().partners],
            "operations": list(OperationName),
            "directions": DIRECTIONS,
            "is_further": bool(before),
        }
        try:
            wanted = _filter(query)
            if incident := query.get("incident"):
                return to(f"/console/exchanges/{incident.lower()}")
        except PersonInvalid as error:
            shown = replace(visit, form=form.refused(error))
            return shown.page("console/exchanges.html", {**values, "page": None, "further": ""})
        before = before if _IDENTITY.fullmatch(before) else ""
        page = self.console.exchanges().page(wanted, before or None)
        further = urlencode({**query, "before": page.further}) if page.further else ""
        shown = replace(visit, form=form)
        return shown.page("console/exchanges.html", {**values, "page": page, "further": further})

    def show(self, visit: Visit) -> Response:
        """An exchange: facts, explanation, masked messages."""
        return self._page(visit, self._exchange(visit))

    def take_evidence(self, visit: Visit) -> Response:
        """Give the evidence of an exchange as a file, once its record of the act is written."""
        by = self.console.operator(visit)
        exchange = self._exchange(visit)
        try:
            reason = valid_reason(visit.form.text("reason"))
            content = self.console.evidence(exchange.id)
            self.console.operate().take_evidence(exchange.id, by, reason)
        except PersonInvalid as error:
            return self._page(replace(visit, form=visit.form.refused(error)), exchange)
        except GatewayError as error:
            return self._page(visit, exchange, error.words)
        return attached(content, f"evidence-{exchange.id}.zip")

    def _exchange(self, visit: Visit) -> Exchange:
        identity = visit.parameters["id"]
        exchange = self.console.find(identity) if _IDENTITY.fullmatch(identity) else None
        if exchange is None:
            raise PersonInvalid("id", _NO_EXCHANGE)
        return exchange

    def _page(self, visit: Visit, exchange: Exchange, refused: Sentence | None = None) -> Response:
        values = {
            "exchange": exchange,
            "milliseconds": round(
                (exchange.ended_at - exchange.began_at) / timedelta(milliseconds=1)
            ),
            "explained": self.console.explain(exchange),
            "messages": self.console.messages(exchange),
            "actors": ACTORS,
            "directions": DIRECTIONS,
            "notes": NOTES,
            "refused": refused,
            "may_act": self.console.is_operator(visit),
        }
        return visit.page("console/exchange.html", values, 409 if refused else 200)


def _filter(query: Mapping[str, str]) -> LineFilter:
    """The filter of a form. Raises PersonInvalid with everything that is wrong."""
    refusals, days = Refusals(), {}
    for name, value in query.items():
        with refusals.collected():
            if len(value) > _LONGEST:
                raise PersonInvalid(name, TOO_LONG)
            if name in ("since", "until"):
                days[name] = _day(name, value)
            if name == "incident" and not _IDENTITY.fullmatch(value.lower()):
                raise PersonInvalid(name, NO_INCIDENT)
    refusals.require_none()
    outcome, until = query.get("outcome"), days.get("until")
    # Records of our own are shown where they are asked for, or where a permit is: they tell of it.
    others = None if "permit" in query else _WITH_OTHERS
    return LineFilter(
        permit_number=query.get("permit"),
        partner=query.get("partner"),
        directions=_WAYS.get(query.get("way", ""), others),
        operation=query.get("operation"),
        outcome=None if outcome == _FAILED else outcome,
        failed=outcome == _FAILED,
        since=days.get("since"),
        until=until + timedelta(days=1) if until else None,
    )


def _day(name: str, text: str) -> datetime:
    """The beginning of a day in UTC. Years that a moment could not leave are refused too."""
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise PersonInvalid(name, NO_DAY) from None
    if not 1970 <= day.year < 9000:
        raise PersonInvalid(name, NO_DAY)
    return day
