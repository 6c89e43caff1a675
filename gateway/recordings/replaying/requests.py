"""Replay of requests: each recorded request is sent again, and its answer compared."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gateway.recordings.recording import Message, Recording
from gateway.recordings.replaying.comparison import BoxOf, Comparison, Difference


@dataclass(frozen=True, slots=True)
class Received:
    """An answer as it came. status: of HTTP; None: no answer began.  problem: why; None: none."""

    status: int | None
    answer: Message
    problem: str | None = None


Send = Callable[[Recording], Received]
"""Sends the request of a recording. It raises nothing for what the other side does."""


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """Result of one replay.

    outcome: as it came now; None where it is not judged, as for answers of another server.
    took_seconds: of the replay.
    """

    recording: Recording
    outcome: str | None
    differences: tuple[Difference, ...]
    took_seconds: float

    @property
    def is_same(self) -> bool:
        """Whether the replay gave what was recorded."""
        return not self.differences and self.outcome in (None, self.recording.outcome)


def replay(
    recordings: Sequence[Recording],
    send: Send,
    box_of: BoxOf,
    elapsed: Callable[[], float],
    ignored: Sequence[str] = (),
) -> Iterator[ReplayResult]:
    """Send every request in order, each after the answer to the one before.

    ignored: further places that the comparison leaves out, as `volatile` of a recording.
    elapsed: seconds of a monotonic clock.
    """
    for recording in recordings:
        began = elapsed()
        received = send(recording)
        comparison = Comparison(box_of, (*recording.volatile, *ignored))
        differences = comparison.differences(recording.answer, received.answer)
        if _differs(recording, received):
            status = Difference(
                "(HTTP status)", _shown(recording.status), _shown(received.status, received.problem)
            )
            differences = (status, *differences)
        yield ReplayResult(recording, None, differences, elapsed() - began)


def _differs(recording: Recording, received: Received) -> bool:
    """An inferred status is compared only as answered or not answered."""
    if recording.is_status_known:
        return recording.status != received.status
    return (recording.status is None) != (received.status is None)


def _shown(status: int | None, problem: str | None = None) -> str:
    return str(status) if status is not None else problem or "no answer"
