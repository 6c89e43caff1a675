"""Pages of lists: search of permits, findings to mend, mismatches."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from gateway.domain.codes import code_list
from gateway.domain.errors import InvalidRequest
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.status import Status
from gateway.exchange.authority.search import FoundPage, Wanted
from gateway.web.authority.boxes import LANGUAGES
from gateway.web.authority.desk import AuthorityDesk, authority_of
from gateway.web.authority.officer import authorities_of
from gateway.web.authority.words import SEVERITIES, STATUSES
from gateway.web.people.visit import Visit

_EXPIRED = {"yes": True, "no": False}
_WRONG_SEARCH = Sentence("This cannot be searched for: compare number and country.")


@dataclass(frozen=True, slots=True)
class SearchPages:
    """Handlers; the table of the area names them."""

    desk: AuthorityDesk

    def show_search(self, visit: Visit) -> Response:
        """The form of the search, and a page of permits."""
        chosen = self._chosen(visit)
        asked = {
            key: visit.query.get(key, "").strip()
            for key in ("authority", "number", "status", "country", "expired")
        }
        status = Status(asked["status"]) if asked["status"] in set(Status) else None
        wanted = Wanted(
            authority_of(chosen),
            asked["number"],
            status,
            asked["country"].upper(),
            _EXPIRED.get(asked["expired"]),
        )
        problem, found = None, FoundPage((), "")
        try:
            found = self.desk.search.page(wanted, visit.query.get("after", ""))
        except InvalidRequest:
            problem = _WRONG_SEARCH
        conditions = {key: value for key, value in asked.items() if value}
        following = {**conditions, "authority": chosen, "after": found.after}
        values = {
            "found": found,
            "problem": problem,
            "asked": asked,
            "is_first": not visit.query.get("after"),
            "next": urlencode(following),
            "statuses": STATUSES,
            "words": LANGUAGES[visit.language],
            "countries": sorted(
                (code.name(LANGUAGES[visit.language]), code.code)
                for code in code_list("countries").values()
            ),
            **self._authorities(visit, chosen),
        }
        return visit.page("authority/search.html", values, 422 if problem else 200)

    def show_findings(self, visit: Visit) -> Response:
        """Permits in force on which the rules find something."""
        chosen = self._chosen(visit)
        try:
            found = self.desk.mending.page(authority_of(chosen), visit.query.get("after", ""))
        except InvalidRequest:
            found = self.desk.mending.page(authority_of(chosen))
        values = {
            "found": found,
            "next": urlencode({"authority": chosen, "after": found.after}),
            "severities": SEVERITIES,
            "words": LANGUAGES[visit.language],
            **self._authorities(visit, chosen),
        }
        return visit.page("authority/findings.html", values)

    def show_mismatches(self, visit: Visit) -> Response:
        """Lines that a partner counts differently."""
        chosen = self._chosen(visit)
        try:
            found = self.desk.mismatches.page(authority_of(chosen), visit.query.get("after", ""))
        except InvalidRequest:
            found = self.desk.mismatches.page(authority_of(chosen))
        values = {
            "found": found,
            "next": urlencode({"authority": chosen, "after": found.after}),
            **self._authorities(visit, chosen),
        }
        return visit.page("authority/mismatches.html", values)

    def _own(self, visit: Visit) -> Sequence[str]:
        person, _ = visit.signed_in
        return authorities_of(self.desk, person)

    def _chosen(self, visit: Visit) -> str:
        """The authority that the visit names, if the officer is of it; else their first."""
        own, asked = self._own(visit), visit.query.get("authority", "")
        return asked if asked in own else next(iter(own), "ZZ/-")

    def _authorities(self, visit: Visit, chosen: str) -> dict[str, object]:
        own = [(identity, self.desk.authorities[identity]) for identity in self._own(visit)]
        return {"authorities": own, "chosen": chosen}
