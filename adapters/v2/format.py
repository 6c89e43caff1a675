"""Permit format of CITESEPermit: its tables, and its fitting of values without an element."""

from functools import cache

from adapters.fixed_elements import FIXED
from adapters.permit_format import PermitDocument, Version
from adapters.v2.boxes import LINE, PERMIT
from adapters.v2.fitting import fitting
from schemas import VERSIONS


@cache
def format_v2() -> PermitDocument:
    """The format, made once in a process, as it takes long to read the XSD."""
    return PermitDocument(
        Version(contract=VERSIONS["v2"], permit=PERMIT, line=LINE, fixed=FIXED, fitting=fitting())
    )
