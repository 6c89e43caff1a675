"""SOAP endpoint in-process, with use cases in memory behind it; every answer is checked in full."""

import itertools
import re
from base64 import b64encode
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import HTTP
from functools import cache, partial
from pathlib import Path

from lxml import etree

import schemas
import wsdl
from gateway.domain.errors import (
    CalleeNotFound,
    CertificateNotFound,
    GatewayError,
    ServiceUnavailable,
)
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode, TokenId
from gateway.domain.ledger.endorsement import ConfirmationState, SeenQuantity, judge
from gateway.domain.partner import OperationName, Partner
from gateway.exchange.journal.message_retention import MessageDigest, MessageRetention, RefusalQuota
from gateway.exchange.permits.answer import CertificateAnswer
from gateway.exchange.permits.confirm import ConfirmationAnswer
from gateway.exchange.ports import Attachment, Exchange, HeadsWithPartner
from gateway.exchange.service.state import StateAnswer
from gateway.http import HttpAnswer, HttpRequest, settled
from gateway.soap.endpoint import SoapEndpoint
from gateway.soap.flavour import DocumentLiteral
from gateway.soap.reading.limits import MessageLimits
from gateway.soap.use_cases import UseCases
from gateway.wire.namespaces import SOAP_11, SOAP_12
from tests.builders import a_permit, a_position
from tests.fakes import MemoryReceipt, Watch

ADDRESS = "https://permits.example/epix"
NUMBER, TOKEN, COUNTRY = "MZ26EX000001", "QX7K-42M9-SECRET", "MZ"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SOUTH_AFRICA = Partner("za", IsoCountryCode("ZA"))
DOCUMENTS = Path(__file__).parents[1] / "documents"
PLAIN_TYPE = {SOAP_11: "text/xml; charset=utf-8", SOAP_12: "application/soap+xml; charset=utf-8"}
_INSIDE = re.compile(
    rb"Traceback|File \"|\.py\b|lxml|libxml|spyne|Exception|0x[0-9a-f]{6,}|"
    rb"site-packages|/usr/|/home/|gateway\.|"
    rb"SCHEMAV|NoneType|SELECT |sqlite|not expected|unexpected EOF|StartTag",
    re.IGNORECASE,
)
_FAULT_SCHEMA = etree.XMLSchema(etree.parse(schemas.directory() / "fault.xsd"))


@cache
def document(version: str) -> bytes:
    """A whole permit, as the store keeps it: without declaration, valid."""
    return etree.tostring(etree.parse(DOCUMENTS / version / "full.xml").getroot())


@cache
def service_schema(version: str) -> etree.XMLSchema:
    types = etree.parse(wsdl.directory() / f"epix-{version}.wsdl")
    return etree.XMLSchema(types.find(".//{http://www.w3.org/2001/XMLSchema}schema"))


def unlimited_retention() -> MessageRetention:
    """A retention that records every refusal, for tests of other things."""
    most = 1 << 40
    return MessageRetention(
        lambda: "01990000-0000-7000-8000-00000000cccc",
        lambda: 0.0,
        RefusalQuota(most, most, most, most),
    )


@dataclass
class MemoryBackend:
    """Use cases and journal in memory: a permit of Mozambique, lines A to C, five skins each.

    asked, booked, journal: the calls so far.
    """

    caller: Partner = SOUTH_AFRICA
    attachments: tuple[Attachment, ...] = ()
    fails_with: BaseException | None = None
    asked: list[tuple[object, ...]] = field(default_factory=list)
    booked: list[tuple[str, str]] = field(default_factory=list)
    journal: list[Exchange] = field(default_factory=list)
    journal_fails: bool = False

    def identify(self, certificate: bytes | None, *, refused_before: bool = False) -> Partner:
        return self.caller

    def answer(
        self,
        operation: OperationName,
        number: str,
        token: str | None,
        country: str | None,
        caller: Partner,
        version: str,
    ) -> CertificateAnswer:
        self.asked.append((operation, number, token, country))
        self._open(number, token, country)
        return CertificateAnswer(document(version), self.attachments)

    def confirm(
        self,
        number: str,
        token: str | None,
        country: str | None,
        seen: Sequence[SeenQuantity],
        caller: Partner,
        message_sha256: str,
    ) -> ConfirmationAnswer:
        self.asked.append((OperationName.CONFIRM_QUANTITIES, number, token, country, tuple(seen)))
        self._open(number, token, country)
        judge(a_permit(positions=tuple(a_position(letter) for letter in "ABC")), seen)
        self.booked.extend((line.position, line.amount) for line in seen)
        return ConfirmationAnswer(
            ConfirmationState.CONFIRMED, "01990000-0000-7000-8000-00000000c0de"
        )

    def report(self, country: str | None, caller: Partner) -> StateAnswer:
        self.asked.append((OperationName.SERVICE_STATE, country))
        if self.fails_with:
            raise self.fails_with
        return StateAnswer("OK", "1.0", NOW)

    def enqueue(self, exchange: Exchange) -> MemoryReceipt:
        return MemoryReceipt(partial(self.record, exchange))

    def record(self, exchange: Exchange) -> None:
        if self.journal_fails:
            raise ServiceUnavailable("disk /var/lib/secret full")
        self.journal.append(exchange)

    def _open(self, number: str, token: str | None, country: str | None) -> None:
        if self.fails_with:
            raise self.fails_with
        number_asked = CertificateNumber.parse(number).text
        token_given = TokenId.parse(token).text if token else None
        if country is not None and IsoCountryCode.parse(country).text != COUNTRY:
            raise CalleeNotFound("This country is not served here.")
        if (number_asked, token_given) != (NUMBER, TOKEN):
            raise CertificateNotFound


