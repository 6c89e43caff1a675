"""Permit format of CITESEPermit: its tables, and its fitting of values without an element."""

from adapters.fixed_elements import FIXED
from adapters.permit_format import PermitDocument, Version
from adapters.v2.boxes import LINE, PERMIT
from adapters.v2.fitting import fitting
from schemas import VERSIONS


def format_v2() -> PermitDocument:
    """Make the format. It reads the XSD, so keep the result."""
    return PermitDocument(
        Version(contract=VERSIONS["v2"], permit=PERMIT, line=LINE, fixed=FIXED, fitting=fitting())
    )
