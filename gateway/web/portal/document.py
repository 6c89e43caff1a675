"""Permit document in sections, as the browser of the portal shows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gateway.web.portal.description import DocumentElement

_LINE = "SpecifiedSupplyChainConsignment/IncludedSupplyChainConsignmentItem"
_SECTIONS = (
    ("context", "Context of the message", "SpecifiedExchangedDocumentContext"),
    ("header", "Header: the permit", "HeaderExchangedDocument"),
    ("line", "Line: a CitesPosition", _LINE),
    ("consignment", "Consignment: parties, transport, endorsement",
     "SpecifiedSupplyChainConsignment"),
)  # fmt: skip
"""Anchor, title and path of each section. A longer path stands before the path it begins with."""
_ORDER = ("header", "consignment", "line", "context")


@dataclass(slots=True)
class Section:
    """A part of the document. path: of the element whose children it shows."""

    anchor: str
    title: str
    path: str
    elements: list[DocumentElement] = field(default_factory=list)

    def depth(self, element: DocumentElement) -> int:
        """Steps of an element below the first level of this section."""
        return max(element.depth - self.path.count("/") - 1, 0)


def sections(elements: Iterable[DocumentElement]) -> Sequence[Section]:
    """The elements of a permit document by section, each in the order of the schema."""
    found = {anchor: Section(anchor, title, path) for anchor, title, path in _SECTIONS}
    for element in elements:
        section = next(
            (each for each in found.values() if f"{element.path}/".startswith(f"{each.path}/")),
            None,
        )
        if section is not None:
            section.elements.append(element)
    return [found[anchor] for anchor in _ORDER]
