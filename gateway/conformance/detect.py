"""Detection of the contract version that an address speaks: by its WSDL, else by ServiceState."""

from gateway.conformance.answers import NotReadable, parsed, soap_answer
from gateway.conformance.case import RequestForm
from gateway.conformance.exchange import Received, Wire
from gateway.conformance.messages import Parameters, request
from gateway.wire.soap_version import SoapVersion
from schemas import VERSIONS, ContractVersion


class NotDetected(Exception):
    """Neither way says the version. The text is the rest of a sentence."""


def detected_version(wire: Wire) -> ContractVersion:
    """The contract version. Raises NotDetected."""
    received = wire.send(request(RequestForm(get="wsdl"), _NOTHING, *_ANY))
    if received.failure is not None and received.status is None:
        raise NotDetected(received.failure)
    found = _in_wsdl(received) or _by_service_state(wire)
    if found is None:
        raise NotDetected("publishes no WSDL and answers ServiceState in no version.")
    return found


def _in_wsdl(received: Received) -> ContractVersion | None:
    try:
        namespace = parsed(received.body, None).get("targetNamespace")
    except NotReadable:
        return None
    return next((each for each in VERSIONS.values() if each.namespace == namespace), None)


def _by_service_state(wire: Wire) -> ContractVersion | None:
    form = RequestForm(operation="ServiceState", permit="", country="absent")
    for version in reversed(list(VERSIONS.values())):
        received = wire.send(request(form, _NOTHING, version, SoapVersion.V1_1))
        try:
            answer = soap_answer(received)
        except NotReadable:
            continue
        if answer.content.tag == f"{{{version.namespace}}}ServiceStateResponse":
            return version
    return None


_NOTHING = Parameters("", None, None)
_ANY = (next(iter(VERSIONS.values())), SoapVersion.V1_1)
