"""Rate limit for calls to a partner: its call budget, kept by all processes of this machine.

A sliding window: a ring in a file holds the moments of the last calls, as many as the budget
allows, so a call may be made once the oldest of them has left the window. The ring is locked while
it is looked at (flock), because `serve` has several processes and each command is one. Gateways on
other machines have rings of their own: a budget for several nodes is to be divided among them.
"""

import fcntl
import os
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from gateway.dialects import CallBudget
from gateway.domain.errors import ServiceUnavailable, TooManyRequests
from gateway.hardening import FOLDER_MODE, private_opener

_NUMBER = struct.Struct("<q")
_MOMENT = struct.Struct("<d")
JITTER_SECONDS = 0.25
"""Each window is longer by this: the partner counts when a call arrives, and a TLS handshake or a
network may hold the first call of a window up and not the last."""


@dataclass(frozen=True, slots=True)
class CallLimit:
    """The limit for one partner. Safe to share between threads and processes.

    name: the partner as a sentence names it.  file: of its rings; made where it is missing.
    now: seconds since 1970, which all processes share.
    """

    name: str
    budget: CallBudget
    file: Path
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    @property
    def longest_seconds(self) -> float:
        """Longest wait for a place."""
        return self.budget.wait_seconds

    def take(self) -> None:
        """Take a place for a call, after a wait where that is short.

        Raises TooManyRequests where it is too long, ServiceUnavailable where the file cannot be
        used.
        """
        allowance = self.budget.wait_seconds
        while wait := self._seconds_to_wait():
            if wait > allowance:
                raise TooManyRequests(
                    f"{self.name} takes {self._spelled}, and these are spent. Nothing was sent;"
                    f" come back in {ceil(wait)} seconds."
                )
            allowance -= wait
            self.sleep(wait)

    @property
    def _spelled(self) -> str:
        windows = {1.0: "a second", 60.0: "a minute", 86_400.0: "a day"}
        return " and ".join(
            f"{calls} {'call' if calls == 1 else 'calls'} {windows[seconds]}"
            for seconds, calls in self.budget.limits
        )

    def _seconds_to_wait(self) -> float:
        """Seconds until there is a place in every window; 0: it was taken now."""
        try:
            self.file.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            with open(self.file, "r+b", opener=_made_if_missing, buffering=0) as opened:
                fcntl.flock(opened, fcntl.LOCK_EX)
                return self._looked_up(opened.fileno())
        except OSError:
            raise ServiceUnavailable(
                f"The calls to {self.name} cannot be counted: {self.file.name} cannot be written."
            ) from None

    def _looked_up(self, file: int) -> float:
        size = sum(_NUMBER.size + calls * _MOMENT.size for _, calls in self.budget.limits)
        if os.fstat(file).st_size != size:  # new, or of another budget
            os.ftruncate(file, 0)
            os.ftruncate(file, size)
        now, wait, places = self.now(), 0.0, []
        begin = 0
        for seconds, calls in self.budget.limits:
            (next_place,) = _NUMBER.unpack(os.pread(file, _NUMBER.size, begin))
            place = begin + _NUMBER.size + next_place % calls * _MOMENT.size
            (oldest,) = _MOMENT.unpack(os.pread(file, _MOMENT.size, place))
            # A moment that lies ahead was written before the clock was set back; it does not count.
            if oldest <= now:
                wait = max(wait, oldest + seconds + JITTER_SECONDS - now)
            places.append((begin, place, (next_place + 1) % calls))
            begin += _NUMBER.size + calls * _MOMENT.size
        if wait > 0:
            return wait
        for begin, place, following in places:
            os.pwrite(file, _MOMENT.pack(now), place)
            os.pwrite(file, _NUMBER.pack(following), begin)
        return 0.0


def _made_if_missing(path: str, flags: int) -> int:
    return private_opener(path, flags | os.O_CREAT)
