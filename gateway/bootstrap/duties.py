"""What does a gateway do by itself while it serves? Duties in threads of the supervisor, apart from its workers."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

from gateway.domain.errors import GatewayError
from gateway.exchange.ports import Turns

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Duty:
    """name: one short word, also of its turn.  seconds: between two rounds.

    work: one round of it. What it is given says whether the gateway is leaving: a long round asks now and then.
    """

    name: str
    work: Callable[[Callable[[], bool]], object]
    seconds: float


@contextmanager
def on_duty(duties: Sequence[Duty], turns: Turns) -> Iterator[None]:
    """Do them for the length of the block; a round under way comes to its end before the block does."""
    leaving = Event()
    threads = [Thread(target=_keep_at, args=(duty, turns, leaving), name=duty.name, daemon=True) for duty in duties]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        leaving.set()
        for thread in threads:
            thread.join()


def _keep_at(duty: Duty, turns: Turns, leaving: Event) -> None:
    while not leaving.wait(duty.seconds):
        try:
            with turns.take(duty.name) as mine:
                if mine:
                    duty.work(leaving.is_set)
        except GatewayError as trouble:
            _LOG.warning("duty=%s outcome=%s", duty.name, trouble.code)
        except Exception as trouble:  # noqa: BLE001 - whatever it is, the next round is tried
            _LOG.error("duty=%s defect=%s", duty.name, type(trouble).__name__)
