"""Tables of a dialect file about messages, header blocks, log-in, answers, faults and budget."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from gateway.dialects import (
    AnswerForm,
    CallBudget,
    CertificateUse,
    Envelope,
    FaultForm,
    FaultMapping,
    HeaderBlock,
    HeaderChild,
    HeaderText,
    Login,
    MessageForm,
    RequestReading,
    Style,
)
from gateway.domain.errors import GatewayError, InputInvalid
from gateway.settings.dialects.operation_tables import NCName, Source
from gateway.settings.section import Section, matching, wrong
from gateway.settings.security import Protection
from schemas import VersionName

Uri = Annotated[str, AfterValidator(matching(r"[!#-;=?-~]{1,350}", "must be a URI in ASCII"))]
_Text = Annotated[
    str,
    AfterValidator(
        matching(
            r"[^\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]{0,1000}",
            "must be a text in one line, at most 1000 characters",
        )
    ),
]
_ValueName = Annotated[
    str, AfterValidator(matching(r"[a-z][a-z0-9_]{0,34}", "must be 1 to 35 of a-z 0-9 _"))
]
# The moment of each call is kept, 8 bytes.
_Calls = Annotated[int, Field(ge=1, le=1_000_000)]


def _codes(kind: type[GatewayError] = GatewayError) -> frozenset[str]:
    """Codes of the error tree that a service can mean: all but those about our own input."""
    if kind is InputInvalid:
        return frozenset()
    below = kind.__subclasses__()
    return frozenset().union(*map(_codes, below)) if below else frozenset({kind.__name__})


def _known_code(code: str) -> str:
    if code not in _codes():
        raise wrong("must be a code of the wire contract, such as CertificateNotFound")
    return code


class MessageTable(Section):
    """[message]: form of every message."""

    style: Style
    """`document/literal` or `rpc/encoded`."""
    soap: Annotated[tuple[Literal["1.1", "1.2"], ...], Field(min_length=1)] = ("1.1",)
    """Versions of SOAP it speaks, the usual one first."""
    namespace: Uri | None = None
    """Namespace of the message elements. Left out: [[partner]] must give `service_namespace`."""
    children: Literal["unqualified", "qualified"] = "unqualified"
    """Whether children of a request are in that namespace, or in none."""
    envelope_prefix: NCName = "soapenv"
    """Prefix of SOAP's names."""
    service_prefix: NCName = "epix"
    """Prefix of the service's names."""
    quoted_action: bool = True
    """Whether SOAPAction stands in double quotes."""
    source: Source

    @model_validator(mode="after")
    def _rpc_is_of_soap_1_1(self) -> Self:
        if self.style is Style.RPC_ENCODED and self.children == "qualified":
            raise wrong(
                "must be unqualified with rpc/encoded (SOAP 1.1, section 7.1)", key="children"
            )
        if self.style is Style.RPC_ENCODED and self.soap != ("1.1",):
            raise wrong('must be ["1.1"] with rpc/encoded', key="soap")
        if self.envelope_prefix == self.service_prefix:
            raise wrong("must not be that of the envelope", key="service_prefix")
        return self

    @property
    def form(self) -> MessageForm:
        """The form of the dialect's messages."""
        return MessageForm(
            style=self.style,
            soap=self.soap,
            namespace=self.namespace,
            qualified_children=self.children == "qualified",
            envelope_prefix=self.envelope_prefix,
            service_prefix=self.service_prefix,
            quoted_action=self.quoted_action,
            source=self.source,
        )


class _TextKeys(Section):
    """Text of a header element: a constant, or a value of the partner."""

    text: _Text | None = None
    """The text, the same for every partner."""
    value: _ValueName | None = None
    """Or `username`, `password`, or the name of a value in [partner.values]."""
    default: _Text | None = None
    """Text where the partner gives no such value. Left out: it must give one."""

    @property
    def content(self) -> HeaderText:
        """The text of the dialect."""
        return HeaderText(constant=self.text, value=self.value, default=self.default)


def _require_text(table: _TextKeys) -> None:
    if (table.text is None) == (table.value is None):
        raise wrong("must be given, or text: one of them", key="value")
    if table.default is not None and table.value is None:
        raise wrong("must not be given without value", key="default")
    if table.default is not None and table.value == "password":
        raise wrong("must not be given for a password", key="default")


class HeaderChildTable(_TextKeys):
    """[[header.child]]: an element inside a header block."""

    element: NCName
    """Local name of the element."""
    qualified: bool = False
    """Whether it is in the namespace of its block."""

    @model_validator(mode="after")
    def _has_a_text(self) -> Self:
        _require_text(self)
        return self


class HeaderTable(_TextKeys):
    """[[header]]: a block of every request, in the order of the file."""

    element: NCName
    """Local name of the block."""
    namespace: Uri | None = None
    """Its namespace. Left out: that of the service."""
    prefix: NCName | None = None
    """Prefix of that namespace. Left out: any."""
    mandatory: bool = False
    """Whether it has mustUnderstand="1"."""
    optional: bool = False
    """Whether it is left out for a partner that gives none of its values."""
    child: tuple[HeaderChildTable, ...] = ()
    """Its children; a block without children has `text` or `value`."""
    source: Source

    @model_validator(mode="after")
    def _has_children_or_a_text(self) -> Self:
        if not self.child:
            _require_text(self)
        elif self.text is not None or self.value is not None:
            raise wrong("must not be given for a block with children", key="child")
        return self

    @property
    def block(self) -> HeaderBlock:
        """The block of the dialect."""
        children = tuple(
            HeaderChild(element=each.element, qualified=each.qualified, text=each.content)
            for each in self.child
        )
        return HeaderBlock(
            element=self.element,
            namespace=self.namespace,
            prefix=self.prefix,
            children=children,
            text=None if children else self.content,
            mandatory=self.mandatory,
            optional=self.optional,
            source=self.source,
        )


