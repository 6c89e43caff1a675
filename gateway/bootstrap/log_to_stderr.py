"""Log to stderr of a process that serves: an event per line, rate-limited."""

import logging

from gateway.bootstrap.log_format import formatter
from gateway.bootstrap.log_rate_limit import LogRateLimit
from gateway.settings import Settings


def log_to_stderr(settings: Settings) -> None:
    """Log ours at the configured level, libraries from WARNING on."""
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(settings.operations.log_format))
    handler.addFilter(LogRateLimit(handler.handle))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    operations = settings.operations
    is_verbose = settings.sandbox and "log_level" not in operations.model_fields_set
    logging.getLogger("gateway").setLevel("INFO" if is_verbose else operations.log_level.upper())