@dataclass
class Endpoint:
    """An endpoint and the backend behind it."""

    version: str = "v1"
    limits: MessageLimits = field(default_factory=MessageLimits)
    backend: MemoryBackend = field(default_factory=MemoryBackend)
    watch: Watch = field(default_factory=Watch)
    heads: dict[str, HeadsWithPartner] = field(default_factory=dict)

    def __post_init__(self) -> None:
        count = itertools.count(1)
        cases = UseCases(self.backend, self.backend, self.backend, _State(self.backend))
        self.endpoint = SoapEndpoint(
            DocumentLiteral(self.version),
            f"{ADDRESS}/{self.version}",
            cases,
            self.backend,
            lambda: NOW,
            lambda: f"01990000-0000-7000-8000-{next(count):012d}",
            self.limits,
            watch=self.watch,
            retention=unlimited_retention(),
            heads=self.heads,
        )

    @property
    def namespace(self) -> str:
        return f"urn:CitesDataExchange/{self.version}/"

    def raw(self, method: str, query: str = "", body: bytes = b"", **headers: str) -> HttpAnswer:
        """Any request; header names with `_` for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = settled(
            self.endpoint(HttpRequest(method, f"/epix/{self.version}", query, named, body))
        )
        assert not _INSIDE.search(answer.body.replace(document(self.version), b"")), answer.body
        assert not any(
            _INSIDE.search(f"{name}: {value}".encode()) for name, value in answer.headers
        )
        assert ("X-Content-Type-Options", "nosniff") in answer.headers
        return answer

    def endpoint_answer(self, body: str) -> "Answered":
        """A SOAP message sent beside others: the last journal record may be another's."""
        return Answered(self.raw("POST", body=body.encode(), content_type="text/xml"), self.version)

    def post(
        self, body: bytes | str, content_type: str = "text/xml; charset=utf-8", **headers: str
    ) -> "Answered":
        """A SOAP message."""
        sent = body.encode() if isinstance(body, str) else body
        answer = self.raw("POST", body=sent, content_type=content_type, **headers)
        kept = self.backend.journal[-1] if not self.backend.journal_fails else None
        if kept:
            expected = sent if kept.caller else MessageDigest.of(sent).text()
            assert (kept.request, kept.answer) == (expected, answer.body)
        return Answered(answer, self.version)

    def envelope(self, content: str, header: str = "", soap: str = SOAP_11) -> str:
        """A small envelope in code."""
        head = f"<s:Header>{header}</s:Header>" if header else ""
        return (
            f'<s:Envelope xmlns:s="{soap}" xmlns:v="{self.namespace}" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
            ' xmlns:xs="http://www.w3.org/2001/XMLSchema">'
            f"{head}<s:Body>{content}</s:Body></s:Envelope>"
        )

    def request(
        self,
        operation: str = "GetNonFinalCitesCertificate",
        *,
        number: str = f"<CertificateNumber>{NUMBER}</CertificateNumber>",
        token: str = f"<TokenId>{TOKEN}</TokenId>",
        country: str = f"<IsoCountryCode>{COUNTRY}</IsoCountryCode>",
        more: str = "",
        attributes: str = "",
    ) -> str:
        """The element in the Body."""
        content = f"{number}{token}{country}{more}"
        return f"<v:{operation}Request{attributes}>{content}</v:{operation}Request>"

    def confirmation(self, *lines: tuple[str, str]) -> str:
        """A ConfirmQuantities of (ID, quantity), both as markup."""
        positions = "".join(
            f"<CitesPosition><ID>{line}</ID><InspectedUnitQuantity>{quantity}</InspectedUnitQuantity></CitesPosition>"
            for line, quantity in lines
        )
        return self.request(
            "ConfirmQuantities", more=f"<ConfirmedQuantities>{positions}</ConfirmedQuantities>"
        )

    def plain(self, soap: str = SOAP_11) -> str:
        return self.envelope(self.request(), soap=soap)

    def with_backend(self, **changes: object) -> "Endpoint":
        return Endpoint(self.version, self.limits, replace(self.backend, **changes))


