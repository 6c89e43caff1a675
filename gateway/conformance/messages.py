"""Request messages of the test cases: right ones in many forms, and wrong ones on purpose.

zeep writes the requests of the gateway's own client. It writes them in one form only, and nothing
wrong, so the messages here are built element by element.
Source: wire contract, sections 2 and 3.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml import etree

from gateway.conformance.case import RequestForm
from gateway.conformance.exchange import Sent
from gateway.settings.conformance.sample_permits import PermitKind, SamplePermit
from gateway.wire.namespaces import XSI
from gateway.wire.soap_version import SoapVersion
from schemas import VERSIONS, ContractVersion

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


def request(
    form: RequestForm, values: Parameters, version: ContractVersion, soap: SoapVersion
) -> Sent:
    """The request of a form. Raises KeyError for a form that is not known."""
    if form.get is not None:
        return Sent("GET", form.get, {}, b"")
    body = _FORMS[form.form](_Message(form, values, version, soap))
    headers = {"Content-Type": form.content_type or _content_type(form, soap)}
    action = _action(form)
    if soap is SoapVersion.V1_1 and action is not None:
        headers["SOAPAction"] = action
    if form.accept:
        headers["Accept"] = form.accept
    return Sent("POST", "", headers, body)


def _content_type(form: RequestForm, soap: SoapVersion) -> str:
    charset = "utf-16" if form.form == "utf-16" else "utf-8"
    action = f'; action="urn:{form.operation}"' if soap is SoapVersion.V1_2 else ""
    return f"{soap.media_type}; charset={charset}{action}"


def _action(form: RequestForm) -> str | None:
    another = "ConfirmQuantities" if form.operation == "ServiceState" else "ServiceState"
    return {
        "contract": f'"urn:{form.operation}"',
        "unquoted": f"urn:{form.operation}",
        "bare": form.operation,
        "empty": '""',
        "of-another": f'"urn:{another}"',
    }.get(form.action)


@dataclass(frozen=True, slots=True)
class _Message:
    form: RequestForm
    values: Parameters
    version: ContractVersion
    soap: SoapVersion

    @property
    def name(self) -> str:
        return f"{self.form.operation}Request"

    def envelope(
        self,
        namespace: str | None = None,
        prefix: str = "v",
        soap_prefix: str = "soap",
        envelope_namespace: str | None = None,
    ) -> etree._Element:
        """The tree of the message; its parts under other names where they are given."""
        outer = envelope_namespace or self.soap.value
        service = namespace or self.version.namespace
        root = etree.Element(
            f"{{{outer}}}Envelope", nsmap={soap_prefix: outer, prefix: service, "xsi": XSI}
        )
        body = etree.SubElement(root, f"{{{outer}}}Body")
        wrapper = etree.SubElement(body, f"{{{service}}}{self.name}")
        if self.form.permit:
            self._fill(wrapper)
        elif self.values.country:
            etree.SubElement(wrapper, "IsoCountryCode").text = self.values.country
        return root

    def _fill(self, wrapper: etree._Element) -> None:
        etree.SubElement(wrapper, "CertificateNumber").text = self.values.number
        if self.form.token == "nil":  # noqa: S105
            etree.SubElement(wrapper, "TokenId").set(f"{{{XSI}}}nil", "true")
        elif self.form.token == "empty":  # noqa: S105
            etree.SubElement(wrapper, "TokenId").text = ""
        elif self.form.token != "absent" and self.values.token is not None:  # noqa: S105
            etree.SubElement(wrapper, "TokenId").text = self.values.token
        if self.values.country:
            etree.SubElement(wrapper, "IsoCountryCode").text = self.values.country
        if self.values.lines is not None:
            quantities = etree.SubElement(wrapper, "ConfirmedQuantities")
            for letter, quantity in self.values.lines:
                position = etree.SubElement(quantities, "CitesPosition")
                etree.SubElement(position, "ID").text = letter
                etree.SubElement(position, "InspectedUnitQuantity").text = quantity


def _written(root: etree._Element, encoding: str = "UTF-8") -> bytes:
    written: bytes = etree.tostring(root, xml_declaration=True, encoding=encoding)  # type: ignore[assignment]
    return written


def _plain(message: _Message) -> bytes:
    return _written(message.envelope())


def _body(root: etree._Element) -> etree._Element:
    return root[-1]


def _with_header(root: etree._Element) -> etree._Element:
    header = etree.Element(etree.QName(etree.QName(root).namespace, "Header"))
    root.insert(0, header)
    return header


def _empty_header(message: _Message) -> bytes:
    root = message.envelope()
    _with_header(root)
    return _written(root)


def _foreign_header(message: _Message) -> bytes:
    root = message.envelope()
    etree.SubElement(_with_header(root), f"{{{_FOREIGN_BLOCK}}}Trace", nsmap={"x": _FOREIGN_BLOCK})
    return _written(root)


def _mandatory_header(message: _Message) -> bytes:
    root = message.envelope()
    block = etree.SubElement(
        _with_header(root), f"{{{_FOREIGN_BLOCK}}}Trace", nsmap={"x": _FOREIGN_BLOCK}
    )
    block.set(
        f"{{{message.soap.value}}}mustUnderstand",
        "1" if message.soap is SoapVersion.V1_1 else "true",
    )
    return _written(root)


def _default_namespace(message: _Message) -> bytes:
    """The wrapper by a default namespace, which each child takes back with xmlns=""."""
    written = _plain(message)
    name, service = message.name.encode(), message.version.namespace.encode()
    written = written.replace(b' xmlns:v="' + service + b'"', b"")
    written = written.replace(b"<v:" + name, b"<" + name + b' xmlns="' + service + b'"')
    written = written.replace(b"</v:" + name, b"</" + name)
    for child in (b"CertificateNumber", b"TokenId", b"IsoCountryCode", b"ConfirmedQuantities"):
        written = written.replace(b"<" + child, b"<" + child + b' xmlns=""')
    return written


def _comments(message: _Message) -> bytes:
    """A comment, white space and CDATA where they do not change the value."""
    root = message.envelope()
    wrapper = _body(root)[0]
    wrapper.insert(1, etree.Comment(" between elements "))
    number = wrapper[0]
    number.text = etree.CDATA(message.values.number)
    return _written(root)


def _doctype(message: _Message) -> bytes:
    """An entity of a document type stands for the number: whoever resolves it gives the permit."""
    number = message.values.number.encode()
    declared = b'<!DOCTYPE soap:Envelope [<!ENTITY number "' + number + b'">]>\n<soap:Envelope'
    written = _plain(message).replace(b"<soap:Envelope", declared, 1)
    return written.replace(b">" + number + b"<", b">&number;<")


def _two_requests(message: _Message) -> bytes:
    root = message.envelope()
    _body(root).append(_body(message.envelope())[0])
    return _written(root)


def _empty_body(message: _Message) -> bytes:
    root = message.envelope()
    _body(root).remove(_body(root)[0])
    return _written(root)


def _renamed(message: _Message) -> bytes:
    root = message.envelope()
    wrapper = _body(root)[0]
    wrapper.tag = f"{{{message.version.namespace}}}GetNothingKnownRequest"
    return _written(root)


def _without_number(message: _Message) -> bytes:
    root = message.envelope()
    wrapper = _body(root)[0]
    wrapper.remove(wrapper[0])
    return _written(root)


def _unknown_element(message: _Message) -> bytes:
    root = message.envelope()
    etree.SubElement(_body(root)[0], "GiveEverything").text = "true"
    return _written(root)


def _huge(message: _Message) -> bytes:
    root = message.envelope()
    _body(root)[0][0].text = "X" * _HUGE_CHARACTERS
    return _written(root)


def _other_version(message: _Message) -> bytes:
    other = next(each for each in VERSIONS.values() if each is not message.version)
    return _written(message.envelope(f"{other.namespace}unknown/"))


_FORMS: Mapping[str, Callable[[_Message], bytes]] = {
    "plain": _plain,
    "other-prefixes": lambda message: _written(
        message.envelope(prefix="urn1", soap_prefix="SOAP-ENV")
    ),
    "default-namespace": _default_namespace,
    "comments": _comments,
    "byte-order-mark": lambda message: b"\xef\xbb\xbf" + _plain(message),
    "utf-16": lambda message: _written(message.envelope(), "UTF-16"),
    "empty-header": _empty_header,
    "foreign-header": _foreign_header,
    "mandatory-header": _mandatory_header,
    "malformed": lambda message: _plain(message)[:-20],
    "no-xml": lambda _: b"number=1&token=2",
    "doctype": _doctype,
    "other-namespace": _other_version,
    "unknown-envelope": lambda message: _written(
        message.envelope(envelope_namespace="urn:example:no-soap/")
    ),
    "unknown-operation": _renamed,
    "two-requests": _two_requests,
    "empty-body": _empty_body,
    "without-number": _without_number,
    "unknown-element": _unknown_element,
    "huge": _huge,
}
"""Way of writing a message by its name in the case files."""
FORMS = frozenset(_FORMS)
