"""Log of a process that serves: an event per line, whatever its values hold, with its moment.

Values of others reach the log in names, and in the sentences of libraries. What would end a line,
turn its direction or not be seen is written as an escape, the line breaks of a stack trace
included: no value forges an event.

Two formats: a line to read, and a JSON object for a collector of logs. Both are formatters of the
standard library: a logging library of its own would bring nothing that is used here.
"""

import json
import logging
from datetime import UTC, datetime
from typing import Literal

from gateway.bootstrap.log_rate_limit import LogRateLimit
from gateway.domain.foreign_text import in_json, one_line
from gateway.settings import Settings


class OneLineFormatter(logging.Formatter):
    """Formatter whose every event is one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of an event."""
        return one_line(super().format(record))

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002
        """Return the moment of an event in UTC with its offset, ISO 8601 to the millisecond."""
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


class JsonFormatter(OneLineFormatter):
    """Formatter whose every event is one JSON object: `time`, `level`, `logger`, `text`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of an event."""
        event = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "text": record.getMessage(),
        }
        if record.exc_info:
            event["error"] = self.formatException(record.exc_info)
        return in_json(json.dumps(event, ensure_ascii=False))


def formatter(name: Literal["text", "json"]) -> logging.Formatter:
    """The formatter of a format, as [operations] log_format names it."""
    if name == "json":
        return JsonFormatter()
    return OneLineFormatter("%(asctime)s %(levelname)s %(message)s")


def log_to_stderr(settings: Settings) -> None:
    """Log ours at the configured level, libraries from WARNING on."""
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(settings.operations.log_format))
    handler.addFilter(LogRateLimit(handler.handle))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    operations = settings.operations
    is_verbose = settings.sandbox and "log_level" not in operations.model_fields_set
    logging.getLogger("gateway").setLevel("INFO" if is_verbose else operations.log_level.upper())
