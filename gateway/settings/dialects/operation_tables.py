"""Tables of a dialect file about operations: [operations.*] and what its requests carry."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from gateway.dialects import (
    Absent,
    Carries,
    DialectOperation,
    OperationNames,
    Parameter,
    QuantityNames,
)
from gateway.domain.partner import OperationName
from gateway.settings.section import Section, matching, wrong

NCName = Annotated[
    str,
    AfterValidator(
        matching(r"[A-Za-z_][A-Za-z0-9._-]{0,99}", "must be the local name of an XML element")
    ),
]
"""Local name of an element, in ASCII. Source: Namespaces in XML 1.0, section 3."""

Source = Annotated[str, Field(min_length=1, max_length=1000)]
"""Where a fact comes from, and how sure it is: CERTAIN, INFERRED or OPEN."""

SimpleType = Annotated[
    str,
    AfterValidator(
        matching(r"(xsd|tns):[A-Za-z_][A-Za-z0-9._-]{0,99}", "must be as in xsd:string or tns:Type")
    ),
]
_Action = Annotated[
    str,
    AfterValidator(
        matching(
            r"(?:\{namespace\}|[!-\[\]^-z|~])*",
            "must be an address in ASCII without quotes, with {namespace} at most",
        )
    ),
]


class QuantitiesTable(Section):
    """[operations.OP.parameter.quantities]: elements inside the one that carries quantities."""

    line: NCName
    """Element that is repeated for each line of the permit."""
    position: NCName
    """Element with the letter of the line."""
    amount: NCName
    """Element with the quantity."""
    whole: bool = False
    """Whether the quantity must be a whole number."""
    position_type: SimpleType = "xsd:string"
    """Its `xsi:type` in rpc/encoded."""
    amount_type: SimpleType = "xsd:decimal"
    """Its `xsi:type` in rpc/encoded."""


class ParameterTable(Section):
    """[[operations.OP.parameter]]: a child of the request, in the order of the file."""

    element: NCName
    """Local name of the element."""
    carries: Carries
    """What it carries: `number`, `token`, `country` or `quantities`."""
    absent: Absent = Absent.OMITTED
    """How it is written without a value: `omitted`, `empty` or `nil`."""
    type: SimpleType = "xsd:string"
    """Its `xsi:type` in rpc/encoded; `tns` is the service's namespace."""
    quantities: QuantitiesTable | None = None
    """Names inside it, where it carries quantities."""

    @model_validator(mode="after")
    def _quantities_have_names(self) -> Self:
        if (self.carries is Carries.QUANTITIES) != (self.quantities is not None):
            raise wrong("must be given for the parameter with quantities alone", key="quantities")
        return self

    @property
    def parameter(self) -> Parameter:
        """The parameter of the dialect."""
        names = QuantityNames(**self.quantities.model_dump()) if self.quantities else None
        return Parameter(
            element=self.element,
            carries=self.carries,
            absent=self.absent,
            type=self.type,
            quantities=names,
        )


class NamesTable(Section):
    """Names of an operation on the wire, in one spelling."""

    operation: NCName
    """Its name in a WSDL."""
    request: NCName
    """Local name of the request element in the Body."""
    answer: NCName
    """Local name of the answer element in the Body."""
    action: _Action
    """SOAPAction without quotes; `{namespace}` stands for the service's namespace."""


class SpellingTable(NamesTable):
    """[[operations.OP.spelled]]: the same operation under other names."""

    spelling: Annotated[
        str, AfterValidator(matching(r"[A-Za-z][A-Za-z0-9-]{0,34}", "must be a short name"))
    ]
    """Name of the spelling, for `spelling` of [[partner]]."""


class OperationTable(NamesTable):
    """[operations.OP]: an operation that the service has."""

    source: Source
    parameter: tuple[ParameterTable, ...] = ()
    """What its request carries, in this order."""
    spelled: tuple[SpellingTable, ...] = ()
    """Other names that the service takes."""

    @model_validator(mode="after")
    def _each_thing_once(self) -> Self:
        elements = [each.element for each in self.parameter]
        carried = [each.carries for each in self.parameter]
        spellings = [each.spelling for each in self.spelled]
        for index, element in enumerate(elements):
            if element in elements[:index]:
                raise wrong("must not be there twice", key=f"parameter.{index}.element")
            if carried[index] in carried[:index]:
                raise wrong("must not be there twice", key=f"parameter.{index}.carries")
        for index, spelling in enumerate(spellings):
            if spelling in spellings[:index]:
                raise wrong("must not be there twice", key=f"spelled.{index}.spelling")
        return self

    @property
    def names(self) -> tuple[OperationNames, ...]:
        """Names of each spelling, the usual one first."""
        usual = OperationNames(
            operation=self.operation, request=self.request, answer=self.answer, action=self.action
        )
        return (usual, *(OperationNames(**each.model_dump()) for each in self.spelled))

    @property
    def described(self) -> DialectOperation:
        """The operation of the dialect."""
        return DialectOperation(
            names=self.names,
            parameters=tuple(each.parameter for each in self.parameter),
            source=self.source,
        )


class OperationsTable(Section):
    """[operations]: those that the service has, by the contract's name."""

    get_non_final: OperationTable | None = None
    get_final: OperationTable | None = None
    confirm_quantities: OperationTable | None = None
    service_state: OperationTable | None = None


class MissingTable(Section):
    """[missing]: operations that the service does not have: why, and the source."""

    get_non_final: Source | None = None
    get_final: Source | None = None
    confirm_quantities: Source | None = None
    service_state: Source | None = None


CONTRACT_NAMES = {
    "get_non_final": OperationName.GET_NON_FINAL,
    "get_final": OperationName.GET_FINAL,
    "confirm_quantities": OperationName.CONFIRM_QUANTITIES,
    "service_state": OperationName.SERVICE_STATE,
}
"""Operation by the key of its table."""
