"""Request messages of the pages: those of the operations, and wrong ones that give a fault."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.domain.partner import OperationName
from gateway.web.portal.description import ExamplePermit
from gateway.wire.namespaces import SOAP_11

COUNTED: Mapping[str, str] = {"A": "5", "B": "12.5", "C": "3"}
"""Quantities by line, as the pages report them: all of box 11 of the example permits."""


@dataclass(frozen=True, slots=True)
class RequestMessage:
    """A message to an operation.

    counted: quantities by line, for ConfirmQuantities; a line can stand twice.
    number, token, country: other values than those of the permit; None leaves the element out.
    envelope: namespace of the envelope.
    header: local name of a mandatory header block in a namespace of nobody; empty for none.
    """

    operation: OperationName
    number: str | None
    token: str | None
    country: str | None
    counted: tuple[tuple[str, str], ...] = field(default_factory=lambda: tuple(COUNTED.items()))
    envelope: str = SOAP_11
    header: str = ""

    @property
    def names_permit(self) -> bool:
        """Whether the operation asks about a permit."""
        return self.operation is not OperationName.SERVICE_STATE

    @property
    def confirms(self) -> bool:
        """Whether it reports quantities."""
        return self.operation is OperationName.CONFIRM_QUANTITIES


def request_for(
    operation: OperationName, permit: ExamplePermit, envelope: str = SOAP_11
) -> RequestMessage:
    """The right request of an operation about a permit."""
    return RequestMessage(
        operation, permit.number, permit.token, permit.country, envelope=envelope
    )
