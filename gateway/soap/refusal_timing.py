"""Refusal timing: a refused look-up leaves at the end of a time slot (timing side channel).

All reasons for a refusal cause the same work (gateway/exchange/permits/authorise.py). The same work
still differs by about a microsecond, and a timing attack of ten thousand tries finds a microsecond:
it would tell an unknown number from a wrong token. A moment that was fixed when the request arrived
tells nothing. Measurements: docs/access.md.
"""

import math

from gateway.domain.errors import CertificateNotFound, TooManyRequests

TIME_SLOT_SECONDS = 0.01
"""Length of a slot: twenty times what a refusal takes. A slower refusal takes the next slot."""

TIMING_HIDDEN = frozenset({CertificateNotFound.__name__, TooManyRequests.__name__})
"""Outcomes whose timing is hidden: number, token and caller do not belong together."""


def send_at(began: float, ready: float) -> float:
    """The end of the first time slot after the answer was ready.

    began: when the request was there.  ready: when the answer was.  Both, and the result, in
    seconds of one monotonic clock; slots are counted from `began`.
    """
    return began + TIME_SLOT_SECONDS * (math.floor((ready - began) / TIME_SLOT_SECONDS) + 1)
