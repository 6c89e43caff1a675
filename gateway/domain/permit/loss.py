"""Loss note: a value of a permit for which a schema version has no element."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LossNote:
    """A value that a document says less exactly than the permit.

    box: of the form.  position: letter of the line; None: the whole document.
    field: of the national record (`applicant.signed_at`), without a prefix for a line.
    value: as it would stand in the box.
    path: place where the document says it as near as it can.
    """

    box: str
    field: str
    value: str
    path: str
    position: str | None = None
