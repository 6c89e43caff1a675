"""Checks of the published WSDL: well-formed, of this contract version, operations, address."""

from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

from lxml import etree

from gateway.conformance.answers import NotReadable, local_name, parsed
from gateway.conformance.checks.verdicts import DoesNotHold, NotApplicable
from gateway.conformance.exchange import Judged
from gateway.conformance.speech import NotSpoken, Speech
from gateway.domain.partner import OperationName

_WSDL = "http://schemas.xmlsoap.org/wsdl/"
_OPTIONAL = {OperationName.GET_FINAL}
"""A second name of an operation."""


def wsdl(judged: Judged, _expected: object) -> str | None:
    """A WSDL is served, and its target namespace is that of the contract version."""
    found = _definitions(judged).get("targetNamespace")
    expected = judged.endpoint.speech.namespace
    if found != expected:
        return f"The target namespace of the WSDL is {found}, where {expected} is expected."
    return None


def wsdl_operations(judged: Judged, _expected: object) -> str | None:
    """The WSDL has each operation of the contract."""
    root = _definitions(judged)
    found = {
        each.get("name") for each in root.iterfind(f"{{{_WSDL}}}portType/{{{_WSDL}}}operation")
    }
    lacking = [name for name in _offered(judged.endpoint.speech) if name not in found]
    if lacking:
        return f"The WSDL has no operation {', '.join(lacking)}."
    return None


def _offered(speech: Speech) -> Iterator[str]:
    """Names of the operations that a WSDL must have."""
    for operation in OperationName:
        if operation in _OPTIONAL and speech.is_contract:
            continue
        with suppress(NotSpoken):
            yield speech.names(operation).operation


def wsdl_address(judged: Judged, _expected: object) -> str | None:
    """The address in the WSDL is the one that was called."""
    root = _definitions(judged)
    addresses = [
        each.get("location") or "" for each in root.iter("*") if local_name(each) == "address"
    ]
    called = urlsplit(judged.endpoint.address)
    if not addresses:
        return "The WSDL names no address."
    wrong = [each for each in addresses if _place(each) != (called.netloc, called.path)]
    if wrong:
        return f"The WSDL names the address {wrong[0][:200]}, another than the one called."
    return None


def _place(address: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", ""
    return parts.netloc, parts.path


def _definitions(judged: Judged) -> etree._Element:
    if judged.endpoint.speech.dialect.wsdl is None:
        raise NotApplicable("A service of this dialect publishes no WSDL.")
    received = judged.received
    if received.failure is not None:
        raise DoesNotHold(f"The service {received.failure}")
    if received.status != 200:
        raise _absent(judged, f"HTTP status {received.status} where a WSDL is asked for.")
    try:
        root = parsed(received.body, None)
    except NotReadable:
        raise _absent(
            judged, "There is something else than XML where a WSDL is asked for."
        ) from None
    if root.tag != f"{{{_WSDL}}}definitions":
        raise _absent(judged, f"The document at ?wsdl is {local_name(root)[:60]}, not a WSDL.")
    return root


def _absent(judged: Judged, sentence: str) -> Exception:
    """Missing is a failure of the case that asks for it, and no second one of those about it."""
    if judged.case.of is None:
        return DoesNotHold(sentence)
    return NotApplicable("There is no WSDL to judge.")
