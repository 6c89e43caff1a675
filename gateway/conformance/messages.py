"""Request messages of the test cases: right ones in many forms, and wrong ones on purpose.

Each begins as the client of this gateway writes it in the dialect of the service (`speech`). The
subject of the case is changed then, element by element.
Source: wire contract, sections 2 and 3.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml import etree

from gateway.conformance.case import RequestForm
from gateway.conformance.exchange import Sent
from gateway.conformance.speech import NotSpoken, Speech
from gateway.dialects import Carries
from gateway.domain.errors import QuantityInvalid
from gateway.settings.conformance.sample_permits import PermitKind, SamplePermit
from gateway.wire.namespaces import XSI
from gateway.wire.soap_version import SoapVersion
from gateway.wire.xml_parser import hardened_parser

UNKNOWN_NUMBER = "XX99EX999999999"
"""Of a permit that no country has: XX is nobody's code."""
WRONG_TOKEN = "NOT-THE-TOKEN-0000"  # noqa: S105  # opens nothing
_OTHER_COUNTRIES = ("AQ", "BV")
"""Territories without a Management Authority."""
_HUGE_CHARACTERS = 600_000
"""More than twice what a request of some hundred lines takes."""
_FOREIGN_BLOCK = "urn:example:unknown-block"


@dataclass(frozen=True, slots=True)
class Parameters:
    """Values of a request. country: asked for.  lines: letter and quantity, None: none at all."""

    number: str
    token: str | None
    country: str | None
    lines: tuple[tuple[str, str], ...] | None = None


NO_PARAMETERS = Parameters("", None, None)


def parameters(
    form: RequestForm,
    permits: Mapping[PermitKind, SamplePermit],
    country: str,
    lines: tuple[tuple[str, str], ...] | None,
) -> Parameters:
    """The values that a form names. permits: has the kind of the form."""
    permit = permits.get(PermitKind(form.permit)) if form.permit in list(PermitKind) else None
    number = permit.number if permit else UNKNOWN_NUMBER
    number = {"padded": f"  {number}\n", "lower-case": number.lower()}.get(form.number, number)
    right = permit.token if permit else WRONG_TOKEN
    token = {"right": right, "wrong": WRONG_TOKEN, "of-another": token_of_another(permit, permits)}
    other = next(each for each in _OTHER_COUNTRIES if each != country)
    countries = {"own": country, "other": other}
    return Parameters(number, token.get(form.token), countries.get(form.country), lines)


def token_of_another(
    permit: SamplePermit | None, permits: Mapping[PermitKind, SamplePermit]
) -> str | None:
    """The token of another test permit; None where there is none."""
    tokens = (each.token for each in permits.values() if permit and each.number != permit.number)
    return next((token for token in tokens if token), None)


def request(form: RequestForm, values: Parameters, speech: Speech, soap: SoapVersion) -> Sent:
    """The request of a form. Raises NotSpoken, KeyError for a form that is not known."""
    if form.get is not None:
        return Sent("GET", form.get, {}, b"")
    message = _Message(form, values, speech, soap)
    headers = message.headers()
    return Sent("POST", "", headers, _FORMS[form.form](message))


