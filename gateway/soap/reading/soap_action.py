"""SOAP action: an action that names another operation of this contract is refused.

The Body decides the operation; an action never selects, replaces or widens it. A proxy that filters
by action would otherwise let through what it means to stop. Tools make actions of their own out of
a WSDL, `<namespace>/Epix/<Op>Request` and the like, and some send one that names nothing here: no
filter can mistake these. Source: wire contract, sections 1 and 12 (O7).
"""

import re
from collections.abc import Mapping

from gateway.domain.errors import InvalidRequest
from gateway.domain.partner import OperationName
from gateway.wire.media_type import MediaType

_OPERATION = re.compile(
    rf"(?<![a-z])({'|'.join(OperationName)})(?:Request|Response)?(?![a-z])", re.IGNORECASE
)
"""The name of an operation, or of its message, as a word. A filter may ignore the case."""


def check_action(headers: Mapping[str, str], *media_types: MediaType, operation: str) -> None:
    """Compare SOAPAction (SOAP 1.1) and the action parameter (SOAP 1.2) with the operation.

    Raises InvalidRequest.
    """
    usual = ("", f'"urn:{operation}"', f"urn:{operation}", '""')
    header = headers.get("soapaction", "")
    for action in (header, *(media.parameters.get("action", "") for media in media_types)):
        if action in usual:
            continue
        if any(name.lower() != operation.lower() for name in _OPERATION.findall(action)):
            raise InvalidRequest("The SOAP action names another operation than the Body.")
