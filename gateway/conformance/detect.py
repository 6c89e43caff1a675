"""Detection of the contract version that an address speaks: by its WSDL, else by ServiceState."""

from collections.abc import Mapping

from gateway.conformance.answers import NotReadable, parsed, soap_answer
from gateway.conformance.case import RequestForm
from gateway.conformance.exchange import Received, Sent, Wire
from gateway.conformance.messages import NO_PARAMETERS, request
from gateway.conformance.speech import Speech
from gateway.wire.soap_version import SoapVersion
from schemas import VERSIONS, ContractVersion


class NotDetected(Exception):
    """Neither way says the version. The text is the rest of a sentence."""


def detected_version(wire: Wire, speeches: Mapping[str, Speech]) -> ContractVersion:
    """The contract version. speeches: of the contract, by version.  Raises NotDetected."""
    received = wire.send(Sent("GET", "wsdl", {}, b""))
    if received.failure is not None and received.status is None:
        raise NotDetected(received.failure)
    found = _in_wsdl(received) or _by_service_state(wire, speeches)
    if found is None:
        raise NotDetected("publishes no WSDL and answers ServiceState in no version.")
    return found


def _in_wsdl(received: Received) -> ContractVersion | None:
    try:
        namespace = parsed(received.body, None).get("targetNamespace")
    except NotReadable:
        return None
    return next((each for each in VERSIONS.values() if each.namespace == namespace), None)


def _by_service_state(wire: Wire, speeches: Mapping[str, Speech]) -> ContractVersion | None:
    form = RequestForm(operation="ServiceState", permit="", country="absent")
    for name, speech in reversed(list(speeches.items())):
        version = VERSIONS[name]
        received = wire.send(request(form, NO_PARAMETERS, speech, SoapVersion.V1_1))
        try:
            answer = soap_answer(received)
        except NotReadable:
            continue
        if answer.content.tag == f"{{{version.namespace}}}ServiceStateResponse":
            return version
    return None
