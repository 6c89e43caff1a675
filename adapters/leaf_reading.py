"""Reading of one leaf: strictly for our own documents, leniently for those of partners.

Strictly, a leaf that cannot be understood refuses the document. Leniently, a leaf with one meaning
is read, and a leaf with none is kept as it was written, so that a permit is never lost for it.
Nothing is guessed: a leaf with two meanings has none.
"""

from dataclasses import dataclass, field

from adapters.conversions import Conversion, NotSet
from adapters.tree import Node
from gateway.domain.errors import DocumentInvalid
from gateway.domain.permit.unreadable import UnreadableLeaf


@dataclass(slots=True)
class LeafReading:
    """Reading of the leaves of one document. lenient: as those of a partner."""

    lenient: bool = False
    _unreadable: dict[UnreadableLeaf, None] = field(default_factory=dict)

    def value(
        self, conversion: Conversion, number: str, position: str | None, node: Node
    ) -> object:
        """The value of a leaf, or an UnreadableLeaf with its text and attributes.

        The attributes that were used are removed from the node.
        number, position: box and line, for errors.
        Raises DocumentInvalid (box, position, path, line).
        """
        written, attributes = node.text or "", dict(node.attributes)
        lenient = self.lenient and not conversion.essential
        read = conversion.read_foreign if lenient else conversion.read
        try:
            return read(written, node.attributes)
        except ValueError as wrong:
            if not lenient:
                raise DocumentInvalid(
                    str(wrong), box=number, position=position, path=node.path, line=node.line
                ) from None
            node.attributes = {}
            return UnreadableLeaf(
                number,
                position,
                node.path.rpartition("/")[2],
                written,
                tuple(sorted(attributes.items())),
                str(wrong),
                not_set=isinstance(wrong, NotSet),
                path=node.path,
                line_of_text=node.line,
            )

    def keep(self, leaf: UnreadableLeaf) -> None:
        """Keep a leaf; a repeated leaf is kept once."""
        self._unreadable.setdefault(leaf)

    @property
    def unreadable(self) -> tuple[UnreadableLeaf, ...]:
        """The leaves that were kept: leaves of the document first, then line by line."""
        return tuple(sorted(self._unreadable, key=lambda leaf: leaf.position is not None))
