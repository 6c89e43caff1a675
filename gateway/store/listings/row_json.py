"""Reference rows as JSON, for the columns `body`: they come back exactly as they were.

Amounts are text, days ISO 8601. An unknown field is refused rather than dropped.
"""

from datetime import date
from decimal import Decimal

from cattrs.preconf.json import JsonConverter, make_converter

from gateway.domain.references.periods import Codes
from gateway.domain.references.rows import KINDS, DataKind, Fact, Row
from gateway.domain.references.taxa import Taxon

_CLASSES = {kind.value: row for row, kind in KINDS.items()}


def to_json(row: Row) -> str:
    """The row as compact JSON; the same row gives the same text."""
    return _CONVERTER.dumps(row, ensure_ascii=False, separators=(",", ":"))


def taxon_from_json(text: str) -> Taxon:
    """The inverse, of a taxon. Raises an exception group of cattrs for anything else."""
    return _CONVERTER.loads(text, Taxon)


def row_from_json(kind: str, text: str) -> Row:
    """The inverse, of any row. Raises KeyError, or an exception group of cattrs."""
    row: Row = _CONVERTER.loads(text, _CLASSES[DataKind(kind)])
    return row


def fact_from_json(kind: str, text: str) -> Fact:
    """The inverse, of a row of a kind. Raises KeyError, or an exception group of cattrs."""
    fact: Fact = _CONVERTER.loads(text, _CLASSES[DataKind(kind)])  # type: ignore[assignment]
    return fact


def _converter() -> JsonConverter:
    converter = make_converter(omit_if_default=True, forbid_extra_keys=True)
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(Decimal, lambda text, _: Decimal(text))
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_structure_hook(date, lambda text, _: date.fromisoformat(text))
    converter.register_unstructure_hook_func(lambda kind: kind == frozenset[str], sorted)
    converter.register_unstructure_hook_func(
        lambda kind: kind == Codes, lambda codes: None if codes is None else sorted(codes)
    )
    converter.register_structure_hook_func(
        lambda kind: kind == Codes, lambda codes, _: None if codes is None else frozenset(codes)
    )
    return converter


_CONVERTER = _converter()
