"""Call budget of a declaration: how many permits partners are asked for, and for how long.

A declaration has up to 999 lines, and each may name another permit. Partners are asked one after
another by the thread that a customs system waits for.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.domain.declarations.refused import DeclarationInvalid
from gateway.domain.errors import ServiceUnavailable
from gateway.domain.people.sentence import Sentence


@dataclass(frozen=True, slots=True)
class AskBudget:
    """Bounds of one check or act.

    most: permits that partners are asked for.  seconds: after which no further one is asked for;
    an exchange under way is bounded by itself.  timer: seconds of a monotonic clock.
    """

    most: int
    seconds: float
    timer: Callable[[], float]

    def begin(self) -> "Asking":
        """Begin to ask for the permits of a declaration."""
        return Asking(self, self.timer())


@dataclass(slots=True)
class Asking:
    """Questions of one check or act. began: by the timer.  asked: permits so far."""

    budget: AskBudget
    began: float
    asked: int = field(default=0)

    def spend(self) -> None:
        """Count a question before it is asked.

        Raises DeclarationInvalid where too many permits are named, ServiceUnavailable where the
        time is over.
        """
        if self.asked >= self.budget.most:
            raise DeclarationInvalid(
                Sentence(
                    "Partners are asked for {most} permits of a declaration at most, and this one"
                    " is left. Divide the declaration, or take what is at hand.",
                    {"most": self.budget.most},
                ),
                field="number",
                box="1",
            )
        if self.budget.timer() - self.began >= self.budget.seconds:
            raise ServiceUnavailable(
                Sentence(
                    "Partners were asked for {seconds} s, and this permit is left. Try again with"
                    " fewer lines.",
                    {"seconds": format(self.budget.seconds, "g")},
                )
            )
        self.asked += 1
