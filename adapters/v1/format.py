"""The permit as a CBFShip: root, namespaces, and what toolkit 1.0 cannot say."""

from adapters.context import FIXED
from adapters.demands import refuse_kinds_of_referenced_documents
from adapters.permit_format import PermitDocument, Version
from adapters.v1.boxes import LINE, PERMIT
from gateway.domain.errors import DocumentInvalid
from gateway.domain.party import Signatory
from gateway.domain.permit import Permit


def format_v1() -> PermitDocument:
    """Read the XSD and make the format. Takes a fraction of a second; keep what it gives."""
    return PermitDocument(
        Version(
            name="v1",
            root="CBFShip",
            prefixes={
                "rsm": "urn:un:unece:uncefact:data:draft:CBFShip:1",
                "ram": "urn:un:unece:uncefact:data:draft:ReusableAggregateBusinessInformationEntity:1",
            },
            permit=PERMIT,
            line=LINE,
            fixed=FIXED,
            refuse_unsayable=refuse_unsayable,
        )
    )


def refuse_unsayable(permit: Permit) -> None:
    """Raises DocumentInvalid (box, position): leaving it out in silence would deceive the partner.

    Marks are written as descriptions after the first, so there must be a first. The category of an operation has no
    element. A signature has no date and no place: they are left out only where box 13 or 14 says the same.
    """
    refuse_kinds_of_referenced_documents(permit)
    for line in permit.positions:
        if line.marks and not (line.description or "").strip():
            raise DocumentInvalid("v1 shows marks after a description; there is none.", box="9", position=line.id)
        if line.operation is not None and line.operation.category_code:
            raise DocumentInvalid("v1 has no element for the category of an operation.", box="12b", position=line.id)
    seen = permit.examination
    issued = (permit.issued_at, permit.issued_where)
    examined = (seen.at, seen.port) if seen else (None, None)
    _refuse_signature("6", permit.management_authority, *issued)
    _refuse_signature("4", permit.applicant, *issued)
    _refuse_signature("13", permit.issuer, *issued)
    _refuse_signature("14", permit.examiner, *examined)


def _refuse_signature(box: str, signatory: Signatory | None, at: object, place: object) -> None:
    if signatory is None:
        return
    if signatory.signed_at not in (None, at):
        raise DocumentInvalid("v1 has no element for the date of this signature.", box=box)
    if signatory.place not in (None, place):
        raise DocumentInvalid("v1 has no element for the place of this signature.", box=box)
