"""Which operations are there, and which use case answers each? A few lines per operation."""

# isort: off
import gateway.soap.spyne_compat  # noqa: F401 - before spyne
from spyne import ServiceBase, rpc
# isort: on

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from gateway.domain.endorsement import SeenQuantity
from gateway.domain.partner import OperationName, Partner
from gateway.exchange.answer_certificate import AnswerCertificate, CertificateAnswer
from gateway.exchange.confirm_quantities import ConfirmationAnswer, ConfirmQuantities
from gateway.exchange.know_caller import AnyCaller, KnowCaller
from gateway.exchange.service_state import ServiceState, StateAnswer
from gateway.soap.messages import messages
from gateway.soap.names import ContractVersion

Answer = CertificateAnswer | ConfirmationAnswer | StateAnswer


@dataclass(frozen=True, slots=True)
class UseCases:
    """What stands behind the door. require_open: raises UnderMaintenance while nothing but the state is told."""

    know_caller: KnowCaller | AnyCaller
    answer_certificate: AnswerCertificate
    confirm_quantities: ConfirmQuantities
    service_state: ServiceState
    require_open: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Call:
    """One call: what an operation needs beside its request. It stands where Spyne hands on its context.

    version: of the contract.  message: as it came.
    """

    use_cases: UseCases
    caller: Partner
    version: str
    message: bytes


def epix_service(version: ContractVersion) -> Any:
    """The five operations in the namespace of one contract version, as a Spyne service class."""
    kinds = messages(version)

    def operation(name: OperationName, request: Any, response: Any) -> Callable[[Any], Any]:
        names = {
            "_in_message_name": f"{{{version.namespace}}}{name}Request",
            "_out_message_name": f"{{{version.namespace}}}{name}Response",
        }
        decorator: Callable[[Any], Any] = rpc(request, _returns=response, _body_style="bare", **names)
        return decorator

    class Epix(ServiceBase):  # type: ignore[misc]
        @operation(OperationName.GET_NON_FINAL, kinds.certificate_request, kinds.certificate_response)
        def GetNonFinalCitesCertificate(call: Call, request: Any) -> CertificateAnswer:
            return _certificate(OperationName.GET_NON_FINAL, call, request)

        @operation(OperationName.GET_FINAL, kinds.certificate_request, kinds.certificate_response)
        def GetFinalCertificate(call: Call, request: Any) -> CertificateAnswer:
            return _certificate(OperationName.GET_FINAL, call, request)

        @operation(OperationName.GET_FINAL_AS_THE_HUB, kinds.certificate_request, kinds.certificate_response)
        def GetFinalCitesCertificate(call: Call, request: Any) -> CertificateAnswer:
            return _certificate(OperationName.GET_FINAL_AS_THE_HUB, call, request)

        @operation(
            OperationName.CONFIRM_QUANTITIES, kinds.confirm_quantities_request, kinds.confirm_quantities_response
        )
        def ConfirmQuantities(call: Call, request: Any) -> ConfirmationAnswer:
            seen = [
                SeenQuantity(line.ID, line.InspectedUnitQuantity) for line in request.ConfirmedQuantities.CitesPosition
            ]
            call.use_cases.require_open()
            return call.use_cases.confirm_quantities.confirm(
                request.CertificateNumber, request.TokenId, request.IsoCountryCode, seen, call.caller,
                sha256(call.message).hexdigest(),
            )  # fmt: skip

        @operation(OperationName.SERVICE_STATE, kinds.service_state_request, kinds.service_state_response)
        def ServiceState(call: Call, request: Any) -> StateAnswer:
            return call.use_cases.service_state.tell(request.IsoCountryCode, call.caller)

    return Epix


def _certificate(operation: OperationName, call: Call, request: Any) -> CertificateAnswer:
    call.use_cases.require_open()
    return call.use_cases.answer_certificate.answer(
        operation, request.CertificateNumber, request.TokenId, request.IsoCountryCode, call.caller, call.version
    )