@dataclass(slots=True)
class _Message:
    """A message as it becomes. The properties below are of the right one."""

    form: RequestForm
    values: Parameters
    speech: Speech
    soap: SoapVersion

    def headers(self) -> dict[str, str]:
        """Headers of HTTP; SOAPAction in the form that is wanted."""
        headers = dict(self._written()[0])
        if self.form.form == "utf-16":
            headers["Content-Type"] = re.sub("(?i)utf-8", "utf-16", headers["Content-Type"])
        if self.form.content_type:
            headers["Content-Type"] = self.form.content_type
        if self.form.accept:
            headers["Accept"] = self.form.accept
        if "SOAPAction" in headers and self.form.action != "contract":
            self._require_any_action()
            action = self._action(headers.pop("SOAPAction").strip('"'))
            if action is not None:
                headers["SOAPAction"] = action
        return headers

    def _require_any_action(self) -> None:
        if not self.speech.dialect.reading.any_action:
            raise NotSpoken("Which other SOAPAction a service of this dialect takes is open.")

    def _action(self, right: str) -> str | None:
        operation = self.form.operation
        another = "ConfirmQuantities" if operation == "ServiceState" else "ServiceState"
        if self.form.action == "of-another":
            return f'"{self.speech.names(another).action}"'
        bare = self.speech.names(operation).operation
        return {"unquoted": right, "bare": bare, "empty": '""'}.get(self.form.action)

    def tree(self) -> etree._Element:
        """The Envelope, with token and country in the form that is wanted."""
        parser = hardened_parser(keep_comments=True, collect_ids=False)
        root = etree.fromstring(self._written()[1], parser)
        if self.form.token in ("absent", "empty", "nil"):
            self._blank_token(root)
        return root

    def element(self, root: etree._Element, content: Carries) -> etree._Element:
        """The child of the request that carries this. Raises NotSpoken."""
        name = self.speech.element(self.form.operation, content)
        return next(each for each in wrapper_in(root) if etree.QName(each).localname == name)

    def _written(self) -> tuple[Mapping[str, str], bytes]:
        if not self.form.permit:
            values: dict[Carries, str | tuple[tuple[str, str], ...]] = {}
        else:
            values = {Carries.NUMBER: self.values.number}
            if self.form.token in ("absent", "empty", "nil"):
                values[Carries.TOKEN] = WRONG_TOKEN  # it is blanked before it leaves
            elif self.values.token is not None:
                is_about_it = self.form.token != "right" and self.form.permit != "unknown"  # noqa: S105
                self._require(Carries.TOKEN, is_about_it)
                values[Carries.TOKEN] = self.values.token
            if self.values.lines is not None:
                values[Carries.QUANTITIES] = self.values.lines
        if self.values.country:
            self._require(Carries.COUNTRY, self.form.country == "other")
            values[Carries.COUNTRY] = self.values.country
        try:
            return self.speech.written(self.form.operation, values, self.soap)
        except QuantityInvalid:
            raise NotSpoken("This dialect has whole quantities alone.") from None

    def _require(self, content: Carries, is_wanted: bool) -> None:
        """Raise NotSpoken where a case is about a parameter that the dialect does not carry."""
        if is_wanted:
            self.speech.element(self.form.operation, content)

    def _blank_token(self, root: etree._Element) -> None:
        token = self.element(root, Carries.TOKEN)
        if self.form.token == "absent":  # noqa: S105
            wrapper_in(root).remove(token)
            return
        token.text = None
        if self.form.token == "nil":  # noqa: S105
            for name in list(token.attrib):
                del token.attrib[name]
            token.set(f"{{{XSI}}}nil", "true")


def body_in(root: etree._Element) -> etree._Element:
    """The Body of an Envelope."""
    return root[-1]


def wrapper_in(root: etree._Element) -> etree._Element:
    """The request element in the Body."""
    return body_in(root)[0]


def _bytes(root: etree._Element, encoding: str = "UTF-8") -> bytes:
    written = etree.tostring(root, xml_declaration=True, encoding=encoding)
    return written if isinstance(written, bytes) else written.encode(encoding)


def _plain(message: _Message) -> bytes:
    return _bytes(message.tree())


def _header_of(root: etree._Element) -> etree._Element:
    """The Header of an Envelope, made where there is none."""
    if len(root) > 1:
        return root[0]
    header = etree.Element(etree.QName(etree.QName(root).namespace, "Header"))
    root.insert(0, header)
    return header


def _empty_header(message: _Message) -> bytes:
    root = message.tree()
    _header_of(root)
    return _bytes(root)


def _foreign_header(message: _Message) -> bytes:
    root = message.tree()
    etree.SubElement(_header_of(root), f"{{{_FOREIGN_BLOCK}}}Trace", nsmap={"x": _FOREIGN_BLOCK})
    return _bytes(root)


def _mandatory_header(message: _Message) -> bytes:
    root = message.tree()
    block = etree.SubElement(
        _header_of(root), f"{{{_FOREIGN_BLOCK}}}Trace", nsmap={"x": _FOREIGN_BLOCK}
    )
    value = "1" if message.soap is SoapVersion.V1_1 else "true"
    block.set(f"{{{message.soap.value}}}mustUnderstand", value)
    return _bytes(root)


def _other_prefixes(message: _Message) -> bytes:
    root = message.tree()
    written = _bytes(root)
    prefixes = ((root.prefix, b"SOAP-ENV"), (wrapper_in(root).prefix, b"urn1"))
    for old, new in prefixes:
        name = (old or "").encode()
        written = re.sub(rb'([</ ":])' + name + rb"([:=])", rb"\1" + new + rb"\2", written)
    return written


