"""Request writing: zeep renders every request from its types, which are made of the dialect.

There is one way for all dialects. No WSDL is needed, as some partners have none; a partner's WSDL
is never fetched, because it could change what is sent, and where.

Source: wire contract, sections 3, 9 and 10; SOAP 1.1, sections 5 to 7.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree
from zeep import xsd

from gateway.dialects import (
    Absent,
    Carries,
    DialectOperation,
    HeaderBlock,
    OperationNames,
    Parameter,
    QuantityNames,
    Style,
)
from gateway.domain.errors import QuantityInvalid
from gateway.domain.partner import OperationName
from gateway.partners.profile import PartnerProfile
from gateway.wire.namespaces import SOAP_11, SOAP_11_ENCODING, SOAP_12, XSD, XSI
from gateway.wire.xml_parser import hardened_parser

_SOAP = {"1.1": SOAP_11, "1.2": SOAP_12}

Values = Mapping[Carries, str | Sequence[tuple[str, str]]]
"""Values of a request: texts; quantities as letter of the line and amount."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request, ready to send. headers: Content-Type, and SOAPAction for SOAP 1.1."""

    headers: Mapping[str, str]
    body: bytes


class RequestWriter:
    """Writes the requests of one partner. Safe to share between threads."""

    def __init__(self, profile: PartnerProfile) -> None:
        self._profile = profile
        self._form = profile.dialect.form
        self._soap = _SOAP[profile.soap]
        self._is_rpc = self._form.style is Style.RPC_ENCODED

    def names(self, operation: OperationName) -> OperationNames:
        """Return the partner's names of an operation. Raises OperationNotAvailable."""
        return self._profile.names_of(operation)

    def request(self, operation: OperationName, values: Values, block: bytes = b"") -> Message:
        """Write a request. A value that no parameter of the operation carries is not sent.

        block: a header block of our own, already written; empty: none.
        Raises OperationNotAvailable for an operation that the dialect lacks; QuantityInvalid for a
        fraction where the partner takes whole numbers.
        """
        names = self.names(operation)
        envelope = etree.Element(f"{{{self._soap}}}Envelope", nsmap=self._prefixes)
        self._add_header(envelope, block)
        body = etree.SubElement(envelope, f"{{{self._soap}}}Body")
        self._add_request(body, names, self._profile.dialect.operation(operation), values)
        action = names.action.replace("{namespace}", self._profile.namespace)
        return Message(
            self._headers(action),
            etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"),
        )

    @property
    def _prefixes(self) -> dict[str, str]:
        blocks = self._profile.dialect.headers
        prefixes = {
            **{each.prefix: each.namespace for each in blocks if each.prefix and each.namespace},
            self._form.envelope_prefix: self._soap,
            self._form.service_prefix: self._profile.namespace,
        }
        if self._is_rpc:
            prefixes |= {"xsd": XSD, "xsi": XSI, "tns": self._profile.namespace}
        return prefixes

    def _headers(self, action: str) -> dict[str, str]:
        """In SOAP 1.2 the action is a parameter of the media type."""
        if self._profile.soap == "1.2":
            return {"Content-Type": f'application/soap+xml; charset=utf-8; action="{action}"'}
        quoted = f'"{action}"' if self._form.quoted_action else action
        return {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": quoted}

    def _add_header(self, envelope: etree._Element, block: bytes) -> None:
        header = etree.Element(f"{{{self._soap}}}Header")
        for each in self._profile.dialect.headers:
            self._add_block(header, each)
        if block:
            header.append(
                etree.fromstring(block, hardened_parser(keep_comments=False, collect_ids=True))
            )
        if len(header):
            envelope.append(header)

    def _add_block(self, header: etree._Element, block: HeaderBlock) -> None:
        values = self._profile.values
        texts = [content.written(values) for content in block.contents]
        if block.optional and None in texts:
            return
        namespace = block.namespace or self._profile.namespace
        name = etree.QName(namespace, block.element)
        text = xsd.String()
        if block.children:
            inside = [
                xsd.Element(etree.QName(namespace if each.qualified else None, each.element), text)
                for each in block.children
            ]
            element = xsd.Element(name, xsd.ComplexType(xsd.Sequence(inside)))
            element.render(header, element(*texts))
        else:
            xsd.Element(name, text).render(header, texts[0])
        if block.mandatory:
            value = "true" if self._profile.soap == "1.2" else "1"
            header[-1].set(f"{{{self._soap}}}mustUnderstand", value)

    def _add_request(
        self,
        body: etree._Element,
        names: OperationNames,
        operation: DialectOperation,
        values: Values,
    ) -> None:
        sent = [
            parameter
            for parameter in operation.parameters
            if parameter.carries in values or parameter.absent is not Absent.OMITTED
        ]
        inside = xsd.Sequence([self._element(parameter) for parameter in sent])
        wrapper = xsd.Element(
            etree.QName(self._profile.namespace, names.request), xsd.ComplexType(inside)
        )
        wrapper.render(body, wrapper(*(self._value(parameter, values) for parameter in sent)))
        if self._is_rpc:
            body[-1].set(f"{{{self._soap}}}encodingStyle", SOAP_11_ENCODING)

    def _name(self, local: str) -> etree.QName:
        """Name of a child of a request."""
        return etree.QName(
            self._profile.namespace if self._form.qualified_children else None, local
        )

    def _element(self, parameter: Parameter) -> xsd.Element:
        if self._is_rpc:
            kind = xsd.AnyType()
        elif parameter.quantities:
            kind = self._lines(parameter.quantities, None)
        else:
            kind = xsd.String()
        return xsd.Element(self._name(parameter.element), kind, nillable=True)

    def _lines(self, names: QuantityNames, type_name: etree.QName | None) -> xsd.ComplexType:
        """Type of the element with the quantities; its name stands in `xsi:type`."""
        kind = xsd.AnyType() if self._is_rpc else xsd.String()
        inside = [xsd.Element(self._name(each), kind) for each in (names.position, names.amount)]
        line = xsd.Element(
            self._name(names.line), xsd.ComplexType(xsd.Sequence(inside)), max_occurs="unbounded"
        )
        return xsd.ComplexType(xsd.Sequence([line]), qname=type_name)

    def _value(self, parameter: Parameter, values: Values) -> object:
        value = values.get(parameter.carries)
        if value is None:
            if parameter.absent is Absent.NIL:
                return xsd.Nil
            value = ""
        if isinstance(value, str):
            return self._typed(parameter.type, value)
        names = parameter.quantities
        assert names is not None  # noqa: S101  # as the dialect's file was checked
        lines = {names.line: [self._line(names, *line) for line in value]}
        if not self._is_rpc:
            return lines
        return xsd.AnyObject(self._lines(names, self._type_name(parameter.type)), lines)

    def _line(self, names: QuantityNames, position: str, amount: str) -> dict[str, object]:
        if names.whole and not amount.isdecimal():
            raise QuantityInvalid(
                f"{self._profile.name} takes whole numbers alone.", position=position, box="14"
            )
        return {
            names.position: self._typed(names.position_type, position),
            names.amount: self._typed(names.amount_type, amount),
        }

    def _typed(self, type_name: str, value: str) -> object:
        if not self._is_rpc:
            return value
        return xsd.AnyObject(xsd.String(qname=self._type_name(type_name)), value)

    def _type_name(self, prefixed: str) -> etree.QName:
        prefix, _, local = prefixed.partition(":")
        return etree.QName(XSD if prefix == "xsd" else self._profile.namespace, local)
