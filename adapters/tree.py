"""Document tree: elements of a permit document by place, free of namespaces and XML libraries."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from urllib.parse import quote, unquote

from gateway.domain.white_space import XML_WHITE_SPACE, collapsed

Step = tuple[str, int | str]
"""A step down: a name, and the index from 0, or a key such as `TypeCode=861`, of that name."""

Place = tuple[Step, ...]

WHITESPACE = XML_WHITE_SPACE
_STEP = re.compile(r"(?P<name>[^\[\]/]+)\[(?P<key>[^\[\]/]+)\]")


def collapse(text: str) -> str:
    """Collapse white space as in xs:token: none outside, single blanks inside."""
    return collapsed(text)


@dataclass(slots=True)
class Node:
    """An element: a leaf with text, or a branch with children.

    path, line: position in the document that was read (XPath with local names; line from 1), for
    errors.
    """

    text: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    children: dict[Step, "Node"] = field(default_factory=dict)
    path: str = ""
    line: int | None = None

    def find(self, place: Place) -> "Node | None":
        """The node at a place below this one; None where there is none."""
        node: Node | None = self
        for step in place:
            node = node.children.get(step) if node else None
        return node

    def put(self, place: Place) -> "Node":
        """The node at a place, created where it is missing.

        A node with a key is created with the leaf of its key: `[TypeCode=861]`.
        """
        node = self
        for step in place:
            below = node.children.get(step)
            if below is None:
                below = node.children[step] = Node()
                key = step[1]
                if isinstance(key, str):
                    leaf, _, text = key.partition("=")
                    below.children[(leaf, 0)] = Node(text)
            node = below
        return node

    def below(self) -> Iterator[tuple[Place, "Node"]]:
        """This node and every node below it, each with its place."""
        yield (), self
        for step, child in self.children.items():
            for place, node in child.below():
                yield (step, *place), node

    def by_name(self) -> Mapping[str, list["Node"]]:
        """Children by name; of like-named children those with a key first, then by index."""
        found: dict[str, list[Node]] = {}
        indexed: list[tuple[int, str, Node]] = []
        is_repeated = False
        for (name, key), child in self.children.items():
            if isinstance(key, str):
                found.setdefault(name, []).append(child)
            else:
                indexed.append((key, name, child))
                is_repeated = is_repeated or key > 0
        if is_repeated:  # most children stand once
            indexed.sort(key=itemgetter(0))
        for _, name, child in indexed:
            if name in found:
                found[name].append(child)
            else:
                found[name] = [child]
        return found


def format_place(place: Place) -> str:
    """A place as text: `HeaderExchangedDocument[0]/Name[1]`; keys are percent-encoded."""
    return "/".join(
        f"{name}[{key if isinstance(key, int) else quote(key, safe='=')}]" for name, key in place
    )


def parse_place(text: str) -> Place | None:
    """The place of a text from `format_place`; None for any other text."""
    steps = [_STEP.fullmatch(step) for step in text.split("/")] if text else []
    if not all(steps):
        return None
    return tuple((step["name"], _key(step["key"])) for step in steps if step)


def _key(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() else unquote(text)