def _default_namespace(message: _Message) -> bytes:
    """The wrapper by a default namespace, which each child takes back with xmlns=""."""
    root = message.tree()
    wrapper = wrapper_in(root)
    prefix, name = (wrapper.prefix or "").encode(), etree.QName(wrapper).localname.encode()
    service = message.speech.namespace.encode()
    children = {etree.QName(each).localname.encode() for each in wrapper}
    written = _bytes(root)
    written = written.replace(
        b"<" + prefix + b":" + name, b"<" + name + b' xmlns="' + service + b'"'
    )
    written = written.replace(b"</" + prefix + b":" + name, b"</" + name)
    for child in children:
        written = written.replace(b"<" + child, b"<" + child + b' xmlns=""')
    return written


def _comments(message: _Message) -> bytes:
    """A comment, white space and CDATA where they do not change the value."""
    root = message.tree()
    message.element(root, Carries.NUMBER).text = etree.CDATA(message.values.number)
    wrapper_in(root).insert(1, etree.Comment(" between elements "))
    return _bytes(root)


def _doctype(message: _Message) -> bytes:
    """An entity of a document type stands for the number; a reader that resolves it is unsafe."""
    number = message.values.number.encode()
    root = message.tree()
    name = f"{root.prefix}:Envelope".encode()
    declared = b"<!DOCTYPE " + name + b' [<!ENTITY number "' + number + b'">]>\n<' + name
    written = _bytes(root).replace(b"<" + name, declared, 1)
    return written.replace(b">" + number + b"<", b">&number;<")


def _two_requests(message: _Message) -> bytes:
    root = message.tree()
    body_in(root).append(wrapper_in(message.tree()))
    return _bytes(root)


def _empty_body(message: _Message) -> bytes:
    root = message.tree()
    body_in(root).remove(wrapper_in(root))
    return _bytes(root)


def _renamed(message: _Message) -> bytes:
    root = message.tree()
    wrapper_in(root).tag = f"{{{message.speech.namespace}}}GetNothingKnownRequest"
    return _bytes(root)


def _without_number(message: _Message) -> bytes:
    root = message.tree()
    wrapper_in(root).remove(message.element(root, Carries.NUMBER))
    return _bytes(root)


def _unknown_element(message: _Message) -> bytes:
    root = message.tree()
    etree.SubElement(wrapper_in(root), "GiveEverything").text = "true"
    return _bytes(root)


def _huge(message: _Message) -> bytes:
    root = message.tree()
    message.element(root, Carries.NUMBER).text = "X" * _HUGE_CHARACTERS
    return _bytes(root)


def _other_namespace(message: _Message) -> bytes:
    if not message.speech.is_contract and message.speech.dialect.reading.any_qualification:
        raise NotSpoken("A service of this dialect leaves namespaces aside.")
    root = message.tree()
    wrapper = wrapper_in(root)
    wrapper.tag = f"{{{message.speech.namespace}unknown/}}{etree.QName(wrapper).localname}"
    return _bytes(root)


def _unknown_envelope(message: _Message) -> bytes:
    return _plain(message).replace(message.soap.value.encode(), b"urn:example:no-soap/")


_FORMS: Mapping[str, Callable[[_Message], bytes]] = {
    "plain": _plain,
    "other-prefixes": _other_prefixes,
    "default-namespace": _default_namespace,
    "comments": _comments,
    "byte-order-mark": lambda message: b"\xef\xbb\xbf" + _plain(message),
    "utf-16": lambda message: _bytes(message.tree(), "UTF-16"),
    "empty-header": _empty_header,
    "foreign-header": _foreign_header,
    "mandatory-header": _mandatory_header,
    "malformed": lambda message: _plain(message)[:-20],
    "no-xml": lambda _: b"number=1&token=2",
    "doctype": _doctype,
    "other-namespace": _other_namespace,
    "unknown-envelope": _unknown_envelope,
    "unknown-operation": _renamed,
    "two-requests": _two_requests,
    "empty-body": _empty_body,
    "without-number": _without_number,
    "unknown-element": _unknown_element,
    "huge": _huge,
}
"""Way of writing a message by its name in the case files."""
FORMS = frozenset(_FORMS)
