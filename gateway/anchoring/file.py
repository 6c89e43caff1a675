"""Anchor file: each head is appended as a line, as `epix-gateway journal head` prints it.

It is worth something where whoever administers this machine cannot change it: a mount of another
machine, a disk that is written once.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from gateway.domain.errors import ServiceUnavailable
from gateway.exchange.journal.heads import statement_of
from gateway.exchange.journal.noted_head import NotedHead
from gateway.exchange.ports import Head


@dataclass(frozen=True, slots=True)
class AnchorFile:
    """The port `Anchor`: a file that is made where there is none."""

    path: Path
    name: str = "file"

    def keep(self, head: Head) -> bool:
        """See the port. The line is on the disk when this returns."""
        line = f"{NotedHead.of(statement_of(head.statement))}\n".encode()
        try:
            # Not `open`: a file of append mode only, so that nothing is ever cut off.
            number = os.open(
                self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640
            )
            try:
                if os.write(number, line) != len(line):
                    raise OSError("written in part")
                os.fsync(number)
            finally:
                os.close(number)
        except OSError as error:
            raise ServiceUnavailable(
                f"The anchor file cannot be written: {(error.strerror or str(error)).lower()}."
            ) from None
        return True
