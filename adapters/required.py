"""Required values: a permit without them is written in no schema version.

Without these values the hub's page fails for a partner's officer.

Source: wire contract, section 11.3; box 2 by the box rule of the toolkit.
"""

from collections import Counter

from adapters.tree import WHITESPACE
from gateway.domain.errors import DocumentInvalid
from gateway.domain.permit.permit import Permit

_BETWEEN_PARTIES = frozenset({"E", "R", "I"})
"""Letters of documents that always have an importer and an exporter.

Certificates of ownership and of introduction from the sea do not.
"""


def refuse_unreadable(permit: Permit) -> None:
    """Refuse a foreign permit with a value that was not readable: it would be lost in silence.

    Raises DocumentInvalid (box, position).
    """
    for leaf in permit.unreadable:
        if not leaf.not_set:
            text = f"{leaf.element} was not readable, so it cannot be written: {leaf.reason}"
            raise DocumentInvalid(text, box=leaf.box, position=leaf.position)


def refuse_incomplete(permit: Permit) -> None:
    """Check the required values. Raises DocumentInvalid (box, and position for a line).

    A box that the holder of a partially completed document fills in may be blank; its element is
    there all the same.
    """
    if permit.valid_until is None:
        if permit.needs_last_day:
            raise DocumentInvalid("The last day of validity is missing.", box="2")
        if permit.valid_from is None and permit.issued_at is None:
            raise DocumentInvalid("The first day of validity is missing.", box="2")
    if permit.document_type.letter in _BETWEEN_PARTIES:
        if permit.importer is None and not permit.left_to_holder("3"):
            raise DocumentInvalid("The importer is missing.", box="3")
        if permit.exporter is None and not permit.left_to_holder("4"):
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
    """Check the letter of a line, which ConfirmQuantities names as a token.

    Raises DocumentInvalid for an empty letter, or white space in it.
    """
    if not letter or any(space in letter for space in WHITESPACE):
        raise DocumentInvalid(
            "The letter of a line is a token without white space.",
            box="7",
            position=letter,
            path=path,
            line=line,
        )


def refuse_other_referenced_types(permit: Permit) -> None:
    """Check the type codes of the documents in boxes 12 and 12a: 861 and 811.

    Both versions distinguish the two boxes by these codes, so no other code can be written.
    Raises DocumentInvalid (box, position).
    """
    for line in permit.positions:
        origin = line.origin.permit if line.origin else None
        reexport = line.last_reexport.certificate if line.last_reexport else None
        for box, document, type_code in (("12", origin, "861"), ("12a", reexport, "811")):
            if document is not None and document.type_code not in (None, type_code):
                raise DocumentInvalid(
                    f"The document of this box is of kind {type_code}.", box=box, position=line.id
                )