@dataclass(frozen=True)
class _State:
    backend: MemoryBackend

    def report(self, country: str | None, caller: Partner) -> StateAnswer:
        return self.backend.report(country, caller)


class Answered:
    """An answer to a POST, checked.

    It is well-formed and of one version of SOAP, its content type and status are right, and it
    holds a valid fault or reply.
    """

    def __init__(self, http: HttpAnswer, version: str) -> None:
        self.status = http.status
        self.headers = dict(http.headers)
        assert self.headers["Cache-Control"] == "no-store"
        self.parts: dict[str, bytes] = {}
        self.envelope = self._unpack(http.body)
        assert not re.search(TOKEN.encode(), self.envelope), "a token leaked"
        root = etree.fromstring(self.envelope)
        self.root = root
        self.soap = etree.QName(root).namespace
        assert self.soap in (SOAP_11, SOAP_12)
        if not self.parts:
            assert self.headers["Content-Type"] == PLAIN_TYPE[self.soap]
        (self.content,) = root.find(f"{{{self.soap}}}Body")
        self.fault = self.content if self.content.tag == f"{{{self.soap}}}Fault" else None
        if self.fault is None:
            assert self.status == 200
            assert service_schema(version).validate(self._reconstituted()), service_schema(
                version
            ).error_log
        else:
            self._look_at_fault()

    def _unpack(self, body: bytes) -> bytes:
        media = self.headers["Content-Type"]
        if not media.startswith("multipart/related"):
            return body
        package = message_from_bytes(
            b"Content-Type: " + media.encode() + b"\r\n\r\n" + body, policy=HTTP
        )
        assert package.get_param("type") == "application/xop+xml"
        parts = {part["Content-ID"]: part for part in package.iter_parts()}
        start = package.get_param("start")
        assert next(iter(parts)) == start
        root = parts.pop(start)
        assert root.get_content_type() == "application/xop+xml"
        assert root.get_param("type") == package.get_param("start-info")
        self.parts = {"root": b"", **{name[1:-1]: _exact(body, name) for name in parts}}
        return _exact(body, start)

    def _reconstituted(self) -> etree._Element:
        """The reply with every included part in its place (XOP 1.0, section 3.2)."""
        reply = deepcopy(self.content)
        for include in list(reply.iter("{http://www.w3.org/2004/08/xop/include}Include")):
            place = include.getparent()
            place.remove(include)
            place.text = b64encode(self.parts[include.get("href").removeprefix("cid:")]).decode()
        return reply

    def _look_at_fault(self) -> None:
        assert self.fault is not None
        if self.soap == SOAP_11:
            self.side = self.fault.findtext("faultcode").partition(":")[2]
            self.code = self.fault.findtext("faultstring")
            (detail,) = self.fault.find("detail")
        else:
            text = self.fault.find(f"{{{SOAP_12}}}Reason/{{{SOAP_12}}}Text")
            assert text.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
            self.side = self.fault.findtext(f"{{{SOAP_12}}}Code/{{{SOAP_12}}}Value").partition(":")[
                2
            ]
            self.code = text.text
            (detail,) = self.fault.find(f"{{{SOAP_12}}}Detail")
        assert self.status in (500, 415)
        assert _FAULT_SCHEMA.validate(detail), _FAULT_SCHEMA.error_log
        self.said = {etree.QName(child).localname: child.text or "" for child in detail}
        assert detail.tag == f"{{{schemas.FAULT_NAMESPACE}}}Fault"
        assert self.said["Code"] == self.code

    def refuses(self, code: str, *words: str) -> bool:
        """Whether the caller is blamed with this code, and the text says these words."""
        assert self.fault is not None, "it was answered"
        assert self.side in ("Client", "Sender", code), self.side
        assert self.code == code, (self.code, self.said["Text"])
        for word in words:
            assert word in self.said["Text"], self.said["Text"]
        return True

    def permit(self, version: str) -> bytes:
        """The permit in the answer, canonical."""
        assert self.fault is None, (self.code, self.said)
        return etree.tostring(self.content[0], method="c14n", exclusive=True)


def _exact(body: bytes, content_id: str) -> bytes:
    """The bytes of one part, cut out by hand: no library may mend what we wrote."""
    start = body.index(b"\r\n\r\n", body.index(content_id.encode())) + 4
    return body[start : body.index(b"\r\n--epix-", start)]


def the_permit(version: str) -> bytes:
    return etree.tostring(etree.fromstring(document(version)), method="c14n", exclusive=True)


def errors_below(kind: type[GatewayError]) -> list[type[GatewayError]]:
    """The leaves of the error tree."""
    below = kind.__subclasses__()
    return [leaf for child in below for leaf in errors_below(child)] if below else [kind]
