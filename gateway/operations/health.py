"""Health check: named parts, each with one word: `ok`, its database problem, or `failing`.

The word is all that an answer tells; the log has the rest.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event

from gateway.domain.errors import GatewayError, ServiceUnavailable

_LOG = logging.getLogger(__name__)
_OK, _FAILING = "ok", "failing"


@dataclass(frozen=True, slots=True)
class Health:
    """Health of one gateway.

    parts: name -> check. The check raises a GatewayError if the part does not work.
    draining: set once no new requests should be sent here (graceful shutdown).
    is_closed: whether the service is under maintenance.
    """

    parts: Mapping[str, Callable[[], None]]
    draining: Event = field(default_factory=Event)
    is_closed: Callable[[], bool] = lambda: False

    def works(self, part: str) -> bool:
        """Whether a part works at this moment. Raises nothing."""
        return self._word(part) == _OK

    def _word(self, part: str) -> str:
        try:
            self.parts[part]()
        except GatewayError as error:
            problem = error.problem if isinstance(error, ServiceUnavailable) else None
            _LOG.warning("not ready: part=%s code=%s problem=%s", part, error.code, problem)
            return problem or _FAILING
        except Exception as error:  # noqa: BLE001 - any error means that the part does not work
            _LOG.error("not ready: part=%s defect=%s", part, type(error).__name__)
            return _FAILING
        return _OK

    def report(self) -> tuple[bool, Mapping[str, str]]:
        """Whether requests may be sent here, and the word of each part."""
        words = {part: self._word(part) for part in self.parts}
        words["serving"] = (
            "draining" if self.draining.is_set() else "maintenance" if self.is_closed() else _OK
        )
        return all(word == _OK for word in words.values()), words
