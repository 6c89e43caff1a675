"""Dialect of EPIX: how the service of one partner, or of one kind of partners, is spoken to.

A dialect is data: a client writes requests from it, and a stand-in server reads them by it. The
contract has four operations; each is either in `operations` or in `missing`.

Source: each part names its own, as the wire contract does (CERTAIN, INFERRED, OPEN).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gateway.dialects.answers import AnswerForm, FaultForm
from gateway.dialects.budget import CallBudget
from gateway.dialects.headers import HeaderBlock, Login
from gateway.dialects.operations import DialectOperation
from gateway.domain.errors import OperationNotAvailable
from gateway.domain.partner import OperationName

OPERATIONS = (
    OperationName.GET_NON_FINAL,
    OperationName.GET_FINAL,
    OperationName.CONFIRM_QUANTITIES,
    OperationName.SERVICE_STATE,
)
"""The four operations of the contract. The hub's name for GET_FINAL is a name, no operation."""


class Style(StrEnum):
    """Style of the messages (WSDL 1.1, section 3.4)."""

    DOCUMENT_LITERAL = "document/literal"
    RPC_ENCODED = "rpc/encoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageForm:
    """Form of every message.

    style: rpc/encoded adds `encodingStyle` to the wrapper and `xsi:type` to what is inside.
    soap: versions of SOAP it speaks, the usual one first: `1.1`, `1.2`.
    namespace: of the request and answer elements; None: the partner's configuration gives it.
    qualified_children: whether the children of a request are in that namespace, or in none.
    envelope_prefix, service_prefix: of the names; they mean nothing, but some readers are strict.
    quoted_action: whether SOAPAction stands in double quotes.
    """

    style: Style
    soap: tuple[str, ...]
    namespace: str | None
    qualified_children: bool
    envelope_prefix: str
    service_prefix: str
    quoted_action: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestReading:
    """Leniency of a server of this dialect.

    any_qualification: children of requests and of header blocks count in any namespace or none.
    any_action: SOAPAction is not looked at; the body element decides.
    """

    any_qualification: bool
    any_action: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A whole dialect.

    name: of its file, without ending.  title: for a person.
    operations: by the contract's name.  missing: why it has no such operation, with the source.
    wsdl: name of the file that describes it; None where it has none.
    budget: calls that its service bears; None: no limit is known.
    """

    name: str
    title: str
    form: MessageForm
    operations: Mapping[OperationName, DialectOperation]
    missing: Mapping[OperationName, str]
    headers: tuple[HeaderBlock, ...]
    login: Login
    answer: AnswerForm
    faults: FaultForm
    reading: RequestReading
    budget: CallBudget | None = None
    wsdl: str | None = None

    def operation(self, name: OperationName) -> DialectOperation:
        """Return an operation. Raises OperationNotAvailable where the dialect has none."""
        found = self.operations.get(contract_name(name))
        if found is None:
            raise OperationNotAvailable(
                f"{contract_name(name)} does not exist in the dialect {self.name}."
            )
        return found

    @property
    def values(self) -> frozenset[str]:
        """Names of the partner's own values that headers carry: `username`, `client_id`."""
        return frozenset(self._values(optional=True))

    @property
    def values_needed(self) -> frozenset[str]:
        """Those without which no request can be written."""
        return frozenset(self._values(optional=False))

    def _values(self, *, optional: bool) -> Iterator[str]:
        for block in self.headers:
            if block.optional and not optional:
                continue
            for content in block.contents:
                if content.value and (optional or content.default is None):
                    yield content.value


def contract_name(name: OperationName) -> OperationName:
    """The operation of the contract behind either of the two names of GetFinalCertificate."""
    return OperationName.GET_FINAL if name is OperationName.GET_FINAL_AS_THE_HUB else name
