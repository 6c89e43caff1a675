"""Pages of one permit: its boxes, ledger and trail; and its end, with notices to partners."""

import re
from dataclasses import dataclass

from starlette.responses import Response

from gateway.domain.errors import GatewayError
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.status import Status
from gateway.exchange.permits.publication.ending import OPERATIONS
from gateway.web.authority.boxes import LANGUAGES, boxes_of
from gateway.web.authority.desk import AuthorityDesk
from gateway.web.authority.officer import PermitVisit, responsible
from gateway.web.authority.words import (
    ENDS,
    OUTCOMES,
    RECORDS,
    SEVERITIES,
    SIDES,
    STATUSES,
    refusal,
)
from gateway.web.people.visit import to

_CHOOSE = Sentence("Choose what happened to the permit.")
_SUCCESSOR = Sentence("Write the number of the permit that takes its place.")
_RECORD = re.compile(r"[0-9a-f-]{36}")


@dataclass(frozen=True, slots=True)
class PermitPages:
    """Handlers; the table of the area names them."""

    desk: AuthorityDesk

    def show_permit(self, found: PermitVisit) -> Response:
        """The permit. The look of the person at it is recorded."""
        published, visit = found.shown.published, found.visit
        number = published.permit.number.text
        self.desk.trail.look(published.authority, number, found.person, visit.origin.address)
        before = visit.query.get("before", "")
        before = before if _RECORD.fullmatch(before) else ""
        successor = published.successor
        values = {
            "boxes": boxes_of(found.shown.permit, visit.language),
            "findings": self.desk.mending.of(published) if published.status.in_force else (),
            "mismatches": self.desk.mismatches.of(published),
            "asked": self.desk.notices.asked(published),
            "trail": self.desk.trail.page(published.authority, number, before),
            "is_first": not before,
            "successor_place": (
                self.desk.search.permits.place(published.authority, successor)
                if successor
                else None
            ),
            "expired": published.permit.expired_since(self.desk.trail.clock()) is not None,
            "can_end": any(published.status.may_become(each) for each in _others(published.status)),
            "words": LANGUAGES[visit.language],
            "letters": [line.id for line in published.permit.positions],
            **_WORDS,
        }
        return found.page("authority/permit.html", values)

    def show_ending(self, found: PermitVisit) -> Response:
        """The form that ends the permit."""
        published = found.shown.published
        ends = {
            status: words
            for status, words in ENDS.items()
            if status is not published.status and published.status.may_become(status)
        }
        if not ends:
            return to(found.address)
        values = {"ends": ends, "asked": self.desk.notices.asked(published), **_WORDS}
        return found.page("authority/end.html", values)

    def end(self, found: PermitVisit) -> Response:
        """End the permit and tell partners, or show the form again."""
        form = found.visit.form
        try:
            by = responsible(found)
        except PersonInvalid as error:
            return self.show_ending(found.with_errors({"reason": error.sentence}))
        status = next((each for each in OPERATIONS if each.value == form.text("status")), None)
        if status is None:
            return self.show_ending(found.with_errors({"status": _CHOOSE}))
        successor = form.text("successor").strip() if status is Status.REPLACED else ""
        if status is Status.REPLACED and not successor:
            return self.show_ending(found.with_errors({"successor": _SUCCESSOR}))
        address = found.visit.origin.address
        try:
            ended = self.desk.ending.end(found.name, status, by, successor or None, address)
        except GatewayError as error:
            field = "successor" if successor else "status"
            return self.show_ending(found.with_errors({field: refusal(error)}))
        tells = form.text("tell") == "yes"
        told = (
            self.desk.notices.notify(ended, found.person)
            if tells
            else self.desk.notices.asked(ended)
        )
        return self._told_page(found, ended.status, {"told": told, "tells": tells})

    def notify(self, found: PermitVisit) -> Response:
        """Tell partners that asked before, once more."""
        published = found.shown.published
        if published.status.in_force:
            return to(found.address)
        told = self.desk.notices.notify(published, found.person)
        return self._told_page(found, published.status, {"told": told, "tells": True})

    def _told_page(self, found: PermitVisit, status: Status, told: dict[str, object]) -> Response:
        return found.page("authority/told.html", {**told, "status": status, **_WORDS})


def _others(status: Status) -> list[Status]:
    return [each for each in OPERATIONS if each is not status]


_WORDS: dict[str, object] = {
    "statuses": STATUSES,
    "sides": SIDES,
    "severities": SEVERITIES,
    "records": RECORDS,
    "outcomes": OUTCOMES,
}
