"""Quantities of box 11: decimal amount and unit, compared exactly within a dimension."""

import re
from dataclasses import dataclass
from decimal import Decimal, localcontext

from gateway.domain.codes import counts_specimens, current_unit, measure_of
from gateway.domain.errors import QuantityInvalid
from gateway.domain.people.sentence import Sentence
from gateway.domain.white_space import trimmed

_PLAIN = re.compile(r"\+?(?P<whole>[0-9]{0,40})(?:\.(?P<part>[0-9]{0,40}))?")
_MAX_DIGITS = 15
_MAX_DECIMALS = 6
_EXACT_DIGITS = 120
"""More than any amount of 40 digits before and after the point has in another unit."""


def amount(text: str, *, position: str | None = None, box: str | None = "11") -> Decimal:
    """Read a quantity: plain ASCII digits with at most one point, finite, not negative.

    At most 15 digits, 6 of them after the point (leading and trailing zeros do not count).
    Raises QuantityInvalid naming position and box.
    """
    plain = _PLAIN.fullmatch(trimmed(text))
    whole, part = (
        (plain["whole"].lstrip("0"), (plain["part"] or "").rstrip("0")) if plain else ("", "")
    )
    if not plain or not (plain["whole"] or plain["part"]):
        raise QuantityInvalid(
            Sentence("A quantity is written in plain digits such as 12 or 12.5."),
            position=position,
            box=box,
        )
    if len(part) > _MAX_DECIMALS or len(whole) + len(part) > _MAX_DIGITS:
        raise QuantityInvalid(
            Sentence(
                "A quantity has at most {most} digits, {decimals} of them after the point.",
                {"most": _MAX_DIGITS, "decimals": _MAX_DECIMALS},
            ),
            position=position,
            box=box,
        )
    return Decimal(f"{whole or '0'}.{part}" if part else whole or "0")


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount in a unit of the CITES list (`KGM`, `MTQ`, `NAR`).

    unit: the code as written, older codes (`KIL`) and those of UN/ECE Recommendation 20 (`TNE`)
    included; None where the document states none, which means number of specimens.
    Source: Res. Conf. 12.3, box 11; guidelines for annual reports.
    """

    amount: Decimal
    unit: str | None = None

    @property
    def current_unit(self) -> str:
        """The CITES code of the unit: `KIL` is `KGM`, `TNE` is `TON`, no unit is `NAR`."""
        return current_unit(self.unit)

    @property
    def written_unit(self) -> str:
        """The unit as written; `NAR` where the document states none."""
        return self.unit or "NAR"

    @property
    def is_count(self) -> bool:
        """True where specimens are counted, so that the amount must be whole."""
        return counts_specimens(self.unit)

    def like(self, other: "Quantity") -> bool:
        """Whether both are of one dimension, as grams and tonnes are.

        `is_less_than` is defined only then.
        """
        return measure_of(self.unit)[0] == measure_of(other.unit)[0]

    def is_less_than(self, other: "Quantity") -> bool:
        """Compare exactly with a quantity that is `like` this one: 999 GRM is less than 1 KGM."""
        return self._in_base() < other._in_base()

    def plus(self, other: "Quantity") -> "Quantity":
        """Return the exact sum, in the unit of this one, with a quantity that is `like` it."""
        with localcontext() as exact:
            exact.prec = _EXACT_DIGITS
            return Quantity(
                (self._in_base() + other._in_base()) / measure_of(self.unit)[1], self.unit
            )

    def _in_base(self) -> Decimal:
        with localcontext() as exact:
            exact.prec = _EXACT_DIGITS
            return self.amount * measure_of(self.unit)[1]

    def __str__(self) -> str:
        return f"{plain(self.amount)} {self.written_unit}"


def plain(amount: Decimal) -> str:
    """Write an amount without exponent, trailing zeros or a bare point: `12.5`, `100`."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
