"""Log format: an event per line, whatever its values hold.

Values of others reach the log in names, and in the sentences of libraries. What would end a line,
turn its direction or not be seen is written as an escape, the line breaks of a stack trace
included: no value forges an event.
"""

import logging

from gateway.domain.foreign_text import one_line


class OneLineFormatter(logging.Formatter):
    """Formatter whose every event is one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of an event."""
        return one_line(super().format(record))
