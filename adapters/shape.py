"""What does a version's XSD allow where? Names, namespaces, order, repetition, attributes: read from the schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import xmlschema
from xmlschema.validators import XsdElement


@dataclass(frozen=True, slots=True)
class Shape:
    """One element of the schema.

    tag: name in Clark notation (`{namespace}name`).  most: how often it may stand, None for any number.
    children: by local name, in the order of the schema; none for a leaf.  attributes: those allowed.
    """

    tag: str
    most: int | None
    attributes: frozenset[str]
    children: Mapping[str, "Shape"]
    is_leaf: bool

    def at(self, names: tuple[str, ...]) -> "Shape | None":
        """The element below this one on a path of local names."""
        shape: Shape | None = self
        for name in names:
            shape = shape.children.get(name) if shape else None
        return shape


def shape_of(schema: Path, root: str) -> Shape:
    """The shape of the document whose global element `root` this schema file declares."""
    return _shape(xmlschema.XMLSchema(schema).elements[root])


def _shape(element: XsdElement) -> Shape:
    is_leaf = element.type.has_simple_content()
    inside = element.type.model_group
    children = (
        [_shape(child) for child in inside.iter_elements() if isinstance(child, XsdElement)]
        if inside is not None
        else []
    )
    return Shape(
        tag=element.name,
        most=element.max_occurs,
        attributes=frozenset(name for name in element.attributes if name),
        children={child.tag.rpartition("}")[2]: child for child in children},
        is_leaf=is_leaf,
    )
