"""Operations of the SOAP service as Spyne defines them; each calls its use case in a few lines."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from spyne import ServiceBase, rpc

from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.partner import OperationName
from gateway.exchange.permits.answer import CertificateAnswer
from gateway.exchange.permits.confirm import ConfirmationAnswer
from gateway.exchange.service.state import StateAnswer
from gateway.soap.spyne.messages import messages
from gateway.soap.use_cases import Call
from schemas import ContractVersion


def epix_service(version: ContractVersion) -> Any:
    """The five operations of one contract version, as a service class of Spyne.

    An operation takes a Call where Spyne would pass its context, and a request object.
    """
    types = messages(version)

    def operation(name: OperationName, request: Any, response: Any) -> Callable[[Any], Any]:
        return _operation(version, name, request, response)

    class Epix(ServiceBase):  # type: ignore[misc]
        @operation(
            OperationName.GET_NON_FINAL, types.certificate_request, types.certificate_response
        )
        def GetNonFinalCitesCertificate(call: Call, request: Any) -> CertificateAnswer:
            return _certificate(OperationName.GET_NON_FINAL, call, request)

        @operation(OperationName.GET_FINAL, types.certificate_request, types.certificate_response)
        def GetFinalCertificate(call: Call, request: Any) -> CertificateAnswer:
            return _certificate(OperationName.GET_FINAL, call, request)

        @operation(
            OperationName.GET_FINAL_AS_THE_HUB,
            types.certificate_request,
            types.certificate_response,
        )
        def GetFinalCitesCertificate(call: Call, request: Any) -> CertificateAnswer:
            return _certificate(OperationName.GET_FINAL_AS_THE_HUB, call, request)

        @operation(
            OperationName.CONFIRM_QUANTITIES,
            types.confirm_quantities_request,
            types.confirm_quantities_response,
        )
        def ConfirmQuantities(call: Call, request: Any) -> ConfirmationAnswer:
            return _confirmation(call, request)

        @operation(
            OperationName.SERVICE_STATE, types.service_state_request, types.service_state_response
        )
        def ServiceState(call: Call, request: Any) -> StateAnswer:
            return call.use_cases.service_state.report(request.IsoCountryCode, call.caller)

    return Epix


def _operation(
    version: ContractVersion, name: OperationName, request: Any, response: Any
) -> Callable[[Any], Any]:
    """Decorator of a function that answers an operation, with the message names of the WSDL."""
    names = {
        "_in_message_name": f"{{{version.namespace}}}{name}Request",
        "_out_message_name": f"{{{version.namespace}}}{name}Response",
    }
    decorator: Callable[[Any], Any] = rpc(request, _returns=response, _body_style="bare", **names)
    return decorator


def _certificate(operation: OperationName, call: Call, request: Any) -> CertificateAnswer:
    call.use_cases.require_open()
    return call.use_cases.answer_certificate.answer(
        operation,
        request.CertificateNumber,
        request.TokenId,
        request.IsoCountryCode,
        call.caller,
        call.version,
    )


def _confirmation(call: Call, request: Any) -> ConfirmationAnswer:
    seen = [
        SeenQuantity(line.ID, line.InspectedUnitQuantity)
        for line in request.ConfirmedQuantities.CitesPosition
    ]
    call.use_cases.require_open()
    return call.use_cases.confirm_quantities.confirm(
        request.CertificateNumber,
        request.TokenId,
        request.IsoCountryCode,
        seen,
        call.caller,
        sha256(call.message).hexdigest(),
    )
