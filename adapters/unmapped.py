"""Unmapped elements and attributes: collected on reading, restored on writing.

A partner's document may hold more than the boxes of the form. Nothing of it is lost on a round
trip.
"""

from collections.abc import Iterable

from adapters.schema import ElementSchema
from adapters.tree import Node, Place, format_place, parse_place
from gateway.domain.errors import DocumentInvalid
from gateway.domain.permit.permit import Carried
from schemas import ContractVersion


def collect(version: str, tree: Node) -> tuple[Carried, ...]:
    """Everything that is left in the tree after reading the boxes, sorted by place."""
    left = (
        Carried(version, format_place(place), node.text, tuple(sorted(node.attributes.items())))
        for place, node in tree.below()
        if node.text is not None or node.attributes
    )
    return tuple(sorted(left, key=lambda carried: carried.place))


def restore(
    carried: Iterable[Carried], contract: ContractVersion, root: ElementSchema, tree: Node
) -> None:
    """Write unmapped texts and attributes into the tree.

    An unmapped text replaces a text of the table at the same place.
    From a document of the same version all is written: raises DocumentInvalid (path) where the
    schema has no such place. From another version only places that both versions have are written.
    Attributes of a value, and everything of a line, are left out where the permit no longer has
    that value or line.
    """
    for item in carried:
        place = parse_place(item.place)
        if place is not None and _gone(place, contract, tree):
            continue
        allowed = root.at(tuple(name for name, _ in place)) if place is not None else None
        wrong = _misfit(item, allowed)
        if wrong and item.version == contract.name:
            raise DocumentInvalid(
                f"The schema of {contract.name} has no place for {wrong}.", path=item.place or None
            )
        if place is None or allowed is None or wrong:
            continue
        _put(item, place, tree)


def _misfit(carried: Carried, schema: ElementSchema | None) -> str | None:
    """The element or attribute that the schema does not allow; None where all fits."""
    if schema is None or (carried.text is not None and not schema.is_leaf):
        return "this element"
    foreign = [name for name, _ in carried.attributes if name not in schema.attributes]
    return f"the attribute {foreign[0]}" if foreign else None


def _gone(place: Place, contract: ContractVersion, tree: Node) -> bool:
    """Whether the place is in a line that the permit does not have."""
    return any(
        name == contract.line and isinstance(key, str) and not tree.find(place[: depth + 1])
        for depth, (name, key) in enumerate(place)
    )


def _put(carried: Carried, place: Place, tree: Node) -> None:
    if carried.text is not None:
        tree.put(place).text = carried.text
    node = tree.find(place)
    if node:
        node.attributes.update(carried.attributes)
