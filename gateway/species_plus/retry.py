"""Retry policy of the Species+ client: statuses that are asked for again, and pauses.

Quick calls get status 404 in place of 429, so 404 is asked for again too. An id that is not known
gets 404 or 500 every time.
Source: Species+/CITES Checklist API, version 1, and its clients.
"""

from collections.abc import Mapping

from gateway.domain.foreign_text import one_line

_AGAIN = frozenset({404, 408, 425, 429, 500, 502, 503, 504})
_REASONS = {
    401: "does not accept the token (HTTP status 401)",
    403: "refuses the request (HTTP status 403)",
    404: "answers that there is nothing, or that calls come too fast (HTTP status 404)",
    422: "does not take the parameters of the request (HTTP status 422)",
    429: "asks for fewer calls (HTTP status 429)",
}
_LASTING = frozenset({401, 403})
_MOST_WAITED = 120
"""Seconds of Retry-After that are waited for; more is an answer for a person."""
_MOST_WORDS = 200


def is_worth_another(status: int) -> bool:
    """Whether the same request may succeed a little later."""
    return status in _AGAIN


def is_lasting(status: int) -> bool:
    """Whether every request gets this answer, until a person has done something."""
    return status in _LASTING


def reason_of(status: int, message: str = "") -> str:
    """Return what an answer says, as a predicate. message: of the answer, text of others."""
    reason = _REASONS.get(status, f"answers with HTTP status {status}")
    said = one_line(message)[:_MOST_WORDS]
    return f"{reason}: {said}" if said else reason


def pause_before(attempt: int, first_seconds: float, headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait before an attempt; None where the server asks for too long.

    attempt: 2 for the first repetition.  first_seconds: before it; each next is twice as long.
    headers: of the answer, names in lower case. Retry-After is read in seconds alone.
    """
    asked = headers.get("retry-after", "").strip()
    seconds: float = first_seconds * 2 ** (attempt - 2)
    if asked.isascii() and asked.isdigit():
        wanted = int(asked[:9])
        return None if wanted > _MOST_WAITED else max(seconds, float(wanted))
    return seconds
