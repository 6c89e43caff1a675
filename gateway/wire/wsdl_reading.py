"""WSDL of a service: reads the operations of its SOAP 1.1 binding.

The file is read as hostile input: a partner has sent it. Nothing that it names is fetched.
Source: WSDL 1.1, sections 2 and 3.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from lxml import etree

from gateway.wire.namespaces import XSD
from gateway.wire.xml_parser import hardened_parser, has_doctype

_WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
_SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
_XS = f"{{{XSD}}}"


class NoWsdl(ValueError):
    """The bytes are no WSDL 1.1 with a SOAP 1.1 binding."""


@dataclass(frozen=True, slots=True)
class DescribedOperation:
    """An operation of a binding.

    request, answer: local names of the elements in the Body.
    parameters: names of the children of the request; None where the WSDL imports its schema.
    qualified: whether these are in the namespace; None where that is not known.
    line: of its SOAPAction, 1-based.
    """

    name: str
    style: str
    action: str
    namespace: str
    request: str
    answer: str
    parameters: tuple[str, ...] | None
    qualified: bool | None
    line: int


def described_operations(content: bytes) -> tuple[DescribedOperation, ...]:
    """Return every operation. Raises NoWsdl."""
    parser = hardened_parser(keep_comments=False, collect_ids=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise NoWsdl(f"is not XML: {error.msg}") from None
    if has_doctype(root) or root.tag != f"{_WSDL}definitions":
        raise NoWsdl("is no WSDL 1.1")
    found = tuple(_operations(root))
    if not found:
        raise NoWsdl("has no binding of SOAP 1.1")
    return found


def _operations(root: etree._Element) -> Iterator[DescribedOperation]:
    for binding in root.iterfind(f"{_WSDL}binding"):
        soap = binding.find(f"{_SOAP}binding")
        if soap is None:
            continue
        port_type = _named(root, "portType", binding.get("type"))
        for operation in binding.iterfind(f"{_WSDL}operation"):
            name = operation.get("name", "")
            action = operation.find(f"{_SOAP}operation")
            declared = _named(port_type, "operation", name)
            if action is None or declared is None:
                continue
            style = action.get("style") or soap.get("style") or "document"
            use = operation.find(f"{_WSDL}input/{_SOAP}body")
            yield _described(root, declared, action, f"{style}/{_use(use)}", use)


def _described(
    root: etree._Element,
    declared: etree._Element,
    action: etree._Element,
    style: str,
    body: etree._Element | None,
) -> DescribedOperation:
    name = declared.get("name", "")
    request, answer = (_message(root, declared, side) for side in ("input", "output"))
    if style.startswith("rpc"):
        namespace = "" if body is None else body.get("namespace", "")
        asked, answered = name, f"{name}Response" if answer is None else answer.get("name", "")
        parts = () if request is None else request.iterfind(f"{_WSDL}part")
        parameters: tuple[str, ...] | None = tuple(part.get("name", "") for part in parts)
        qualified: bool | None = False
    else:
        (namespace, asked), (_, answered) = _element(request), _element(answer)
        parameters, qualified = _children(root, namespace, asked)
    return DescribedOperation(
        name=name,
        style=style,
        action=action.get("soapAction", ""),
        namespace=namespace,
        request=asked,
        answer=answered,
        parameters=parameters,
        qualified=qualified,
        line=cast(int | None, action.sourceline) or 0,
    )


def _use(body: etree._Element | None) -> str:
    return (body.get("use") if body is not None else None) or "literal"


def _named(parent: etree._Element | None, kind: str, prefixed: str | None) -> etree._Element | None:
    wanted = (prefixed or "").rpartition(":")[2]
    if parent is None:
        return None
    return next(
        (each for each in parent.iterfind(f"{_WSDL}{kind}") if each.get("name") == wanted), None
    )


def _message(root: etree._Element, operation: etree._Element, side: str) -> etree._Element | None:
    found = operation.find(f"{_WSDL}{side}")
    return None if found is None else _named(root, "message", found.get("message"))


def _element(message: etree._Element | None) -> tuple[str, str]:
    """Namespace and local name of the element of a message's part; empty where it has none."""
    part = None if message is None else message.find(f"{_WSDL}part[@element]")
    if part is None:
        return "", ""
    prefix, _, local = part.get("element", "").rpartition(":")
    return part.nsmap.get(prefix or None, ""), local


def _children(
    root: etree._Element, namespace: str, name: str
) -> tuple[tuple[str, ...] | None, bool | None]:
    """Names of the children of an element, and whether they are qualified; None: not known."""
    for schema in root.iterfind(f"{_WSDL}types/{_XS}schema"):
        if schema.get("targetNamespace", "") != namespace:
            continue
        for element in schema.iterfind(f"{_XS}element"):
            if element.get("name") != name:
                continue
            kind = element.find(f"{_XS}complexType")
            wanted = element.get("type", "").rpartition(":")[2]
            if kind is None and wanted:
                kind = schema.find(f"{_XS}complexType[@name='{wanted}']")
            if kind is None:
                return None, None
            names = tuple(each.get("name", "") for each in kind.iterfind(f"*/{_XS}element"))
            return names, schema.get("elementFormDefault") == "qualified"
    return None, None
