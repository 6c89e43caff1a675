"""Program that calls `serve`; its options come pickled in a file."""

import pickle
import sys
from pathlib import Path

from gateway.serving import CannotServe, serve

if __name__ == "__main__":
    try:
        serve(pickle.loads(Path(sys.argv[1]).read_bytes()))
    except CannotServe as error:
        sys.exit(f"cannot serve: {error}")
