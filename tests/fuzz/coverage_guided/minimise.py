"""Minimising a find: bytes are left out as long as it fails in the same way (delta debugging)."""

from collections.abc import Callable


def minimised(data: bytes, word: Callable[[bytes], str]) -> bytes:
    """A smaller input with the same word. word: of how an input fails; empty where it does not."""
    wanted = word(data)
    if not wanted:
        raise SystemExit("This input does not fail any more.")
    step = max(1, len(data) // 2)
    while True:
        at = 0
        while at < len(data):
            shorter = data[:at] + data[at + step :]
            if word(shorter) == wanted:
                data = shorter
            else:
                at += step
        if step == 1:
            return data
        step //= 2
