"""The permit as a CITESEPermit: root, namespaces, and what toolkit 2.0 cannot say."""

from adapters.context import FIXED
from adapters.demands import refuse_kinds_of_referenced_documents
from adapters.permit_format import PermitDocument, Version
from adapters.v2.boxes import LINE, PERMIT
from gateway.domain.errors import DocumentInvalid
from gateway.domain.permit import Permit


def format_v2() -> PermitDocument:
    """Read the XSD and make the format. Takes a fraction of a second; keep what it gives."""
    return PermitDocument(
        Version(
            name="v2",
            root="CITESEPermit",
            prefixes={
                "rsm": "urn:un:unece:uncefact:data:standard:CITESEPermit:2",
                "ram": "urn:un:unece:uncefact:data:draft:ReusableAggregateBusinessInformationEntity:1",
            },
            permit=PERMIT,
            line=LINE,
            fixed=FIXED,
            refuse_unsayable=refuse_unsayable,
        )
    )


def refuse_unsayable(permit: Permit) -> None:
    """Raises DocumentInvalid (box, position): a province of origin may decide the Appendix, so it is not left out."""
    refuse_kinds_of_referenced_documents(permit)
    for line in permit.positions:
        for box, part in (("12", line.origin), ("12a", line.last_reexport)):
            if part is not None and part.country is not None and part.country.subdivision:
                text = "v2 has no element for a subdivision of this country."
                raise DocumentInvalid(text, box=box, position=line.id)
