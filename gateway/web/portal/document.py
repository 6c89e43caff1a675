"""Permit document in sections, as the browser of the portal shows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gateway.web.portal.description import DocumentElement
from schemas import ContractVersion

_CONTEXT = "SpecifiedExchangedDocumentContext"
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


def sections(elements: Iterable[DocumentElement], contract: ContractVersion) -> Sequence[Section]:
    """The elements of a permit document by section, each in the order of the schema.

    contract: the version of the document, which names its parts.
    """
    found = {each.anchor: each for each in _sections(contract)}
    for element in elements:
        section = next(
            (each for each in found.values() if f"{element.path}/".startswith(f"{each.path}/")),
            None,
        )
        if section is not None:
            section.elements.append(element)
    return [found[anchor] for anchor in _ORDER]


def _sections(contract: ContractVersion) -> tuple[Section, ...]:
    """Empty sections. A longer path stands before the path it begins with."""
    return (
        Section("context", "Context of the message", _CONTEXT),
        Section("header", "Header: the permit", contract.number.partition("/")[0]),
        Section("line", "Line: a CitesPosition", f"{contract.consignment}/{contract.line}"),
        Section(
            "consignment", "Consignment: parties, transport, endorsement", contract.consignment
        ),
    )
