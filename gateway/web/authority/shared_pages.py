"""Pages of shared mismatches: the list, and one with the acts of both sides and a form to act."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from starlette.responses import Response

from gateway.domain.errors import GatewayError
from gateway.domain.people.sentence import Sentence
from gateway.domain.report.shared import ActingPerson, PersonRole, SharedMismatch
from gateway.exchange.ports.report.shared import NOT_OFFERED
from gateway.exchange.report.sharing.act import CHANGED_MEANWHILE, ActOnMismatch, SharedView
from gateway.web.authority.desk import AuthorityDesk
from gateway.web.authority.officer import authorities_of, nothing, person_of
from gateway.web.authority.words import SHARED_STATES, refusal
from gateway.web.people.visit import Visit, to

_MOST_LISTED = 100
_ID = re.compile(r"[0-9a-f-]{36}")
_CHOOSE = Sentence("Choose one of both.")
_ACTS: dict[str, Callable[[ActOnMismatch, SharedMismatch, ActingPerson, str], object]] = {
    "propose": lambda on, shared, by, quantity: on.propose(shared, quantity, by),
    "agree": lambda on, shared, by, _: on.agree(shared, by),
    "disagree": lambda on, shared, by, _: on.disagree(shared, by),
}


@dataclass(frozen=True, slots=True)
class SharedPages:
    """Handlers; the table of the area names them."""

    desk: AuthorityDesk

    def show_list(self, visit: Visit) -> Response:
        """Differences that are shared, in the order they were first seen."""
        after = visit.query.get("after", "")
        page = self.desk.sharing.shared.after(after if _ID.fullmatch(after) else "", _MOST_LISTED)
        values = {
            "found": [each for each in page if self._is_open_to(visit, each)],
            "after": page[-1].id if len(page) == _MOST_LISTED else "",
            "states": SHARED_STATES,
            "by_file": [
                partner
                for partner, state in self.desk.sharing.shared.partners().items()
                if state.outcome == NOT_OFFERED
            ],
        }
        return visit.page("authority/shared-list.html", values)

    def show(self, visit: Visit) -> Response:
        """A difference: figures of both sides, acts, and the form of the next step."""
        shared = self._named(visit)
        if shared is None:
            return nothing(visit)
        view: SharedView = self.desk.sharing.view(shared)
        values = {"view": view, "shared": shared, "states": SHARED_STATES, "seen": _seen(view)}
        return visit.page("authority/shared.html", values)

    def act(self, visit: Visit) -> Response:
        """Propose, agree or disagree, or show the form again."""
        shared = self._named(visit)
        if shared is None:
            return nothing(visit)
        form = visit.form
        act = _ACTS.get(form.text("act"))
        if act is None:
            return self.show(_wrong(visit, "reason", _CHOOSE))
        last = shared.last.id if shared.last else ""
        if (form.text("last"), form.text("seen")) != (last, _seen(self.desk.sharing.view(shared))):
            return self.show(_wrong(visit, "reason", CHANGED_MEANWHILE))
        own = self._own(visit)
        authority = shared.line.issuer if shared.issued_here else own[0]
        by = ActingPerson(PersonRole.OFFICER, authority, form.text("reason"), person_of(visit))
        try:
            act(self.desk.sharing, shared, by, form.text("quantity").strip())
        except GatewayError as error:
            return self.show(_wrong(visit, "reason", refusal(error)))
        return to(f"/authority/shared/{shared.id}")

    def _own(self, visit: Visit) -> list[str]:
        person, _ = visit.signed_in
        return list(authorities_of(self.desk, person))

    def _named(self, visit: Visit) -> SharedMismatch | None:
        identity = visit.parameters.get("shared", "")
        shared = self.desk.sharing.shared.get(identity) if _ID.fullmatch(identity) else None
        return shared if shared and self._is_open_to(visit, shared) else None

    def _is_open_to(self, visit: Visit, shared: SharedMismatch) -> bool:
        """Lines of a permit are for officers of its authority; foreign ones for all of ours."""
        own = self._own(visit)
        return shared.line.issuer in own if shared.issued_here else bool(own)


def _seen(view: SharedView) -> str:
    """Both counts as the page shows them; the agreement will hold for these."""
    mismatch = view.known.mismatch if view.known else None
    return f"{mismatch.ours} | {mismatch.theirs}" if mismatch else ""


def _wrong(visit: Visit, field: str, sentence: Sentence) -> Visit:
    form = visit.form
    return replace(visit, form=replace(form, errors={**form.errors, field: sentence}))
