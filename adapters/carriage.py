"""How does what no box knows survive a round trip? Taken down when read, put back in its place when written."""

from collections.abc import Iterable

from adapters.shape import Shape
from adapters.tree import Node, Place, spell, unspell
from gateway.domain.errors import DocumentInvalid
from gateway.domain.permit import Carried


def carry(version: str, tree: Node) -> tuple[Carried, ...]:
    """Everything still in the tree after the boxes took theirs, sorted by place."""
    left = (
        Carried(version, spell(place), node.text, tuple(sorted(node.attributes.items())))
        for place, node in tree.below()
        if node.text is not None or node.attributes
    )
    return tuple(sorted(left, key=lambda carried: carried.place))


def put_back(carried: Iterable[Carried], version: str, shape: Shape, tree: Node) -> None:
    """Write carried texts and attributes into the tree; a carried text stands over one of the table.

    What came in the same version must find its place: raises DocumentInvalid (path) where the schema has none.
    What came in another version is written where this one has the same place, and left out elsewhere.
    Attributes of a value that the permit no longer has, and all that belonged to a line it no longer has, go with them.
    """
    for one in carried:
        place = unspell(one.place)
        if place is not None and _gone(place, tree):
            continue
        allowed = shape.at(tuple(name for name, _ in place)) if place is not None else None
        wrong = _misfit(one, allowed)
        if wrong and one.version == version:
            raise DocumentInvalid(f"The schema of {version} has no place for {wrong}.", path=one.place or None)
        if place is None or allowed is None or wrong:
            continue
        _put(one, place, tree)


def _misfit(one: Carried, shape: Shape | None) -> str | None:
    if shape is None or (one.text is not None and not shape.is_leaf):
        return "this element"
    foreign = [name for name, _ in one.attributes if name not in shape.attributes]
    return f"the attribute {foreign[0]}" if foreign else None


def _gone(place: Place, tree: Node) -> bool:
    """Whether the place is in a line that the permit does not have."""
    return any(
        isinstance(key, str) and key.startswith("ID=") and not tree.find(place[: depth + 1])
        for depth, (_, key) in enumerate(place)
    )


def _put(one: Carried, place: Place, tree: Node) -> None:
    if one.text is not None:
        tree.put(place).text = one.text
    node = tree.find(place)
    if node:
        node.attributes.update(one.attributes)
