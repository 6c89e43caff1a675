"""What does a permit document hold, and where? A plain tree of places, free of namespaces and of any XML library."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from urllib.parse import quote, unquote

Step = tuple[str, int | str]
"""One step down: a name, and which of its like-named siblings: an index from 0, or a key such as `TypeCode=861`."""

Place = tuple[Step, ...]

WHITE = " \t\r\n"
"""White space as XML knows it; Python's own notion is wider."""

_SPACES = re.compile(f"[{WHITE}]+")
_STEP = re.compile(r"(?P<name>[^\[\]/]+)\[(?P<key>[^\[\]/]+)\]")


def collapse(text: str) -> str:
    """White space as xs:token has it: none outside, single blanks inside."""
    return " ".join(part for part in _SPACES.split(text) if part)


@dataclass(slots=True)
class Node:
    """An element: a leaf with text, or a branch with children.

    path, line: where it stood in the document read (XPath with local names; line from 1), for errors.
    """

    text: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    children: dict[Step, "Node"] = field(default_factory=dict)
    path: str = ""
    line: int | None = None

    def find(self, place: Place) -> "Node | None":
        """The node at a place below this one, None where there is none."""
        node: Node | None = self
        for step in place:
            node = node.children.get(step) if node else None
        return node

    def put(self, place: Place) -> "Node":
        """The node at a place, made where it is missing. A keyed node is made with its key: `[TypeCode=861]`."""
        node = self
        for name, key in place:
            if (name, key) not in node.children:
                made = node.children[(name, key)] = Node()
                if isinstance(key, str):
                    leaf, _, text = key.partition("=")
                    made.children[(leaf, 0)] = Node(text)
            node = node.children[(name, key)]
        return node

    def below(self) -> Iterator[tuple[Place, "Node"]]:
        """This node and every node under it, each with its place."""
        yield (), self
        for step, child in self.children.items():
            for place, node in child.below():
                yield (step, *place), node

    def by_name(self) -> Mapping[str, list["Node"]]:
        """Its children under their names; of one name keyed ones first, then by index."""
        found: dict[str, list[Node]] = {}
        indexed: list[tuple[int, str, Node]] = []
        for (name, key), child in self.children.items():
            if isinstance(key, str):
                found.setdefault(name, []).append(child)
            else:
                indexed.append((key, name, child))
        for _, name, child in sorted(indexed, key=itemgetter(0)):
            found.setdefault(name, []).append(child)
        return found


def spell(place: Place) -> str:
    """A place as text: `HeaderExchangedDocument[0]/Name[1]`; odd characters of a key are percent-coded."""
    return "/".join(f"{name}[{key if isinstance(key, int) else quote(key, safe='=')}]" for name, key in place)


def unspell(text: str) -> Place | None:
    """The place that a text from `spell` means, None for any other text."""
    steps = [_STEP.fullmatch(step) for step in text.split("/")] if text else []
    if not all(steps):
        return None
    return tuple((step["name"], _key(step["key"])) for step in steps if step)


def _key(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() else unquote(text)
