"""Pages of the count: quantities line by line, with what remains beside each."""

from dataclasses import dataclass, replace

from starlette.responses import Response

from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.permit import Permit
from gateway.exchange.customs.count import CountedLine, CountProblem, CountRefused
from gateway.exchange.customs.look_up import ShownLookUp
from gateway.web.customs import view
from gateway.web.customs.desk import CustomsDesk
from gateway.web.customs.lines import LinePage, line_page
from gateway.web.customs.look_up_pages import (
    LookUpPages,
    document_of,
    is_of_another_document,
    nothing,
    officer_of,
)
from gateway.web.people.forms import Form
from gateway.web.people.visit import Visit, to

LINES = 25
"""Lines of one page: each has three fields, and a form has at most 100."""
_NOTHING = Sentence("Type the counted quantity of at least one line.")
_NO_QUANTITY = Sentence(
    "Line {line}: type a quantity in plain digits such as 12 or 12.5, whole where specimens are"
    " counted; 0 where there was none."
)
_TOO_MUCH = Sentence("Line {line}: only {left} remain of this line.")
_ABOVE_BOX_11 = Sentence("Line {line}: more than box 11 allows.")


@dataclass(frozen=True, slots=True)
class CountPages:
    """Handlers; the area names them."""

    desk: CustomsDesk
    look_ups: LookUpPages

    def show(self, visit: Visit) -> Response:
        """The form: counted, dead on arrival and seized, of each line."""
        shown = self.look_ups.shown(visit)
        if shown is None or shown.permit is None:
            return nothing(visit)
        return self._page(visit, shown, shown.permit.permit)

    def count(self, visit: Visit) -> Response:
        """Record and book the count, and lead back to the permit; or show what is wrong."""
        shown = self.look_ups.shown(visit)
        if shown is None or shown.permit is None:
            return nothing(visit)
        permit = shown.permit.permit
        if is_of_another_document(visit, shown):
            return self._page(replace(visit, form=Form()), shown, permit, is_changed=True)
        page = line_page(visit, permit, LINES)
        lines = {line.id: _line(visit.form, place) for place, line in enumerate(page.lines)}
        try:
            booked = self.desk.counts.count(officer_of(visit), shown, lines)
        except CountRefused as refused:
            form = visit.form
            for place, line in enumerate(page.lines):
                for kind in ("counted", "dead", "seized"):
                    problem = refused.problems.get(f"{kind}@{line.id}")
                    if problem:
                        sentence = _sentence(problem, line.id)
                        form = form.refused(PersonInvalid(f"{kind}-{place}", sentence))
            return self._page(replace(visit, form=form), shown, permit)
        if booked is None:
            form = visit.form.refused(PersonInvalid("counted-0", _NOTHING))
            return self._page(replace(visit, form=form), shown, permit)
        return to(f"/desk/look-ups/{shown.look_up.id}")

    def _page(
        self, visit: Visit, shown: ShownLookUp, permit: Permit, *, is_changed: bool = False
    ) -> Response:
        page: LinePage = line_page(visit, permit, LINES)
        remaining = self.desk.counts.remaining(shown)
        return visit.page(
            "customs/count.html",
            {
                "document": document_of(shown),
                "is_changed": is_changed,
                "look_up": shown.look_up,
                "country": view.country_name(shown.look_up.country, visit.language),
                "page": page,
                "lines": [
                    (place, line, remaining.get(line.id)) for place, line in enumerate(page.lines)
                ],
                "is_live": shown.is_live,
            },
            409 if is_changed else 200,
        )


def _line(form: Form, place: int) -> CountedLine:
    return CountedLine(*(form.text(f"{kind}-{place}") for kind in ("counted", "dead", "seized")))


def _sentence(problem: CountProblem, letter: str) -> Sentence:
    if not problem.is_too_much:
        return Sentence(_NO_QUANTITY.template, {"line": letter})
    if problem.left is None:
        return Sentence(_ABOVE_BOX_11.template, {"line": letter})
    return Sentence(_TOO_MUCH.template, {"line": letter, "left": problem.left})
