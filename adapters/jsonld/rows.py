"""Rows of the JSON-LD table: the place of an attribute in the tree of nodes, for both directions.

A path names terms of the context with `/` between them. `signatures[APPLICANT]` is the node of the
list `signatures` with this role.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from adapters.conversions import read_moment, write_moment
from gateway.domain.errors import GatewayError
from gateway.domain.identifiers import CertificateNumber
from gateway.domain.permit.quantity import Quantity, amount, plain

ROLE = "signatoryRole"
"""Term by which the nodes of the list `signatures` differ."""
_STEP = re.compile(r"(?P<name>\w+)(?:\[(?P<role>\w+)\])?")

Json = Any
"""A value as the JSON library has it."""
Step = tuple[str, str | None]
"""Name of a term, and the role of the node in a list; None: no list."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Kind of value. write, read: to JSON and back; `read` raises ValueError for another shape."""

    write: Callable[[Any], Json]
    read: Callable[[Json], object]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table.

    box: number on the form.  attribute: dotted name in Permit, or in CitesPosition.
    part: class of an attribute that may be there without any value in it.
    """

    box: str
    attribute: str
    path: str
    kind: Kind
    part: type[Any] | None = None
    steps: tuple[Step, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", tuple(map(_step, self.path.split("/"))))


def rows(
    box: str,
    attribute: str,
    path: str,
    part: Iterable[Row],
    *,
    boxes: Mapping[str, str] | None = None,
) -> tuple[Row, ...]:
    """The rows of a part, such as an address, at its place.

    boxes: numbers of attributes with a box of their own, by the beginning of their name.
    """
    return tuple(
        replace(
            row,
            box=next((own for start, own in (boxes or {}).items()
                      if row.attribute.startswith(start)), box),
            attribute=f"{attribute}.{row.attribute}",
            path=f"{path}/{row.path}",
        )
        for row in part
    )  # fmt: skip


def _step(step: str) -> Step:
    found = _STEP.fullmatch(step)
    if found is None:
        raise ValueError(f"no step of a path: {step}")
    return found["name"], found["role"]


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise ValueError("A text is expected.")
    return value


def _texts(value: Json) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("A list of texts is expected.")
    return tuple(map(_text, value))


def _flag(value: Json) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false is expected.")
    return value


def _count(value: Json) -> int:
    if type(value) is not int:
        raise ValueError("A whole number is expected.")
    return value


def _number(value: Json) -> CertificateNumber:
    try:
        return CertificateNumber.of_partner(_text(value))
    except GatewayError as refused:
        raise ValueError(refused.text) from None


def _quantity(value: Json) -> Quantity:
    if not isinstance(value, dict) or not value.keys() <= {"type", "numericalValue", "unit"}:
        raise ValueError("A quantity has numericalValue and unit.")
    unit = value.get("unit")
    try:
        return Quantity(amount(_text(value.get("numericalValue"))), unit and _text(unit))
    except GatewayError:
        raise ValueError("A quantity is a plain decimal that is not negative.") from None


def _written_quantity(quantity: Quantity) -> Json:
    # A text, as a JSON number loses digits in most readers.
    found = {"type": "Value", "numericalValue": plain(quantity.amount)}
    return found | ({"unit": quantity.unit} if quantity.unit else {})


def _present(value: Json) -> object:
    if not isinstance(value, dict):
        raise ValueError("A node is expected.")
    return None


TEXT = Kind(lambda value: value, _text)
TEXTS = Kind(list, _texts)
FLAG = Kind(lambda value: value, _flag)
COUNT = Kind(lambda value: value, _count)
NUMBER = Kind(str, _number)
QUANTITY = Kind(_written_quantity, _quantity)
MOMENT = Kind(
    lambda value: write_moment(cast(datetime, value)), lambda value: read_moment(_text(value))
)
PART = Kind(lambda _: {}, _present)
"""A node that says something by being there."""
