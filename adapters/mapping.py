"""Mapping tables: each row ties a box of the form to its place in a document, for both directions.

Each schema version has a table of its own. The same rows read and write, so that both agree.
A path names steps from the root (or from the line), with `/` between them:
    Name            the first element of that name; further ones are unmapped
    Name[*]         all elements of that name, in order; `Name[1*]` all but the first
    Name[Leaf=x]    the first element whose child `Leaf` has the text x
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cache

from adapters.conversions import TEXT, Conversion
from adapters.leaf_reading import LeafReading
from adapters.tree import WHITESPACE, Node, Place, Step, collapse
from gateway.domain.errors import DocumentInvalid
from gateway.domain.permit.unreadable import UnreadableLeaf

_STEP = re.compile(r"(?P<name>\w+)(?:\[(?:(?P<first>[0-9]*)\*|(?P<key>\w+=\w+))\])?")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Box:
    """A row of the table: the place of an attribute.

    number: box of the form.
    attribute: dotted name in Permit, or in CitesPosition for rows of a line.
    repeated_at: set where a document repeats a value at a second place. The second place is read
    only where no attribute that begins with this text was read from its first place. A different
    text at the second place is unmapped.
    default: text to write where the value is absent, but the part that holds it is present. `up`
    counts the names from the attribute to that part.
    """

    number: str
    attribute: str
    path: str
    conversion: Conversion = TEXT
    repeated_at: str | None = None
    default: str | None = None
    up: int = 1
    steps: tuple[Step, ...] = field(init=False, repr=False)
    many: bool = field(init=False, repr=False)

    def __post_init__(self) -> None:
        steps = tuple(_step(step) for step in self.path.split("/"))
        object.__setattr__(self, "steps", steps)
        object.__setattr__(self, "many", any(_is_star(key) for _, key in steps))

    def place(self, nth: int) -> Place:
        """The place of the nth value (from 0).

        The innermost repeated step counts; outer repeated steps stay at their first element.
        """
        if not self.many:
            return self.steps
        stars = [depth for depth, (_, key) in enumerate(self.steps) if _is_star(key)]
        return tuple(
            (
                (name, _first(key) + (nth if depth == stars[-1] else 0))
                if depth in stars
                else (name, key)
            )
            for depth, (name, key) in enumerate(self.steps)
        )


@dataclass(frozen=True, slots=True)
class Fixed:
    """A place with the same text in every document; another text found there is unmapped."""

    path: str
    text: str


def rows(
    number: str,
    attribute: str,
    path: str,
    part: Iterable[Box],
    *,
    boxes: Mapping[str, str] | None = None,
    repeated_at: str | None = None,
) -> tuple[Box, ...]:
    """The rows of a part (an address, a signature) at its place in this box.

    attribute, path: go before those of each row of the part.
    boxes: numbers of parts with a box of their own, by the beginning of the part's attribute.
    """
    return tuple(
        replace(
            row,
            number=next(
                (own for start, own in (boxes or {}).items() if row.attribute.startswith(start)),
                number,
            ),
            attribute=f"{attribute}.{row.attribute}",
            path=f"{path}/{row.path}",
            repeated_at=repeated_at,
        )
        for row in part
    )


# Reading


def read_boxes(
    boxes: Sequence[Box], tree: Node, reading: LeafReading, position: str | None = None
) -> dict[str, object]:
    """Read every row from the tree, and remove each text that was read.

    The rest of the tree is unmapped.
    reading: strict or lenient; it keeps the leaves that are unreadable.
    position: letter of the line, for errors.
    Returns values by attribute, without the unreadable ones.
    Raises DocumentInvalid with box, position, path and line.
    """
    values: dict[str, object] = {}
    unreadable: list[tuple[str, UnreadableLeaf]] = []
    for box in boxes:
        if box.repeated_at:
            continue
        taken = [_consume(box, node, reading, position) for node in _found(box, tree)]
        unreadable += [(box.attribute, leaf) for leaf in taken if isinstance(leaf, UnreadableLeaf)]
        if read := [value for value in taken if not isinstance(value, UnreadableLeaf)]:
            values[box.attribute] = tuple(read) if box.many else read[0]
    # An unreadable value is no absent one: it is not looked for at the second place.
    own = {*values, *(attribute for attribute, leaf in unreadable if not leaf.not_set)}
    for box in boxes:
        if box.repeated_at and (leaf := _read_repeated(box, tree, values, own, reading, position)):
            unreadable.append((box.attribute, leaf))
    for attribute, leaf in unreadable:
        if not leaf.not_set or attribute not in values:
            reading.keep(leaf)
    return values


def read_fixed(fixed: Sequence[Fixed], tree: Node) -> None:
    """Remove the fixed texts from the tree, because they say nothing about the permit."""
    for row in fixed:
        node = tree.find(_plain_place(row.path))
        if node and node.text is not None and collapse(node.text) == row.text:
            node.text = None


def _consume(box: Box, node: Node, reading: LeafReading, position: str | None) -> object:
    value = reading.value(box.conversion, box.number, position, node)
    node.text = None
    return value


def _read_repeated(
    box: Box,
    tree: Node,
    values: dict[str, object],
    own: Set[str],
    reading: LeafReading,
    position: str | None,
) -> UnreadableLeaf | None:
    """Read the second place of a value. Returns the leaf there if it is unreadable."""
    node = tree.find(box.place(0))
    if not node or node.text is None:
        return None
    value = reading.value(box.conversion, box.number, position, node)
    if isinstance(value, UnreadableLeaf):
        node.text = None
        return value
    if not any(attribute.startswith(box.repeated_at or "") for attribute in own):
        values[box.attribute] = value
    elif box.attribute not in values or box.conversion.write(value) != box.conversion.write(
        values[box.attribute]
    ):
        return None
    node.text = None
    return None


def _found(box: Box, tree: Node) -> list[Node]:
    """Leaves with text at the path of a row.

    Attributes of the nth leaf move to the place where the row writes its nth value, so that
    unmapped attributes are written beside their value again.
    """
    if not box.many:
        node = tree.find(box.steps)
        return [node] if node and node.text is not None else []
    found = [(place, node) for place, node in _matches(tree, box.steps) if node.text is not None]
    for nth, (place, node) in enumerate(found):
        if place != box.place(nth):
            tree.put(box.place(nth)).attributes, node.attributes = node.attributes, {}
    return [node for _, node in found]


def _matches(node: Node, steps: Place) -> Iterator[tuple[Place, Node]]:
    if not steps:
        yield (), node
        return
    (name, key), *rest = steps
    at = _first(key) if _is_star(key) else key
    while child := node.children.get((name, at)):
        for place, leaf in _matches(child, tuple(rest)):
            yield ((name, at), *place), leaf
        if not isinstance(at, int) or not _is_star(key):
            return
        at += 1


# Writing


def write_boxes(
    boxes: Sequence[Box], value_of: Callable[[str], object], tree: Node, position: str | None = None
) -> None:
    """Write the value of every row into the tree. Raises DocumentInvalid (box, position, path)."""
    for box in boxes:
        value = value_of(box.attribute)
        if value is None and box.default is None:
            continue  # most rows of a permit
        several = (
            value if box.many and isinstance(value, tuple) else () if value is None else (value,)
        )
        nth = 0
        for single in several:
            text, attributes = _write(box, single, position)
            if text.strip(WHITESPACE):
                _put(tree, box.place(nth), text, attributes)
                nth += 1
        if (
            nth == 0
            and box.default is not None
            and value_of(box.attribute.rsplit(".", box.up)[0]) is not None
        ):
            _put(tree, box.place(0), box.default, {})


def write_fixed(fixed: Sequence[Fixed], tree: Node) -> None:
    """Write the fixed texts into the tree."""
    for row in fixed:
        tree.put(_plain_place(row.path)).text = row.text


def _put(tree: Node, place: Place, text: str, attributes: Mapping[str, str]) -> None:
    node = tree.put(place)
    node.text = text
    if attributes:
        node.attributes.update(attributes)


def _write(box: Box, value: object, position: str | None) -> tuple[str, dict[str, str]]:
    try:
        text, attributes = box.conversion.write(value)
    except ValueError as wrong:
        raise DocumentInvalid(
            str(wrong), box=box.number, position=position, path=box.path
        ) from None
    texts = "".join((text, *attributes.values())) if attributes else text
    # XML can hold each printable character, and whether all are is known without a search.
    if not texts.isprintable() and _NOT_XML.search(texts):
        raise DocumentInvalid(
            "A character that XML cannot hold.", box=box.number, position=position, path=box.path
        )
    return text, attributes


# Paths


def _step(text: str) -> Step:
    found = _STEP.fullmatch(text)
    if not found:
        raise ValueError(f"not a step of a path: {text}")
    if found["first"] is not None:
        return found["name"], f"{found['first'] or 0}*"
    return found["name"], found["key"] or 0


def _is_star(key: int | str) -> bool:
    return isinstance(key, str) and key.endswith("*")


def _first(key: int | str) -> int:
    return int(str(key).removesuffix("*"))


@cache
def _plain_place(path: str) -> Place:
    return tuple((name, 0) for name in path.split("/"))
