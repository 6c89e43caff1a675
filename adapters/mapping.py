"""Which place of a document holds which box? One table per version; the same rows read and write.

A path names steps from the root (or from the line), `/` between them:
    Name            the first of that name; further ones are carried
    Name[*]         all of that name, in order; `Name[1*]` all but the first
    Name[Leaf=x]    the first whose `Leaf` says x
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from adapters.conversions import TEXT, Conversion
from adapters.tree import WHITE, Node, Place, Step, collapse
from gateway.domain.errors import DocumentInvalid

_STEP = re.compile(r"(?P<name>\w+)(?:\[(?:(?P<first>[0-9]*)\*|(?P<key>\w+=\w+))\])?")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Box:
    """One row: the place of one attribute.

    number: box of the form.  attribute: dotted name in Permit, or in CitesPosition for rows of a line.
    echo: set on a second showing of the same value. It is read only where no attribute that starts so was read from its
    own place, and carried where it says something else.
    otherwise: what to write where the value is absent but the part it belongs to, `up` names above it, is there.
    """

    number: str
    attribute: str
    path: str
    conversion: Conversion = TEXT
    echo: str | None = None
    otherwise: str | None = None
    up: int = 1
    steps: tuple[Step, ...] = field(init=False, repr=False)
    many: bool = field(init=False, repr=False)

    def __post_init__(self) -> None:
        steps = tuple(_step(step) for step in self.path.split("/"))
        object.__setattr__(self, "steps", steps)
        object.__setattr__(self, "many", any(_is_star(key) for _, key in steps))

    def place(self, nth: int) -> Place:
        """Where the nth value is written: the innermost repeated step counts, outer ones stay at their first."""
        if not self.many:
            return self.steps
        stars = [depth for depth, (_, key) in enumerate(self.steps) if _is_star(key)]
        return tuple(
            (name, _first(key) + (nth if depth == stars[-1] else 0)) if depth in stars else (name, key)
            for depth, (name, key) in enumerate(self.steps)
        )


@dataclass(frozen=True, slots=True)
class Fixed:
    """A place that always says the same; another text found there is carried."""

    path: str
    text: str


def rows(
    number: str, attribute: str, path: str, part: Iterable[Box], *, boxes: Mapping[str, str] | None = None,
    echo: str | None = None,
) -> tuple[Box, ...]:  # fmt: skip
    """The rows of a part (an address, a signature) at the place where this box has it.

    boxes: numbers for parts that have a box of their own, by the start of the part's attribute.
    """
    return tuple(
        replace(
            row,
            number=next((own for start, own in (boxes or {}).items() if row.attribute.startswith(start)), number),
            attribute=f"{attribute}.{row.attribute}",
            path=f"{path}/{row.path}",
            echo=echo,
        )
        for row in part
    )


# -- reading ----------------------------------------------------------------------------------------------------------


def take(boxes: Sequence[Box], tree: Node, position: str | None = None) -> dict[str, object]:
    """Read every row out of the tree; what the rows took is gone from it, the rest is still there.

    Returns values by attribute. Raises DocumentInvalid with box, position, path and line.
    """
    values: dict[str, object] = {}
    for box in boxes:
        if not box.echo and (taken := [_take(box, node, position) for node in _found(box, tree)]):
            values[box.attribute] = tuple(taken) if box.many else taken[0]
    own = frozenset(values)
    for box in boxes:
        if box.echo:
            _take_echo(box, tree, values, own, position)
    return values


def take_fixed(fixed: Sequence[Fixed], tree: Node) -> None:
    """Take away what every document says anyway."""
    for row in fixed:
        node = tree.find(_plain_place(row.path))
        if node and node.text is not None and collapse(node.text) == row.text:
            node.text = None


def _take(box: Box, node: Node, position: str | None) -> object:
    value = _read(box, node, position)
    node.text = None
    return value


def _read(box: Box, node: Node, position: str | None) -> object:
    try:
        return box.conversion.read(node.text or "", node.attributes)
    except ValueError as wrong:
        raise DocumentInvalid(str(wrong), box=box.number, position=position, path=node.path, line=node.line) from None


def _take_echo(box: Box, tree: Node, values: dict[str, object], own: frozenset[str], position: str | None) -> None:
    node = tree.find(box.place(0))
    if not node or node.text is None:
        return
    value = _read(box, node, position)
    if not any(attribute.startswith(box.echo or "") for attribute in own):
        values[box.attribute] = value
    elif box.attribute not in values or box.conversion.write(value) != box.conversion.write(values[box.attribute]):
        return
    node.text = None


def _found(box: Box, tree: Node) -> list[Node]:
    """Leaves with text that the path means; attributes of the nth are brought to where the row writes its nth value."""
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


# -- writing ----------------------------------------------------------------------------------------------------------


def show(boxes: Sequence[Box], value_of: Callable[[str], object], tree: Node, position: str | None = None) -> None:
    """Write every row's value into the tree. Raises DocumentInvalid with box, position and path."""
    for box in boxes:
        value = value_of(box.attribute)
        several = value if box.many and isinstance(value, tuple) else () if value is None else (value,)
        spelled = [_write(box, single, position) for single in several]
        filled = [(text, attributes) for text, attributes in spelled if text.strip(WHITE)]
        if not filled and box.otherwise is not None and value_of(box.attribute.rsplit(".", box.up)[0]) is not None:
            filled = [(box.otherwise, {})]
        for nth, (text, attributes) in enumerate(filled):
            node = tree.put(box.place(nth))
            node.text = text
            node.attributes.update(attributes)


def show_fixed(fixed: Sequence[Fixed], tree: Node) -> None:
    """Write what every document says."""
    for row in fixed:
        tree.put(_plain_place(row.path)).text = row.text


def _write(box: Box, value: object, position: str | None) -> tuple[str, dict[str, str]]:
    try:
        text, attributes = box.conversion.write(value)
    except ValueError as wrong:
        raise DocumentInvalid(str(wrong), box=box.number, position=position, path=box.path) from None
    if any(_NOT_XML.search(part) for part in (text, *attributes.values())):
        raise DocumentInvalid("A character that XML cannot hold.", box=box.number, position=position, path=box.path)
    return text, attributes


# -- paths ------------------------------------------------------------------------------------------------------------


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


def _plain_place(path: str) -> Place:
    return tuple((name, 0) for name in path.split("/"))
