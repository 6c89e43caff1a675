"""Entry point of `epix-gateway` and of `python -m gateway`: the command line.

Each worker process of `serve` imports this module again (multiprocessing's spawn). So it imports
the command line only when it runs: Typer and Rich take a tenth of a second.
"""

import gc


def main() -> None:
    """Run the command line."""
    from gateway.cli.main import main as command_line

    try:
        command_line()
    finally:
        # The process ends now: Python's last garbage collections would look through the objects of
        # all libraries once more, which takes longer than all else at the end.
        gc.freeze()


if __name__ == "__main__":
    main()
