"""Tree of documents: a permit, the documents that it names, those that they name, and so on.

A document stands once in the tree with the documents that it names; where it is named again, the
tree refers to that place. So a circle of documents ends, and it is seen as one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.domain.trace.held import HeldDocument, Missing, Reason
from gateway.domain.trace.named import DocumentName, NamedDocument, named_documents

MOST_STEPS = 10
"""Documents on one path, the first included."""
MOST_DOCUMENTS = 60
"""Documents in one tree: a hostile permit may name a new document on each line."""

Find = Callable[[DocumentName], HeldDocument | Missing]
"""Gives a document. Each name is asked for once."""


class Place(StrEnum):
    """How a document stands in the tree."""

    HERE = "here"
    """With the documents that it names."""
    ABOVE = "above"
    """Named before: its documents stand there."""
    CIRCLE = "circle"
    """Named by a document that it leads to itself."""


@dataclass(frozen=True, slots=True)
class Node:
    """A document in the tree.

    named: how the document above names it; None for the first one.
    found: the document, or why it is not at hand.
    """

    name: DocumentName
    found: HeldDocument | Missing
    named: NamedDocument | None = None
    place: Place = Place.HERE
    children: tuple["Node", ...] = ()

    @property
    def held(self) -> HeldDocument | None:
        """The document, where it is at hand."""
        return self.found if isinstance(self.found, HeldDocument) else None

    @property
    def missing(self) -> Missing | None:
        """Why the document is not at hand, where it is not."""
        return self.found if isinstance(self.found, Missing) else None

    @property
    def day_differs(self) -> bool:
        """Whether the document above states another day of issue than the document itself."""
        stated = self.named.day if self.named else None
        issued = self.held.permit.issued_at if self.held else None
        return stated is not None and issued is not None and stated != issued.date()

    def every(self) -> Iterator["Node"]:
        """Yield this document and all below it, from top to bottom."""
        yield self
        for child in self.children:
            yield from child.every()


@dataclass(slots=True)
class _Builder:
    find: Find
    found: dict[DocumentName, HeldDocument | Missing] = field(default_factory=dict)

    def node(
        self, name: DocumentName, named: NamedDocument | None, path: tuple[DocumentName, ...]
    ) -> Node:
        if name in path:
            return Node(name, self.found[name], named, Place.CIRCLE)
        if name in self.found:
            return Node(name, self.found[name], named, Place.ABOVE)
        if len(path) >= MOST_STEPS or len(self.found) >= MOST_DOCUMENTS:
            return Node(name, Missing(Reason.TOO_MANY), named)
        found = self.found[name] = self.find(name)
        if isinstance(found, Missing):
            return Node(name, found, named)
        longer = (*path, name)
        below = tuple(self.node(each.name, each, longer) for each in named_documents(found.permit))
        return Node(name, found, named, Place.HERE, below)


def build(name: DocumentName, find: Find) -> Node:
    """Build the tree of a document. Raises whatever `find` raises."""
    return _Builder(find).node(name, None, ())


def documents_of(root: Node) -> Mapping[DocumentName, HeldDocument | Missing]:
    """Return every document of a tree by its name."""
    return {node.name: node.found for node in root.every() if node.place is Place.HERE}


def paths_of(root: Node) -> Mapping[DocumentName, tuple[DocumentName, ...]]:
    """Return the way to each document of a tree from its root, both included."""
    return dict(_paths(root, ()))


def _paths(
    node: Node, before: tuple[DocumentName, ...]
) -> Iterator[tuple[DocumentName, tuple[DocumentName, ...]]]:
    if node.place is not Place.HERE:
        return
    path = (*before, node.name)
    yield node.name, path
    for child in node.children:
        yield from _paths(child, path)
