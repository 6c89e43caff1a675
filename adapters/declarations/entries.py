"""Entries of a declaration as JSON: typed values by name, each refused with its name and line."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from gateway.domain.declarations.refused import DeclarationInvalid
from gateway.domain.permit.quantity import Quantity, amount
from gateway.domain.white_space import trimmed

MOST_BYTES = 1_000_000
"""Size of a declaration: a thousand bytes a line."""

_LONGEST_TEXT = 2000
_MOST_ENTRIES = 9999


def parse(content: bytes) -> Mapping[str, Any]:
    """Parse a declaration: a single JSON object, no name twice. Raises DeclarationInvalid."""
    if len(content) > MOST_BYTES:
        raise DeclarationInvalid(f"A declaration has at most {MOST_BYTES} bytes.")
    try:
        value = json.loads(
            content.decode("utf-8"),
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except (UnicodeDecodeError, RecursionError, ValueError, ArithmeticError):
        raise DeclarationInvalid(
            "A declaration is one object in JSON, in UTF-8, with no name twice."
        ) from None
    return _require_object(value, "the declaration", None)


@dataclass(frozen=True, slots=True)
class Entries:
    """An object of the declaration. item: number of its line, once that is known."""

    values: Mapping[str, Any]
    item: str | None = None

    def require_names(self, *known: str) -> None:
        """Raises DeclarationInvalid where an entry has another name."""
        for name in self.values:
            if name not in known:
                raise self.wrong(name[:40], "is no entry of this form")

    def text(self, name: str) -> str | None:
        """Return a text, or a number as text; None where it is absent or empty."""
        value = self.values.get(name)
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            if isinstance(value, Decimal) and not -20 <= value.adjusted() <= 20:
                raise self.wrong(name, "has too many digits")
            value = format(value, "f") if isinstance(value, Decimal) else str(value)
        if value is None:
            return None
        if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
            raise self.wrong(name, f"must be a text of at most {_LONGEST_TEXT} characters")
        return trimmed(value) or None

    def required(self, name: str) -> str:
        """As `text`. Raises DeclarationInvalid where it is absent."""
        text = self.text(name)
        if text is None:
            raise self.wrong(name, "is missing")
        return text

    def code(self, name: str) -> str | None:
        """Return a code in capital letters."""
        text = self.text(name)
        return text.upper() if text else None

    def day(self, name: str) -> date | None:
        """Return a day, as in 2026-11-29. Raises DeclarationInvalid."""
        text = self.text(name)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            raise self.wrong(name, "must be a day such as 2026-11-29") from None

    def quantity(self, name: str, unit: str | None) -> Quantity | None:
        """Return a quantity in a unit. Raises QuantityInvalid (box 11)."""
        text = self.text(name)
        return Quantity(amount(text), unit) if text else None

    def objects(self, name: str) -> Iterator["Entries"]:
        """Yield the objects of a list. Raises DeclarationInvalid."""
        value = self.values.get(name)
        if not isinstance(value, list) or not 0 < len(value) <= _MOST_ENTRIES:
            raise self.wrong(name, "must be a list that is not empty")
        for each in value:
            yield Entries(_require_object(each, name, self.item), self.item)

    def of_item(self, item: str) -> "Entries":
        """Return the same entries, which name the line in what is wrong."""
        return Entries(self.values, item[:70])

    def wrong(self, name: str, text: str) -> DeclarationInvalid:
        """Return the error of an entry."""
        return DeclarationInvalid(f'"{name}" {text}.', item=self.item, field=name)


def _require_object(value: Any, name: str, item: str | None) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise DeclarationInvalid(f"{name} must be an object.", item=item, field=name)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)
