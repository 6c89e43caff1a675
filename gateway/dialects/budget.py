"""Call budget: how often a partner's service may be called."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBudget:
    """Most calls in a second, a minute and a day; None: no limit of that kind.

    wait_seconds: a call over the budget waits so long for its place; where that is not
    enough it is not made, and the error says to come back later.
    """

    per_second: int | None = None
    per_minute: int | None = None
    per_day: int | None = None
    wait_seconds: float = 2.0
    source: str

    @property
    def limits(self) -> tuple[tuple[float, int], ...]:
        """Each limit: length of the window in seconds, and most calls in it."""
        windows = ((1.0, self.per_second), (60.0, self.per_minute), (86_400.0, self.per_day))
        return tuple((seconds, calls) for seconds, calls in windows if calls is not None)
