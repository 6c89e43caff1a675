"""Can the gateway do its work? Named parts, each `ok` or `failing`; no reasons, those are in the log."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event

from gateway.domain.errors import GatewayError

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Health:
    """parts: name -> a check that raises an error of the tree where the part does not do its work.

    draining: set once no new requests are to be sent here.  is_closed: whether the service is under maintenance.
    """

    parts: Mapping[str, Callable[[], None]]
    draining: Event = field(default_factory=Event)
    is_closed: Callable[[], bool] = lambda: False

    def works(self, part: str) -> bool:
        """Whether one part does its work at this moment. Raises nothing."""
        try:
            self.parts[part]()
        except GatewayError as trouble:
            _LOG.warning("not ready: part=%s code=%s", part, trouble.code)
            return False
        except Exception as trouble:  # noqa: BLE001 - whatever it is, the part does not work
            _LOG.error("not ready: part=%s defect=%s", part, type(trouble).__name__)
            return False
        return True

    def told(self) -> tuple[bool, Mapping[str, str]]:
        """Whether requests may be sent here, and why: each part with its word."""
        words = {part: "ok" if self.works(part) else "failing" for part in self.parts}
        words["serving"] = "draining" if self.draining.is_set() else "maintenance" if self.is_closed() else "ok"
        return all(word == "ok" for word in words.values()), words
