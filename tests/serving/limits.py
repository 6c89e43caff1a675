"""Limits of the servers under test: usual ones, and short ones for tests of slow clients."""

from gateway.serving import Limits
from tests.serving.mirror_site import MAX_BODY_BYTES

USUAL = Limits(max_body_bytes=MAX_BODY_BYTES)
SHORT = Limits(
    max_body_bytes=MAX_BODY_BYTES,
    head_seconds=1.0,
    body_seconds=1.0,
    answer_seconds=1.0,
    idle_seconds=1.0,
)
