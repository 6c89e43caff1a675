"""Configuration pages: the one in force, its history, and what each change was."""

import re
from dataclasses import dataclass

from starlette.responses import Response

from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.sentence import Sentence
from gateway.exchange.ports.console.configurations import ConfigurationChange
from gateway.web.console.console import Console
from gateway.web.people.visit import Visit

_IDENTITY = re.compile(r"[0-9a-f-]{36}")
_NO_CHANGE = Sentence("There is no configuration of this number.")


@dataclass(frozen=True, slots=True)
class ConfigurationPages:
    """Handlers; the table of pages names them."""

    console: Console

    def show(self, visit: Visit) -> Response:
        """The configuration of this process, what is wrong with it, and its history."""
        before = visit.query.get("before", "")
        history = self.console.history()
        values = {
            "loaded": self.console.configuration(),
            "changes": history.page(before if _IDENTITY.fullmatch(before) else None),
        }
        return visit.page("console/configuration.html", values)

    def show_change(self, visit: Visit) -> Response:
        """What differs from the configuration before on the same machine."""
        change = self._change(visit.parameters["id"])
        history = self.console.history()
        text = history.text(change)
        values = {
            "change": change,
            "lines": history.difference(change),
            "text": None if text is None else text.splitlines(),
        }
        return visit.page("console/change.html", values)

    def _change(self, identity: str) -> ConfigurationChange:
        found = (
            self.console.history().find_change(identity) if _IDENTITY.fullmatch(identity) else None
        )
        if found is None:
            raise PersonInvalid("id", _NO_CHANGE)
        return found
