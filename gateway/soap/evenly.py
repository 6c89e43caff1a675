"""When does a refused look-up leave? At the end of a span, so that its time does not tell what was wrong.

The same work for every kind of refusal (gateway/exchange/opening.py) is the same to within a microsecond, and ten
thousand tries find a microsecond. What leaves at a moment that was fixed when the question came tells nothing.
"""

import math

from gateway.domain.errors import CertificateNotFound, TooManyRequests

SPAN_SECONDS = 0.01
"""Twenty times what a refusal takes. One that took longer leaves at the end of the next."""

EVENED_OUT = frozenset({CertificateNotFound.__name__, TooManyRequests.__name__})
"""Outcomes: number, token and caller did not belong together."""


def leaves_at(began: float, ready: float) -> float:
    """The first end of a span after it is ready. began: when the question was there; all in seconds of one clock."""
    return began + SPAN_SECONDS * (math.floor((ready - began) / SPAN_SECONDS) + 1)
