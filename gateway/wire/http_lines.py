"""Head of an HTTP response: its lines, bounded and free of control characters.

http.client counts lines at LF and hands the head to Python's e-mail parser. That parser also ends
lines at a bare CR, and reads what follows as nested parts of a mail: a head of some megabytes then
keeps it busy for minutes, which no timeout of a socket ends.
Source: RFC 9112, sections 2.2 and 5; RFC 9110, section 5.5.
"""

import http.client
import io
import re

_MAX_HEAD_BYTES = 32 * 1024
_CONTROL_CHARACTER = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


class HttpLines(io.BufferedReader):
    """A reader for http.client, which reads lines in the head and between chunks alone.

    The limit holds for lines in a row: the head with interim answers before it, the trailer, the
    size of a chunk. Reading of a body begins it anew, so that many small chunks are no long head.
    """

    def __init__(self, raw: io.RawIOBase) -> None:
        super().__init__(raw)
        self._bytes_left = _MAX_HEAD_BYTES

    def readline(self, size: int | None = -1, /) -> bytes:
        """See the base class. Raises http.client.HTTPException."""
        del size  # http.client's own limit is larger
        line = super().readline(self._bytes_left + 1)
        self._bytes_left -= len(line)
        if self._bytes_left < 0:
            raise http.client.LineTooLong("head of a response")
        if _CONTROL_CHARACTER.search(line.removesuffix(b"\n").removesuffix(b"\r")):
            raise http.client.HTTPException("control character in a line of a response")
        return line

    def read(self, size: int | None = -1, /) -> bytes:
        """See the base class."""
        self._bytes_left = _MAX_HEAD_BYTES
        return super().read(size)

    def read1(self, size: int = -1, /) -> bytes:
        """See the base class."""
        self._bytes_left = _MAX_HEAD_BYTES
        return super().read1(size)
