"""Entry point of `epix-gateway` and of `python -m gateway`: the command line.

Processes that import this module again, such as those that prepare permits, have no use for the
command line: it is imported when it runs.
"""

import gc

_GC_THRESHOLD = 20_000
"""Objects between two garbage collections of the youngest ones.

Imports make half a million objects, and all of them stay: with Python's 700 a sixth of the time of
a start went into collections that found nothing.
"""


def main() -> None:
    """Run the command line."""
    gc.set_threshold(_GC_THRESHOLD)
    from gateway.cli.main import main as command_line

    try:
        command_line()
    finally:
        # The process ends now: Python's last garbage collections would look through the objects of
        # all libraries once more, which takes longer than all else at the end.
        gc.freeze()


if __name__ == "__main__":
    main()
