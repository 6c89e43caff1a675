"""Kinds of limits that a worker may reach; each is counted by its kind and logged as a sentence."""

from collections.abc import Callable
from enum import StrEnum


class Limit(StrEnum):
    """Kind of a limit. Few and fixed, as they are the values of a metric's label."""

    CONNECTIONS = "connections"
    PIPELINED_BYTES = "pipelined_bytes"
    BODY_BYTES = "body_bytes"
    HANDSHAKES = "handshakes"
    HANDSHAKE_SECONDS = "handshake_seconds"
    REQUEST_SECONDS = "request_seconds"
    """A client that was too slow with head or body of a request."""


LimitReached = Callable[[Limit, str], None]
"""Counts a limit that is reached, and logs the sentence at a limited rate."""
