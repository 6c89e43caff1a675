"""How long do the servers under test wait?"""

from mirror_site import MAX_BODY_BYTES

from gateway.serving import Limits

USUAL = Limits(max_body_bytes=MAX_BODY_BYTES)
IMPATIENT = Limits(
    max_body_bytes=MAX_BODY_BYTES, head_seconds=1.0, body_seconds=1.0, answer_seconds=2.0, idle_seconds=1.0
)