class LoginTable(Section):
    """[login]: how the service knows its caller, besides header blocks."""

    client_certificate: CertificateUse
    """Client certificate of TLS: `required`, `optional` or `none`."""
    message_security: Protection = Protection.NONE
    """WS-Security of requests: `none`, `x509`, `username-text` or `username-digest`."""
    timestamp_seconds: Annotated[int, Field(ge=1, le=3600)] | None = None
    """How long the Timestamp beside a UsernameToken lasts. Left out: there is none."""
    source: Source

    @model_validator(mode="after")
    def _a_timestamp_stands_beside_a_user_name(self) -> Self:
        named = self.message_security in (Protection.USERNAME_TEXT, Protection.USERNAME_DIGEST)
        if self.timestamp_seconds is not None and not named:
            raise wrong("must not be given without a user name", key="timestamp_seconds")
        return self

    @property
    def login(self) -> Login:
        """The log-in of the dialect."""
        return Login(
            client_certificate=self.client_certificate,
            message_security=self.message_security.value,
            timestamp_seconds=self.timestamp_seconds,
            source=self.source,
        )


class AnswerTable(Section):
    """[answer]: form of answers."""

    envelope: Envelope = Envelope.OWN
    """`own`, or `partner`: that of the partner behind a hub, byte for byte."""
    documents: Annotated[tuple[VersionName, ...], Field(min_length=1)]
    """Schema versions of the permits in it, the usual one first."""
    media_type: Annotated[
        str, AfterValidator(matching(r"[a-z]+/[a-z0-9.+-]+", "must be a media type"))
    ] = "text/xml"
    """Media type in Content-Type."""
    any_wrapper: bool = False
    """Whether the permit may stand in another element than the answer's."""
    source: Source

    @property
    def form(self) -> AnswerForm:
        """The form of the dialect's answers."""
        return AnswerForm(**self.model_dump())


class FaultMappingTable(Section):
    """[[fault.known]]: a fault, and the code of the wire contract that it means."""

    means: Annotated[str, AfterValidator(_known_code)]
    """Code of the wire contract."""
    word: _Text | None = None
    """The whole faultstring."""
    prefix: Annotated[_Text, Field(min_length=1)] | None = None
    """Or its beginning."""
    detail: NCName | None = None
    """Or the local name of an element in the detail."""
    detail_namespace: Uri | None = None
    """Namespace of that element. Left out: any."""
    number_element: NCName | None = None
    """Child of that element with the number of the permit."""
    text: _Text = ""
    """Faultstring beside a detail element, or after the beginning, as a stand-in says it."""
    side: Literal["client", "server"] = "server"
    """Side in its faultcode."""
    source: Source

    @model_validator(mode="after")
    def _is_known_by_one_thing(self) -> Self:
        if sum(each is not None for each in (self.word, self.prefix, self.detail)) != 1:
            raise wrong("must be given, or prefix, or detail: one of them", key="word")
        if self.detail is None and (self.detail_namespace or self.number_element):
            raise wrong("must be given too", key="detail")
        return self

    @property
    def mapping(self) -> FaultMapping:
        """The mapping of the dialect."""
        values = self.model_dump(exclude={"side"})
        return FaultMapping(**values, client=self.side == "client")


class FaultTable(Section):
    """[fault]: form of faults, and what they mean."""

    epix_detail: bool = False
    """Whether the detail holds the Fault of urn:CitesDataExchange/fault/."""
    prefixed_code: bool = True
    """Whether faultcode has the prefix of the envelope."""
    http_statuses: Annotated[
        tuple[Annotated[int, Field(ge=200, le=599)], ...], Field(min_length=1)
    ] = (500,)
    """HTTP statuses they come with, the usual one first."""
    source: Source
    known: tuple[FaultMappingTable, ...] = ()
    """Faults whose meaning is known; the first that fits counts."""

    @property
    def form(self) -> FaultForm:
        """The form of the dialect's faults."""
        return FaultForm(
            mappings=tuple(each.mapping for each in self.known),
            epix_detail=self.epix_detail,
            prefixed_code=self.prefixed_code,
            http_statuses=self.http_statuses,
            source=self.source,
        )


class ReadingTable(Section):
    """[reading]: leniency of a server of this dialect."""

    any_qualification: bool = False
    """Whether children of requests and header blocks count in any namespace, or none."""
    any_action: bool = True
    """Whether SOAPAction is not looked at."""
    source: Source

    @property
    def reading(self) -> RequestReading:
        """The leniency of the dialect."""
        return RequestReading(**self.model_dump())


class BudgetTable(Section):
    """[budget]: how often its service may be called."""

    per_second: _Calls | None = None
    """Most calls in any second."""
    per_minute: _Calls | None = None
    """Most calls in any minute."""
    per_day: _Calls | None = None
    """Most calls in any 24 hours."""
    wait_seconds: Annotated[float, Field(ge=0, le=60)] = 2.0
    """How long a call waits for its place before it is refused."""
    source: Source

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if self.per_second is self.per_minute is self.per_day is None:
            raise wrong("must be given, or per_minute, or per_day", key="per_second")
        return self

    @property
    def budget(self) -> CallBudget:
        """The budget of the dialect."""
        return CallBudget(**self.model_dump())
