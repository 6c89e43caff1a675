"""What must a permit say before any version can show it? Without these the hub's page breaks for a partner's officer.

Source: wire contract, section 11.3; box 2 by the box rule of the toolkit.
"""

from collections import Counter

from adapters.tree import WHITE
from gateway.domain.errors import DocumentInvalid
from gateway.domain.permit import Permit

_BETWEEN_PARTIES = frozenset({"E", "R", "I"})
"""Kinds that always have an importer and an exporter; certificates of ownership or introduction from the sea do not."""


def refuse_incomplete(permit: Permit) -> None:
    """Raises DocumentInvalid naming box and reason, and the line where one is to blame."""
    if permit.valid_until is None:
        raise DocumentInvalid("The last day of validity is missing.", box="2")
    if permit.document_type.letter in _BETWEEN_PARTIES:
        if permit.importer is None:
            raise DocumentInvalid("The importer is missing.", box="3")
        if permit.exporter is None:
            raise DocumentInvalid("The exporter or re-exporter is missing.", box="4")
    if permit.management_authority is None or permit.management_authority.party is None:
        raise DocumentInvalid("The issuing Management Authority is missing.", box="6")
    _refuse_lines(permit)


def _refuse_lines(permit: Permit) -> None:
    for letter, times in Counter(line.id for line in permit.positions).items():
        refuse_letter(letter)
        if times > 1:
            raise DocumentInvalid("Two lines have the same letter.", box="7", position=letter)
    for line in permit.positions:
        if line.quantity is None:
            raise DocumentInvalid("The quantity is missing.", box="11", position=line.id)


def refuse_letter(letter: str, path: str | None = None, line: int | None = None) -> None:
    """Raises DocumentInvalid for a letter that ConfirmQuantities could not name: white space in it, or nothing."""
    if not letter or any(space in letter for space in WHITE):
        raise DocumentInvalid(
            "The letter of a line is a token without white space.", box="7", position=letter, path=path, line=line
        )


def refuse_kinds_of_referenced_documents(permit: Permit) -> None:
    """Both versions tell boxes 12 and 12a apart by the kind of the document, so it can be no other.

    Raises DocumentInvalid (box, position).
    """
    for line in permit.positions:
        origin = line.origin.permit if line.origin else None
        reexport = line.last_reexport.certificate if line.last_reexport else None
        for box, document, kind in (("12", origin, "861"), ("12a", reexport, "811")):
            if document is not None and document.type_code not in (None, kind):
                raise DocumentInvalid(f"The document of this box is of kind {kind}.", box=box, position=line.id)
