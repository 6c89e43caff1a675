"""Permit format of CITESEPermit: tables, and values for which toolkit 2.0 has no element."""

from adapters.fixed_elements import FIXED
from adapters.permit_format import PermitDocument, Version
from adapters.required import refuse_other_referenced_types
from adapters.v2.boxes import LINE, PERMIT
from gateway.domain.errors import DocumentInvalid
from gateway.domain.permit.permit import Permit
from schemas import VERSIONS


def format_v2() -> PermitDocument:
    """Make the format. It reads the XSD, so keep the result."""
    return PermitDocument(
        Version(
            contract=VERSIONS["v2"],
            permit=PERMIT,
            line=LINE,
            fixed=FIXED,
            refuse_unsupported=refuse_unsupported,
        )
    )


def refuse_unsupported(permit: Permit) -> None:
    """Check that this version has an element for every value of the permit.

    The province of a country of origin has none. It may decide the Appendix, so it is not left out.
    Raises DocumentInvalid (box, position).
    """
    refuse_other_referenced_types(permit)
    for line in permit.positions:
        for box, part in (("12", line.origin), ("12a", line.last_reexport)):
            if part is not None and part.country is not None and part.country.subdivision:
                text = "v2 has no element for a subdivision of this country."
                raise DocumentInvalid(text, box=box, position=line.id)
