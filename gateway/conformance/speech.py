"""Speech of a service under test: its dialect, and the writer of right requests in it.

The client of this gateway writes the requests, as for every partner. The test cases change what it
has written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.dialects import Carries, Dialect, Envelope, OperationNames, contract_name
from gateway.domain.errors import OperationNotAvailable
from gateway.domain.partner import OperationName
from gateway.wire.soap_version import SoapVersion

RequestValues = Mapping[Carries, str | Sequence[tuple[str, str]]]
"""Values of a request: texts; quantities as letter of the line and amount."""


class Writer(Protocol):
    """Writes right requests of one service in one version of SOAP."""

    def __call__(
        self, operation: OperationName, values: RequestValues
    ) -> tuple[Mapping[str, str], bytes]:
        """Headers and body. Raises OperationNotAvailable, QuantityInvalid."""


class NotSpoken(Exception):
    """The dialect has no way to say it. The text is a sentence."""


@dataclass(frozen=True, slots=True)
class Speech:
    """How a service is spoken to.

    namespace: of its messages.  writers: by version of SOAP.
    """

    dialect: Dialect
    namespace: str
    writers: Mapping[SoapVersion, Writer]

    @property
    def is_contract(self) -> bool:
        """Whether the whole wire contract holds, its fault detail too; else the dialect decides."""
        return self.dialect.faults.epix_detail

    @property
    def has_own_wrapper(self) -> bool:
        """Whether answers stand in the answer element of the operation."""
        answer = self.dialect.answer
        return self.is_contract or (answer.envelope is Envelope.OWN and not answer.any_wrapper)

    def names(self, operation: str) -> OperationNames:
        """Names of an operation of the contract. Raises NotSpoken where the dialect lacks it."""
        wanted = OperationName(operation)
        try:
            found = self.dialect.operation(wanted)
        except OperationNotAvailable as missing:
            raise NotSpoken(missing.text) from None
        if wanted is not contract_name(wanted) or wanted is OperationName.GET_FINAL:
            exact = [each for each in found.names if each.operation == operation]
            if exact:
                return exact[0]
            if wanted is OperationName.GET_FINAL:
                raise NotSpoken(f"The dialect has no second name {operation}.")
        return found.spelled("")

    def element(self, operation: str, content: Carries) -> str:
        """Name of the child of a request that carries this. Raises NotSpoken where none does."""
        self.names(operation)
        found = self.dialect.operation(OperationName(operation))
        for parameter in found.parameters:
            if parameter.carries is content:
                return parameter.element
        raise NotSpoken(f"In this dialect {operation} carries no {content}.")

    def written(
        self, operation: str, values: RequestValues, soap: SoapVersion
    ) -> tuple[Mapping[str, str], bytes]:
        """A right request. Raises NotSpoken, QuantityInvalid."""
        self.names(operation)
        if soap not in self.writers:
            raise NotSpoken("The dialect does not speak this version of SOAP.")
        return self.writers[soap](OperationName(operation), values)
