"""Box 11: how much, in which unit. Decimal throughout; only like is compared with like."""

import re
from dataclasses import dataclass
from decimal import Decimal

from gateway.domain.codes import counts_specimens, current_unit
from gateway.domain.errors import QuantityInvalid

_PLAIN = re.compile(r"\+?(?P<whole>[0-9]{0,40})(?:\.(?P<part>[0-9]{0,40}))?")
_MOST_DIGITS = 15
_MOST_DECIMALS = 6


def amount(text: str, *, position: str | None = None, box: str | None = "11") -> Decimal:
    """Read a quantity: plain ASCII digits with at most one point, finite, not negative.

    At most 15 digits, 6 of them after the point (leading and trailing zeros do not count).
    Raises QuantityInvalid naming position and box.
    """
    plain = _PLAIN.fullmatch(text.strip(" \t\r\n"))
    whole, part = (plain["whole"].lstrip("0"), (plain["part"] or "").rstrip("0")) if plain else ("", "")
    if not plain or not (plain["whole"] or plain["part"]):
        raise QuantityInvalid("A quantity is written in plain digits such as 12 or 12.5.", position=position, box=box)
    if len(part) > _MOST_DECIMALS or len(whole) + len(part) > _MOST_DIGITS:
        raise QuantityInvalid(
            f"A quantity has at most {_MOST_DIGITS} digits, {_MOST_DECIMALS} of them after the point.",
            position=position, box=box,
        )  # fmt: skip
    return Decimal(f"{whole or '0'}.{part}" if part else whole or "0")


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount in a unit of the CITES list (`KGM`, `MTQ`, `NAR`).

    unit: the code as written, older codes included (`KIL`); None where the document states none, which means
    number of specimens. Source: Res. Conf. 12.3, box 11; guidelines for annual reports.
    """

    amount: Decimal
    unit: str | None = None

    @property
    def current_unit(self) -> str:
        """The unit in today's spelling: `KIL` is `KGM`, no unit is `NAR`."""
        return current_unit(self.unit)

    @property
    def is_count(self) -> bool:
        """True where specimens are counted, so that the amount must be whole."""
        return counts_specimens(self.unit)

    def like(self, other: "Quantity") -> bool:
        """Whether both are of one unit, older spellings included. Amounts are comparable only then."""
        return self.current_unit == other.current_unit

    def __str__(self) -> str:
        return f"{plain(self.amount)} {self.unit or 'NAR'}"


def plain(amount: Decimal) -> str:
    """Write an amount without exponent, trailing zeros or a bare point: `12.5`, `100`."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
