"""Request messages of the pages, for operations and for calls to the sandbox."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gateway.domain.partner import OperationName
from gateway.exchange.sandbox.cases import SandboxCase
from gateway.web.portal.description import Service
from gateway.wire.namespaces import SOAP_11
from schemas import VersionName

_SAME = {OperationName.GET_FINAL_AS_THE_HUB: OperationName.GET_FINAL}
"""An operation under another name -> the one whose calls to the sandbox it takes."""


@dataclass(frozen=True, slots=True)
class RequestMessage:
    """A message to an operation.

    number, token: of the permit; empty leaves the element out.
    counted: letter and quantity of each line, for ConfirmQuantities.
    envelope: namespace of the envelope.
    header: local name of a mandatory header block that the service does not know; empty for none.
    """

    operation: OperationName
    number: str
    token: str
    country: str
    counted: tuple[tuple[str, str], ...] = ()
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


def request_of(case: SandboxCase) -> RequestMessage:
    """The message of a call to the sandbox."""
    return RequestMessage(case.operation, case.number, case.token, case.country, case.quantities)


def example_request(
    service: Service, operation: OperationName, envelope: str = SOAP_11
) -> RequestMessage:
    """The right request of an operation: in a sandbox one that is answered, else invented."""
    request = RequestMessage(
        operation,
        f"{service.country}26EX000001",
        "TOKEN-OF-THE-PERMIT",
        service.country,
        (("A", "5"), ("B", "12.5"), ("C", "3")),
    )
    answered = (case for case in calls(service, operation) if not case.is_fault)
    if case := next(answered, None):
        request = request_of(case)
    return replace(request, operation=operation, envelope=envelope)


def calls(
    service: Service, operation: OperationName, version: VersionName | None = None
) -> Iterator[SandboxCase]:
    """Calls to the sandbox with an operation.

    version: the only contract version that is meant; None: both.
    """
    for case in service.cases:
        if case.operation is _SAME.get(operation, operation) and (
            version is None or case.version in (None, version)
        ):
            yield case
