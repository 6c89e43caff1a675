"""Refused customs declaration: an entry that is wrong, or an act that its history forbids."""

from gateway.domain.errors import InputInvalid
from gateway.domain.people.sentence import Sentence


class DeclarationInvalid(InputInvalid):
    """A customs declaration, or an act on one of its lines, is not what it must be.

    item: number of the line on the declaration, None for the whole.  field: name of the entry.
    """

    def __init__(
        self,
        text: str | Sentence,
        *,
        item: str | None = None,
        field: str | None = None,
        position: str | None = None,
        box: str | None = None,
    ) -> None:
        super().__init__(text, position=position, box=box)
        self.item, self.field = item, field
