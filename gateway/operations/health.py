"""Can the gateway do its work? Named parts, each with a word: `ok`, what ails it, or `failing`; the log has more."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event

from gateway.domain.errors import GatewayError, ServiceUnavailable

_LOG = logging.getLogger(__name__)
_OK, _FAILING = "ok", "failing"


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
        return self._word(part) == _OK

    def _word(self, part: str) -> str:
        try:
            self.parts[part]()
        except GatewayError as error:
            trouble = error.trouble if isinstance(error, ServiceUnavailable) else None
            _LOG.warning("not ready: part=%s code=%s trouble=%s", part, error.code, trouble)
            return trouble or _FAILING
        except Exception as error:  # noqa: BLE001 - whatever it is, the part does not work
            _LOG.error("not ready: part=%s defect=%s", part, type(error).__name__)
            return _FAILING
        return _OK

    def told(self) -> tuple[bool, Mapping[str, str]]:
        """Whether requests may be sent here, and why: each part with its word."""
        words = {part: self._word(part) for part in self.parts}
        words["serving"] = "draining" if self.draining.is_set() else "maintenance" if self.is_closed() else _OK
        return all(word == _OK for word in words.values()), words
