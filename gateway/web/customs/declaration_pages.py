"""Pages of declarations: their lines on a permit, and acts on those of the own authority.

An officer sees the reservations and write-offs of every authority, as all of them use up the same
quantity. Acts are for declarations of the authority that the officer acts for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from starlette.responses import Response

from gateway.domain.declarations.use import LineUse, UseState
from gateway.domain.errors import CalleeNotFound, InputInvalid, RequestRefused, ServiceUnavailable
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.quantity import Quantity
from gateway.exchange.customs.look_up import ShownLookUp
from gateway.exchange.declarations.acting import Acted, ActedBy
from gateway.web.customs import view
from gateway.web.customs.desk import CustomsDesk
from gateway.web.customs.look_up_pages import LookUpPages, nothing, officer_of
from gateway.web.people.visit import Visit, to

MOST_LINES = 200
"""Lines of declarations on one page."""
MOST_FORMS = 50
"""Declarations that one page has a form for, by number. The others follow when these are done."""
STATES: Mapping[UseState, tuple[Sentence, str]] = {
    UseState.RESERVED: (Sentence("reserved"), "warn"),
    UseState.WRITTEN_OFF: (Sentence("written off"), "good"),
    UseState.RELEASED: (Sentence("released"), ""),
    UseState.LAPSED: (Sentence("lapsed"), ""),
}
_ACTS = ("write-off", "release", "confirm")
_CHOOSE = Sentence("Choose a declaration of your authority and what to do with it.")
_CORRECT = Sentence(
    "Nothing was sent: the issuing country may know other quantities of this declaration already."
    " Ask its authority to correct them."
)
_BUSY = Sentence("This was not done, as something else changed it at this moment. Try again.")


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A line of a declaration, for the page. is_own: of the authority of the officer."""

    use: LineUse
    held: Quantity
    is_own: bool


@dataclass(frozen=True, slots=True)
class DeclarationPages:
    """Handlers; the area names them."""

    desk: CustomsDesk
    look_ups: LookUpPages

    def show(self, visit: Visit) -> Response:
        """The lines of declarations on the permit of a look-up."""
        shown = self.look_ups.shown(visit)
        return nothing(visit) if shown is None else self._page(visit, shown)

    def act(self, visit: Visit) -> Response:
        """Write off, release or confirm a declaration, and show the page again."""
        shown = self.look_ups.shown(visit)
        if shown is None:
            return nothing(visit)
        number, act = visit.form.text("declaration"), visit.form.text("act")
        own = {line.use.first.declaration for line in self._held(visit, shown) if line.is_own}
        if number not in own or act not in _ACTS:
            return self._refused(visit, shown, _CHOOSE)
        try:
            acted = self._do(visit, shown, number, act)
        except ServiceUnavailable as error:
            if error.problem is not None:  # the database, not another officer
                raise
            return self._refused(visit, shown, _BUSY)
        except (RequestRefused, InputInvalid, CalleeNotFound) as error:
            said = Sentence("This was not done: {text}", {"text": error.words})
            return self._refused(visit, shown, said)
        if acted.booked.not_booked:
            return self._refused(visit, shown, _CORRECT)
        return to(f"/desk/look-ups/{shown.look_up.id}/declarations")

    def _do(self, visit: Visit, shown: ShownLookUp, number: str, act: str) -> Acted:
        officer, acts = officer_of(visit), self.desk.declarations.act()
        reason = visit.form.text("reason").strip()
        by = ActedBy(officer.authority, officer.person.full_name, reason, own_alone=True)
        # The token is of this permit: the partner of another one must not get it.
        look_up = shown.look_up
        token, name = self.desk.look_ups.token_of(look_up), (look_up.country, look_up.number)
        if act == "write-off":
            return acts.write_off_reserved(number, by, token, name)
        if act == "release":
            return acts.release(number, None, by)
        return acts.confirm_now(number, by, token, name)

    def _held(self, visit: Visit, shown: ShownLookUp) -> Sequence[HeldLine]:
        look_up, officer = shown.look_up, officer_of(visit)
        found = self.desk.declarations.read.of_permit(look_up.country, look_up.number)
        return [
            HeldLine(
                use,
                Quantity(use.held, use.last.allowed.unit),
                all(event.authority == officer.authority for event in use.events[:1]),
            )
            for use in found
        ]

    def _refused(self, visit: Visit, shown: ShownLookUp, sentence: Sentence) -> Response:
        form = replace(visit.form, errors={"act": sentence})
        return self._page(replace(visit, form=form), shown)

    def _page(self, visit: Visit, shown: ShownLookUp) -> Response:
        held = self._held(visit, shown)
        newest = sorted(held, key=lambda line: line.use.last.id, reverse=True)
        may = _may_of(held)
        values = {
            "look_up": shown.look_up,
            "country": view.country_name(shown.look_up.country, visit.language),
            "lines": newest[:MOST_LINES],
            "hidden_lines": max(0, len(newest) - MOST_LINES),
            "states": STATES,
            "may": dict(islice(may.items(), MOST_FORMS)),
            "hidden_forms": max(0, len(may) - MOST_FORMS),
        }
        return visit.page("customs/declarations.html", values)


def _may_of(held: Sequence[HeldLine]) -> Mapping[str, Sequence[str]]:
    """Acts that the officer may do, by number of the declaration."""
    may: dict[str, set[str]] = {}
    for line in held:
        if not line.is_own:
            continue
        acts = may.setdefault(line.use.first.declaration, set())
        if line.use.state is UseState.RESERVED:
            acts |= {"write-off", "release"}
        if line.use.state is UseState.WRITTEN_OFF and line.use.held and not line.use.confirmed:
            acts.add("confirm")
    return {
        number: [act for act in _ACTS if act in acts]
        for number, acts in sorted(may.items())
        if acts
    }
