"""Operations of a dialect: their names on the wire, and the parameters of their requests."""

from dataclasses import dataclass
from enum import StrEnum


class Carries(StrEnum):
    """Content of a parameter."""

    NUMBER = "number"
    """Number of the permit (box 1)."""
    TOKEN = "token"  # noqa: S105  # the name of a kind
    """TokenId: the security code of the permit."""
    COUNTRY = "country"
    """ISO 3166 code of the country asked."""
    QUANTITIES = "quantities"
    """Confirmed quantities, line by line (box 14)."""


class Absent(StrEnum):
    """How a parameter without a value is written."""

    OMITTED = "omitted"
    EMPTY = "empty"
    NIL = "nil"
    """`xsi:nil="true"`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityNames:
    """Elements inside the parameter with the quantities.

    line: repeated, one for each line.  position: letter of the line.  amount: the quantity.
    whole: whether the amount is a whole number; a fraction cannot be reported.
    position_type, amount_type: `xsi:type` in rpc/encoded, such as `xsd:int`.
    """

    line: str
    position: str
    amount: str
    whole: bool = False
    position_type: str = "xsd:string"
    amount_type: str = "xsd:decimal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A child of the request element, or a part of an rpc request.

    type: `xsi:type` in rpc/encoded; its prefix is `xsd`, or `tns` for the service's namespace.
    quantities: of the parameter that carries them; None for every other.
    """

    element: str
    carries: Carries
    absent: Absent = Absent.OMITTED
    type: str = "xsd:string"
    quantities: QuantityNames | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationNames:
    """Names of an operation in one spelling.

    spelling: short name of the spelling; empty for the usual one.
    operation: as a WSDL has it.  request, answer: local names of the elements in the Body.
    action: SOAPAction without quotes; `{namespace}` in it stands for the service's namespace.
    """

    operation: str
    request: str
    answer: str
    action: str
    spelling: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialectOperation:
    """An operation. names: each spelling, the usual one first.  parameters: in their order."""

    names: tuple[OperationNames, ...]
    parameters: tuple[Parameter, ...]
    source: str

    def spelled(self, spelling: str) -> OperationNames:
        """Return the names in a spelling, or the usual ones where it has none of its own."""
        return next((each for each in self.names if each.spelling == spelling), self.names[0])

    def carries(self, content: Carries) -> bool:
        """Whether a parameter of the request carries this."""
        return any(parameter.carries is content for parameter in self.parameters)
