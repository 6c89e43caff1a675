"""Pages of traceability and risk: the trace of a permit as a tree, and the inspection list."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from starlette.responses import Response

from gateway.domain.codes import Language
from gateway.domain.errors import CertificateNotFound, InvalidRequest
from gateway.domain.people.roles import Role
from gateway.domain.people.sentence import Sentence
from gateway.domain.risk.indicators import NAMES
from gateway.domain.risk.score import Risk
from gateway.domain.trace import words
from gateway.domain.trace.held import Reason
from gateway.domain.trace.named import DocumentName
from gateway.domain.trace.trace import Trace
from gateway.exchange.people.acts import Act, PersonAct
from gateway.exchange.ports import Clock
from gateway.exchange.result_cache import CachedResult
from gateway.exchange.risk.judge import InspectionList
from gateway.web.people.navigation import Entry
from gateway.web.people.page import Access, Area, Page
from gateway.web.people.visit import Visit

ROLES = frozenset({Role.AUTHORITY, Role.CUSTOMS})
MOST_LISTED = 60
"""Permits of each kind that a page judges, as a person waits for it; the command takes more."""
_MOST_LETTERS = 70
_LANGUAGES: dict[str, Language] = {"en": "english", "fr": "french", "es": "spanish"}
_NOT_AT_HAND = Sentence(
    "No copy of this permit is at hand. Look the permit up, or let your operator trace it by"
    " command: the page asks no partner."
)
_WRONG = Sentence("Write the code of the country, such as MZ, and the number as in box 1.")


@dataclass(frozen=True, slots=True)
class TraceDesk:
    """Use cases and facts of the pages.

    trace: gives the trace of a permit by country and number; raises InvalidRequest,
    CertificateNotFound.  risk: gives its risk, with the same errors.
    inspections: gives the list, of so many permits of each kind, with the moment of judging.
    Each takes at last the countries whose permits of ours the person must not see.
    record: writes an act into the journal.
    own: codes of the countries whose authorities are served.
    """

    trace: Callable[[str, str, Collection[str]], Trace]
    risk: Callable[[str, str, Collection[str]], Risk]
    inspections: Callable[[int, frozenset[str]], CachedResult[InspectionList]]
    record: Callable[[PersonAct], None]
    own: Collection[str]
    clock: Clock


@dataclass(frozen=True, slots=True)
class TracePages:
    """Handlers."""

    desk: TraceDesk

    def show(self, visit: Visit) -> Response:
        """The trace and the risk of the permit that the address names; its look is recorded."""
        country = visit.query.get("country", "").strip().upper()[:2]
        number = visit.query.get("number", "").strip()[:_MOST_LETTERS]
        values: dict[str, object] = {
            "country": country,
            "number": number,
            "trace": None,
            "risk": None,
            "problem": None,
            **_WORDS,
            "rule_language": _LANGUAGES.get(visit.language, "english"),
        }
        if not number:
            return visit.page("trace/trace.html", values)
        hidden = self._hidden(visit)
        try:
            trace = self.desk.trace(country, number, hidden)
            self.desk.record(self._look(visit, trace.root.name))
            risk = self.desk.risk(country, number, hidden)
        except (InvalidRequest, CertificateNotFound) as error:
            is_wrong = isinstance(error, InvalidRequest)
            problem = _WRONG if is_wrong else _NOT_AT_HAND
            return visit.page("trace/trace.html", {**values, "problem": problem}, 404)
        return visit.page("trace/trace.html", {**values, "trace": trace, "risk": risk})

    def show_inspections(self, visit: Visit) -> Response:
        """The inspection list: foreign permits, and those of the person's own country."""
        judged = self.desk.inspections(MOST_LISTED, self._hidden(visit))
        values = {
            "found": judged.value,
            "judged_at": judged.at,
            **_WORDS,
            "rule_language": _LANGUAGES.get(visit.language, "english"),
        }
        return visit.page("trace/inspections.html", values)

    def _hidden(self, visit: Visit) -> frozenset[str]:
        """Permits of a country that is served belong to the people of its authorities alone."""
        person, _ = visit.signed_in
        granted = {each.partition("/")[0] for each in person.authorities(*ROLES)}
        return frozenset(self.desk.own) - granted

    def _look(self, visit: Visit, name: DocumentName) -> PersonAct:
        person, _ = visit.signed_in
        details = {"country": name.country, "number": name.number, "page": "trace"}
        at = self.desk.clock()
        return PersonAct(Act.LOOKED_UP, at, person.name, person.name, visit.origin.address, details)


_WORDS: dict[str, object] = {
    "words": words,
    "names": NAMES,
    "bases": words.BASES,
    "balance_states": words.BALANCE_STATES,
    "altered": words.REASONS[Reason.ALTERED],
}


def trace_area(pages: TracePages) -> Area:
    """The area of traceability and risk."""
    return Area(
        (
            Page("/trace", Access.FULL, pages.show, roles=ROLES),
            Page("/inspections", Access.FULL, pages.show_inspections, roles=ROLES),
        ),
        (
            Entry(
                "/inspections",
                Sentence("Inspections"),
                Sentence("Permits to look at first, with the reasons."),
                ROLES,
            ),
            Entry(
                "/trace",
                Sentence("Trace"),
                Sentence("Where the goods of a permit came from, document by document."),
                ROLES,
            ),
        ),
    )
