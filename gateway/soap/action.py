"""Does the action beside the message agree with the message?

The Body decides the operation; an action never selects, replaces or widens it, and one that contradicts is refused.
Source: wire contract, sections 1 and 12 (O7).
"""

from collections.abc import Mapping

from gateway.domain.errors import InvalidRequest
from gateway.soap.media import MediaType


def check_action(headers: Mapping[str, str], *media_types: MediaType, operation: str) -> None:
    """SOAPAction (SOAP 1.1) and the action parameter (SOAP 1.2): `urn:<Op>`, `<Op>`, empty or absent, quoted or not.

    Raises InvalidRequest.
    """
    header = headers.get("soapaction", "").strip(" \t")
    if len(header) >= 2 and header[0] == header[-1] == '"':
        header = header[1:-1].strip(" \t")
    for action in (header, *(media.parameters.get("action", "") for media in media_types)):
        if action not in ("", operation, f"urn:{operation}"):
            raise InvalidRequest("The SOAP action names another operation than the Body.")
