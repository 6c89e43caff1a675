"""Requests to a stand-in, read by the data of its dialect: names, parameters, headers, log-in.

Strict where the dialect says so, so that a client finds its mistakes here and not at the partner.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from gateway.dialects import (
    Carries,
    Dialect,
    DialectOperation,
    HeaderBlock,
    OperationNames,
    Parameter,
    QuantityNames,
    Style,
)
from gateway.domain.errors import (
    AccessDenied,
    InvalidRequest,
    MustUnderstand,
    OperationNotAvailable,
    VersionMismatch,
)
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.partner import OperationName
from gateway.domain.white_space import trimmed
from gateway.exchange.ports import MessageVerifier
from gateway.http import HttpRequest
from gateway.wire.media_type import MediaType
from gateway.wire.namespaces import SOAP_11, SOAP_11_ENCODING, WSSE, XSI
from gateway.wire.soap_version import SoapVersion
from gateway.wire.xml_parser import hardened_parser, has_doctype, has_namespace_error

_VERSIONS = {"1.1": SoapVersion.V1_1, "1.2": SoapVersion.V1_2}
_MAX_MARKUP = 10_000
_MAX_VALUE_CHARACTERS = 16_384
_NIL, _TYPE = f"{{{XSI}}}nil", f"{{{XSI}}}type"
_ENCODING_STYLE = f"{{{SOAP_11}}}encodingStyle"
_CONTRACT_NAMES = frozenset(
    name for operation in OperationName for name in (str(operation), f"{operation}Request")
)


@dataclass(frozen=True, slots=True)
class AskedOperation:
    """A request as read. names: in the spelling that was used.

    number, token, country: None where absent.  seen: empty where the operation carries none.
    """

    operation: OperationName
    names: OperationNames
    number: str | None
    token: str | None
    country: str | None
    seen: tuple[SeenQuantity, ...]


@dataclass(slots=True)
class Envelope:
    """An envelope while it is read. soap: as its media type or root says it."""

    soap: SoapVersion = SoapVersion.V1_1
    number: str | None = None


class RequestReader:
    """Reads requests of one dialect. Safe to share between threads.

    namespace: of the service.  values: of the log-in, by name: a request must hold the same.
    verifier: of WS-Security; None where the dialect has none.
    """

    def __init__(
        self,
        dialect: Dialect,
        namespace: str,
        values: Mapping[str, str],
        verifier: MessageVerifier | None,
    ) -> None:
        self._dialect = dialect
        self._namespace = namespace
        self._values = values
        self._verifier = verifier
        self._operations = {
            f"{{{namespace}}}{names.request}": (operation, form, names)
            for operation, form in dialect.operations.items()
            for names in form.names
        }

    def read(self, request: HttpRequest, envelope: Envelope) -> AskedOperation:
        """Read a request; `envelope` is filled on the way, for the fault of a refused one.

        Raises InvalidRequest, VersionMismatch, OperationNotAvailable, AccessDenied, TrustRefused.
        """
        media = MediaType.parse(request.headers.get("content-type", ""))
        if media is None or media.soap is None:
            raise InvalidRequest("A request is text/xml or application/soap+xml.")
        envelope.soap = media.soap
        root = _parsed(request.body)
        envelope.soap = self._soap_of(root)
        if self._verifier:
            root = _parsed(self._verifier.verified(etree.tostring(root, encoding="UTF-8"), ""))
        body = root.findall(f"{{{envelope.soap.value}}}Body")
        if len(body) != 1 or len(body[0]) != 1:
            raise InvalidRequest("The Body holds exactly one element, the request.")
        wrapper = body[0][0]
        operation, form, names = self._operation(wrapper)
        self._check_action(request.headers, names)
        self._check_headers(root.find(f"{{{envelope.soap.value}}}Header"))
        found = self._parameters(wrapper, form)
        envelope.number = found.get(Carries.NUMBER)
        return AskedOperation(
            operation,
            names,
            found.get(Carries.NUMBER),
            found.get(Carries.TOKEN),
            found.get(Carries.COUNTRY),
            self._seen(wrapper, form),
        )

    def _soap_of(self, root: etree._Element) -> SoapVersion:
        for name in self._dialect.form.soap:
            if root.tag == f"{{{_VERSIONS[name].value}}}Envelope":
                return _VERSIONS[name]
        if etree.QName(root).localname != "Envelope":
            raise InvalidRequest("The message is not a SOAP Envelope.")
        known = " and ".join(self._dialect.form.soap)
        raise VersionMismatch(f"This dialect speaks SOAP {known}.")

    def _operation(
        self, wrapper: etree._Element
    ) -> tuple[OperationName, DialectOperation, OperationNames]:
        found = self._operations.get(wrapper.tag)
        if found:
            return found
        name = etree.QName(wrapper).localname
        known = ", ".join(tag.rpartition("}")[2] for tag in self._operations)
        if name in _CONTRACT_NAMES and not any(
            name == tag.rpartition("}")[2] for tag in self._operations
        ):
            raise OperationNotAvailable(f"This dialect has no such operation; it has {known}.")
        raise InvalidRequest(
            f"The Body holds no request of this dialect ({self._namespace}: {known})."
        )

    def _check_action(self, headers: Mapping[str, str], names: OperationNames) -> None:
        action = trimmed(headers.get("soapaction", "")).strip('"')
        if self._dialect.reading.any_action:
            others = {each.action for _, _, each in self._operations.values() if each != names}
            if action in others - {names.action}:
                raise InvalidRequest("SOAPAction names another operation than the Body.")
            return
        expected = names.action.replace("{namespace}", self._namespace)
        if action not in ("", expected):
            raise InvalidRequest(f"SOAPAction of this operation is {expected}.")

    def _check_headers(self, header: etree._Element | None) -> None:
        known = {
            f"{{{each.namespace or self._namespace}}}{each.element}"
            for each in self._dialect.headers
        }
        for given in header if header is not None else ():
            flags = (given.get(f"{{{soap.value}}}mustUnderstand", "0") for soap in SoapVersion)
            is_login = self._verifier is not None and given.tag == f"{{{WSSE}}}Security"
            if given.tag not in known and not is_login and {*flags} & {"1", "true"}:
                raise MustUnderstand("A mandatory header block is not known here.")
        for block in self._dialect.headers:
            namespace = block.namespace or self._namespace
            found = None if header is None else header.find(f"{{{namespace}}}{block.element}")
            if found is None:
                if block.optional:
                    continue
                raise InvalidRequest(f"The header block {block.element} is missing.")
            self._check_block(block, found, namespace)

    def _check_block(self, block: HeaderBlock, found: etree._Element, namespace: str) -> None:
        texts = [(block.text, found)] if block.text else []
        for child in block.children:
            there = self._child(found, child.element, namespace, qualified=child.qualified)
            if there is None:
                raise InvalidRequest(f"{child.element} in {block.element} is missing.")
            texts.append((child.text, there))
        for expected, element in texts:
            text = trimmed(element.text or "")
            wanted = self._values.get(expected.value) if expected.value else expected.constant
            if not text or (wanted is not None and text != wanted):
                raise AccessDenied(
                    f"{etree.QName(element).localname} in {block.element} is not that of this"
                    " stand-in."
                )

    def _child(
        self, parent: etree._Element, name: str, namespace: str, *, qualified: bool
    ) -> etree._Element | None:
        tags = [f"{{{namespace}}}{name}", name]
        if not self._dialect.reading.any_qualification:
            tags = tags[:1] if qualified else tags[1:]
        return next((child for tag in tags for child in parent.findall(tag)), None)

    def _parameters(self, wrapper: etree._Element, form: DialectOperation) -> dict[Carries, str]:
        by_tag = {
            tag: parameter for parameter in form.parameters for tag in self._tags(parameter.element)
        }
        order = [parameter.element for parameter in form.parameters]
        found: dict[Carries, str] = {}
        places = []
        self._check_attributes(wrapper, _ENCODING_STYLE)
        for child in wrapper:
            parameter = by_tag.get(child.tag)
            if parameter is None:
                raise InvalidRequest(
                    f"{etree.QName(child).localname} is no parameter of this operation, or has not"
                    f" the namespace it should have: {', '.join(order) or 'none'}."
                )
            places.append(order.index(parameter.element))
            if parameter.carries is not Carries.QUANTITIES and (text := self._text(child)):
                found[parameter.carries] = text
        self._check_order(places, order)
        for parameter in form.parameters:
            if parameter.carries is Carries.NUMBER and Carries.NUMBER not in found:
                raise InvalidRequest(f"{parameter.element} is missing.", box="1")
        return found

    def _check_order(self, places: list[int], order: list[str]) -> None:
        if len(set(places)) < len(places):
            raise InvalidRequest("A parameter stands twice.")
        is_rpc = self._dialect.form.style is Style.RPC_ENCODED
        if not is_rpc and places != sorted(places):
            raise InvalidRequest(f"The parameters stand in this order: {', '.join(order)}.")

    def _text(self, element: etree._Element) -> str:
        self._check_attributes(element)
        if len(element):
            raise InvalidRequest(f"{etree.QName(element).localname} holds text alone.")
        text = trimmed(element.text or "")
        if trimmed(element.get(_NIL, "false")) in ("true", "1"):
            return ""
        return text

    def _check_attributes(self, element: etree._Element, *more: str) -> None:
        allowed = {_NIL, _TYPE, *more}
        style = element.get(_ENCODING_STYLE, SOAP_11_ENCODING)
        if any(str(name) not in allowed for name in element.attrib) or style != SOAP_11_ENCODING:
            raise InvalidRequest(
                f"{etree.QName(element).localname} carries an attribute that does not belong there."
            )

    def _seen(self, wrapper: etree._Element, form: DialectOperation) -> tuple[SeenQuantity, ...]:
        carrying = next((each for each in form.parameters if each.quantities), None)
        if carrying is None or carrying.quantities is None:
            return ()
        names = carrying.quantities
        holders = [child for tag in self._tags(carrying.element) for child in wrapper.findall(tag)]
        lines = [line for holder in holders for line in holder]
        if not lines:
            raise InvalidRequest(
                f"{carrying.element} is missing or holds no line: nothing was confirmed.", box="14"
            )
        return tuple(self._line(line, names, carrying) for line in lines)

    def _line(
        self, line: etree._Element, names: QuantityNames, carrying: Parameter
    ) -> SeenQuantity:
        values = {etree.QName(child).localname: self._text(child) for child in line}
        if etree.QName(line).localname != names.line or set(values) != {
            names.position,
            names.amount,
        }:
            raise InvalidRequest(
                f"{carrying.element} holds {names.line} with {names.position} and {names.amount}.",
                box="14",
            )
        return SeenQuantity(values[names.position], values[names.amount])

    def _tags(self, name: str) -> tuple[str, ...]:
        tags = (f"{{{self._namespace}}}{name}", name)
        if self._dialect.reading.any_qualification:
            return tags
        return tags[:1] if self._dialect.form.qualified_children else tags[1:]


def _parsed(message: bytes) -> etree._Element:
    if message.count(b"<") > _MAX_MARKUP:
        raise InvalidRequest(f"The message holds more than {_MAX_MARKUP} tags.")
    parser = hardened_parser(keep_comments=False, collect_ids=True)
    try:
        root = etree.fromstring(message, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise InvalidRequest("The message is not well-formed XML with namespaces.") from None
    if has_doctype(root) or has_namespace_error(parser):
        raise InvalidRequest("The message has a document type, or is not XML with namespaces.")
    if any(len(element.text or "") > _MAX_VALUE_CHARACTERS for element in root.iter()):
        raise InvalidRequest(f"A text is longer than {_MAX_VALUE_CHARACTERS} characters.")
    return root
