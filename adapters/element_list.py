"""Element list of a schema version: each element with type, boxes of the form, and an example.

It is documentation for the engineers of partners, made of what reads and writes permits: the XSD,
the mapping table, and documents that were written by them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from adapters.mapping import Box
from adapters.schema import ElementSchema
from adapters.tree import Node, collapse

_LONGEST_EXAMPLE = 60


@dataclass(frozen=True, slots=True)
class ListedElement:
    """An element of the permit document.

    path: names from the root, with `/` between them.  kind: its type; `sequence` for a branch.
    occurs: `1`, `0..1` or `0..n`.  boxes: of the form, in their order.
    example: its text in an example document; empty where none has it.
    """

    path: str
    kind: str
    occurs: str
    attributes: tuple[str, ...]
    boxes: tuple[str, ...]
    meaning: str
    example: str


def element_list(
    root: ElementSchema,
    rows: Iterable[tuple[Sequence[str], Sequence[Box]]],
    examples: Iterable[Node],
) -> list[ListedElement]:
    """Every element below the root, in the order of the schema.

    rows: mapping tables, each with the names from the root to the element where it begins.
    examples: documents as trees; the first that has an element gives its example. Without one, it
    is that of an element of the same name and parent elsewhere.
    """
    texts: dict[str, str] = {}
    for tree in examples:
        _collect(tree, "", texts)
    return list(_elements(root, "", _boxes(rows), texts))


def _boxes(rows: Iterable[tuple[Sequence[str], Sequence[Box]]]) -> dict[str, set[str]]:
    """Numbers of boxes by path; a branch has those of everything below it."""
    found: dict[str, set[str]] = {}
    for start, boxes in rows:
        for box in boxes:
            names = (*start, *(name for name, _ in box.steps))
            for depth in range(1, len(names) + 1):
                found.setdefault("/".join(names[:depth]), set()).add(box.number)
    return found


def _collect(node: Node, path: str, texts: dict[str, str]) -> None:
    if node.text and path not in texts:
        attributes = "".join(f" {value}" for value in node.attributes.values())
        text = collapse(node.text)
        is_long = len(text) > _LONGEST_EXAMPLE
        texts[path] = (f"{text[:_LONGEST_EXAMPLE]}…" if is_long else text) + attributes
        texts.setdefault(_tail(path), texts[path])
    for (name, _), child in node.children.items():
        _collect(child, f"{path}/{name}".lstrip("/"), texts)


def _tail(path: str) -> str:
    """Element and parent: `.../CountryIdentificationTradeCountry/ID` holds the same everywhere."""
    return "…/" + "/".join(path.split("/")[-2:])


def _elements(
    parent: ElementSchema,
    above: str,
    boxes: Mapping[str, set[str]],
    texts: Mapping[str, str],
) -> Iterator[ListedElement]:
    for name, schema in parent.children.items():
        path = f"{above}/{name}".lstrip("/")
        yield ListedElement(
            path=path,
            kind=_kind(schema),
            occurs=_occurs(schema),
            attributes=tuple(sorted(schema.attributes)),
            boxes=tuple(sorted(boxes.get(path, ()), key=_order)),
            meaning=schema.meaning,
            example=texts.get(path) or texts.get(_tail(path), ""),
        )
        yield from _elements(schema, path, boxes, texts)


def _kind(schema: ElementSchema) -> str:
    return schema.kind.removesuffix("Type") if schema.is_leaf else "sequence"


def _occurs(schema: ElementSchema) -> str:
    most = "n" if schema.most is None else str(schema.most)
    return most if most == str(schema.least) else f"{schema.least}..{most}"


def _order(box: str) -> tuple[int, str]:
    digits = re.match(r"\d*", box)
    number = digits[0] if digits else ""
    return int(number or 0), box[len(number) :]
