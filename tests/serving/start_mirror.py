"""Program that calls `serve`; its options come pickled in a file.

Environment: REFUSED_FORK, the number of a fork that the system refuses, 1 for the first.
"""

import os
import pickle
import sys
from pathlib import Path

from gateway.serving import CannotServe, serve


def refuse_fork(number: int) -> None:
    fork, forks = os.fork, iter(range(1, 1000))

    def counted() -> int:
        if next(forks) == number:
            raise BlockingIOError("Resource temporarily unavailable")
        return fork()

    os.fork = counted


if __name__ == "__main__":
    refuse_fork(int(os.environ.get("REFUSED_FORK", "0")))
    try:
        serve(pickle.loads(Path(sys.argv[1]).read_bytes()))
    except CannotServe as error:
        sys.exit(f"cannot serve: {error}")
