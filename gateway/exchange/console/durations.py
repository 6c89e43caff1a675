"""Classes of duration: answer times in steps of a tenth of a power of ten, and their percentiles.

A class holds the durations up to its bound, so a percentile read from classes is at most 26 percent
too high. Counts of classes can be added up over days, which percentiles cannot.
"""

from collections.abc import Mapping
from math import ceil, log10

_STEPS = 10
"""Classes for each power of ten."""
_HIGHEST = 60
"""The class of everything above 10^6 milliseconds, which is 17 minutes."""


def class_of(milliseconds: float) -> int:
    """The class of a duration: 0 for up to a millisecond."""
    if milliseconds <= 1:
        return 0
    return min(_HIGHEST, ceil(round(_STEPS * log10(milliseconds), 6)))


def bound(duration: int) -> int:
    """The longest duration of a class, in milliseconds, rounded."""
    return round(10 ** (min(duration, _HIGHEST) / _STEPS))


def percentile(counts: Mapping[int, int], share: float) -> int | None:
    """Milliseconds within which a share of the exchanges ended; None where there are none.

    counts: number of exchanges by class.  share: 0 to 1.
    """
    wanted = share * sum(counts.values())
    reached = 0
    for duration in sorted(counts):
        reached += counts[duration]
        if reached and reached >= wanted:
            return bound(duration)
    return None
