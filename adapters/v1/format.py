"""Permit format of CBFShip: its tables, and its fitting of values without an element."""

from functools import cache

from adapters.fixed_elements import FIXED
from adapters.permit_format import PermitDocument, Version
from adapters.v1.boxes import LINE, PERMIT
from adapters.v1.fitting import fitting
from schemas import VERSIONS


@cache
def format_v1() -> PermitDocument:
    """The format, made once in a process, as it takes long to read the XSD."""
    return PermitDocument(
        Version(contract=VERSIONS["v1"], permit=PERMIT, line=LINE, fixed=FIXED, fitting=fitting())
    )
