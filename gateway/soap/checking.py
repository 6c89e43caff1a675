"""Check of a message without an exchange: the endpoint's own steps, to try out a request.

No caller is identified, no use case called, nothing journaled.
"""

from dataclasses import dataclass

import wsdl
from gateway.domain.errors import InvalidRequest
from gateway.domain.partner import OperationName
from gateway.soap.reading.encoding import to_utf8
from gateway.soap.reading.envelope import request_in, soap_of
from gateway.soap.reading.errors import NotUnderstood
from gateway.soap.reading.limits import MessageLimits
from gateway.soap.reading.request_schema import request_schema
from gateway.soap.reading.xml import parse
from gateway.soap.spyne.dispatch import dispatcher
from schemas import VERSIONS


@dataclass(frozen=True, slots=True)
class CheckedRequest:
    """A message that the endpoint would take. version: `v1` or `v2`."""

    version: str
    operation: OperationName


def check_request(message: bytes) -> CheckedRequest:
    """Read a request as the endpoint of its version does.

    message: an envelope without package.  Raises InvalidRequest, MessageTooLarge, VersionMismatch.
    """
    limits = MessageLimits()
    root = parse(to_utf8(message, None), limits, known=False)
    try:
        element = request_in(root, soap_of(root), "", limits)
    except NotUnderstood:
        raise InvalidRequest(
            "A mandatory header block for this service is not known here."
        ) from None
    version = next(
        (name for name, its in VERSIONS.items() if f"{{{its.namespace}}}" in element.tag),
        None,
    )
    if version is None:
        raise InvalidRequest(
            "The Body holds no request of this contract: its namespace is of neither version."
        )
    operation = dispatcher(VERSIONS[version]).operation(element)
    request_schema(wsdl.file(version)).check(element)
    return CheckedRequest(version, operation)
