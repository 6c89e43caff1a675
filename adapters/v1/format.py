"""Permit format of CBFShip: tables, and values for which toolkit 1.0 has no element."""

from adapters.fixed_elements import FIXED
from adapters.permit_format import PermitDocument, Version
from adapters.required import refuse_other_referenced_types
from adapters.tree import WHITESPACE
from adapters.v1.boxes import LINE, PERMIT
from gateway.domain.errors import DocumentInvalid
from gateway.domain.permit.party import Signatory
from gateway.domain.permit.permit import Permit
from schemas import VERSIONS


def format_v1() -> PermitDocument:
    """Make the format. It reads the XSD, so keep the result."""
    return PermitDocument(
        Version(
            contract=VERSIONS["v1"],
            permit=PERMIT,
            line=LINE,
            fixed=FIXED,
            refuse_unsupported=refuse_unsupported,
        )
    )


def refuse_unsupported(permit: Permit) -> None:
    """Check that this version has an element for every value of the permit.

    A value that is left out in silence would deceive the partner. Marks are written as descriptions
    after the first, so there must be a first. The category of an operation has no element. A
    signature has no date and no place; they are left out only where box 13 or 14 has the same.
    Raises DocumentInvalid (box, position).
    """
    refuse_other_referenced_types(permit)
    for line in permit.positions:
        if line.marks and not (line.description or "").strip(WHITESPACE):
            raise DocumentInvalid(
                "v1 shows marks after a description; there is none.", box="9", position=line.id
            )
        if line.operation is not None and line.operation.category_code:
            raise DocumentInvalid(
                "v1 has no element for the category of an operation.", box="12b", position=line.id
            )
    examination = permit.examination
    issued = (permit.issued_at, permit.issued_where)
    examined = (examination.at, examination.port) if examination else (None, None)
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
