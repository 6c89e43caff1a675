"""State pages: keys and certificates, seal of the journal, maintenance, archive for support."""

from dataclasses import dataclass, replace

from starlette.responses import Response

from gateway.domain.errors import DatabaseProblem, ServiceUnavailable
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.sentence import Sentence
from gateway.web.console.console import Console
from gateway.web.console.downloads import attached
from gateway.web.console.words import KEY_ROLES
from gateway.web.people.visit import Visit, to

_NO_MODE = Sentence("Choose what to do with it.")


@dataclass(frozen=True, slots=True)
class StatePages:
    """Handlers; the table of pages names them."""

    console: Console

    def show_keys(self, visit: Visit) -> Response:
        """Keys of ours, and every certificate that ends some day."""
        values = {
            "keys": self.console.own_keys(),
            "endings": self.console.endings(),
            "roles": KEY_ROLES,
        }
        return visit.page("console/keys.html", values)

    def show_journal(self, visit: Visit) -> Response:
        """The newest seal of the journal, and where else its heads are kept."""
        return visit.page("console/journal.html", {"state": self.console.seal_state()})

    def show_service(self, visit: Visit) -> Response:
        """Whether the service is open, and the form that closes or opens it."""
        return self._service(visit)

    def declare(self, visit: Visit) -> Response:
        """Close the service or open it, or show the form again."""
        by, form = self.console.operator(visit), visit.form
        try:
            if form.text("mode") not in ("closed", "open"):
                raise PersonInvalid("mode", _NO_MODE)
            self.console.operate().declare(
                by, form.text("reason"), closed=form.text("mode") == "closed"
            )
        except PersonInvalid as error:
            return self._service(replace(visit, form=form.refused(error)))
        except ServiceUnavailable as error:
            if error.problem is not DatabaseProblem.NOT_GRANTED:
                raise
            return self._service(visit, is_not_granted=True)
        return to("/console/service")

    def _service(self, visit: Visit, *, is_not_granted: bool = False) -> Response:
        values = {
            "mode": self.console.service_mode(),
            "is_not_granted": is_not_granted,
            "may_act": self.console.is_operator(visit),
        }
        return visit.page("console/service.html", values, 409 if is_not_granted else 200)

    def show_diagnostics(self, visit: Visit) -> Response:
        """What the archive for support holds, and the form that gives it."""
        return self._diagnostics(visit)

    def take_diagnostics(self, visit: Visit) -> Response:
        """Give the archive as a file, or show the form again."""
        by = self.console.operator(visit)
        try:
            self.console.operate().take_diagnostics(by, visit.form.text("reason"))
        except PersonInvalid as error:
            return self._diagnostics(replace(visit, form=visit.form.refused(error)))
        at = self.console.clock()
        return attached(self.console.diagnostics(), f"diagnostics-{at:%Y%m%d-%H%M}.zip")

    def _diagnostics(self, visit: Visit) -> Response:
        return visit.page("console/diagnostics.html", {"may_act": self.console.is_operator(visit)})
