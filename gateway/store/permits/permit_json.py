"""Permit as JSON, for the column `permit.content`: it comes back exactly as it was.

Amounts are text (never float), moments keep their offset, absent fields are left out. An unknown
field is refused rather than dropped: a database of a newer gateway must not lose boxes in an older
one.
"""

from datetime import datetime
from decimal import Decimal

from cattrs.preconf.json import JsonConverter, make_converter

from gateway.domain.identifiers import CertificateNumber
from gateway.domain.permit.permit import Permit
from gateway.store.database.moments import as_read, as_written


def to_json(permit: Permit) -> str:
    """The permit as compact JSON. Raises ValueError for a naive moment."""
    return _CONVERTER.dumps(permit, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Permit:
    """The inverse of `to_json`. Raises an exception group of cattrs for anything else."""
    return _CONVERTER.loads(text, Permit)


def _converter() -> JsonConverter:
    converter = make_converter(omit_if_default=True, forbid_extra_keys=True)
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(Decimal, lambda text, _: Decimal(text))
    converter.register_unstructure_hook(datetime, as_written)
    converter.register_structure_hook(datetime, lambda text, _: as_read(text))
    converter.register_unstructure_hook(CertificateNumber, lambda number: number.text)
    converter.register_structure_hook(CertificateNumber, lambda text, _: CertificateNumber(text))
    return converter


_CONVERTER = _converter()
