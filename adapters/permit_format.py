"""How does a version of the document read and write a permit? The one PermitFormat, told apart by its Version."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import cast

import schemas
from adapters import box_1
from adapters.carriage import carry, put_back
from adapters.demands import refuse_incomplete, refuse_letter
from adapters.mapping import Box, Fixed, show, show_fixed, take, take_fixed
from adapters.parts import assemble, value_at
from adapters.shape import Shape, shape_of
from adapters.tree import Node
from adapters.xml import Key, Writer, read_tree
from gateway.domain.errors import DocumentInvalid
from gateway.domain.permit import Permit
from gateway.domain.position import CitesPosition

CONSIGNMENT = "SpecifiedSupplyChainConsignment"
LINE = "IncludedSupplyChainConsignmentItem"
"""The element of a line; its first ID is the letter."""

KEYS = {LINE: Key("ID"), "AssociatedReferencedDocument": Key("TypeCode", only=("861", "811"))}


@dataclass(frozen=True, slots=True)
class Version:
    """What makes a version: name, root element, prefixes, its tables, and what it cannot say.

    permit, line: the table, rows of a line relative to it.  fixed: what every document says.
    refuse_unsayable: raises DocumentInvalid where this version has no place for something the permit says.
    """

    name: str
    root: str
    prefixes: Mapping[str, str]
    permit: tuple[Box, ...]
    line: tuple[Box, ...]
    fixed: tuple[Fixed, ...]
    refuse_unsayable: Callable[[Permit], None]


class PermitDocument:
    """Implements exchange.ports.PermitFormat. Reads the XSD once, at construction; safe to share between threads."""

    def __init__(self, version: Version) -> None:
        schema = schemas.directory() / version.name / "document.xsd"
        self._version = version
        self._shape = shape_of(schema, version.root)
        self._writer = Writer(self._shape, schema, version.prefixes)
        self._numbers = _numbers(version)

    @property
    def version(self) -> str:
        """`v1` or `v2`."""
        return self._version.name

    def write(self, permit: Permit) -> bytes:
        """See PermitFormat.write. Namespace prefixes are declared on the root, so the bytes fit into any SOAP body."""
        refuse_incomplete(permit)
        self._version.refuse_unsayable(permit)
        tree = Node()
        show_fixed(self._version.fixed, tree)
        shown = box_1.shown(permit)
        show(self._version.permit, lambda name: shown[name] if name in shown else value_at(permit, name), tree)
        for position in permit.positions:
            node = tree.put(((CONSIGNMENT, 0), (LINE, f"ID={position.id}")))
            show(self._version.line, partial(value_at, position), node, position.id)
        put_back(permit.carried, self.version, self._shape, tree)
        return self._writer.write(tree)

    def read(self, document: bytes) -> Permit:
        """See PermitFormat.read. Any prefixes, namespaces and order of elements; what no box knows is carried."""
        tree = read_tree(document, self._version.root, KEYS)
        self._refuse_repeats(tree, self._shape, ())
        positions = tuple(self._lines(tree))
        values = take(self._version.permit, tree)
        take_fixed(self._version.fixed, tree)
        if "number" not in values:
            raise self._wrong(tree, "ID", "The number is missing.")
        if "letter" not in values:
            raise self._wrong(tree, "TypeCode", "The kind of document is missing.")
        kind = box_1.meant(cast(str, values.pop("letter")), cast(str | None, values.pop("type_name", None)))
        if kind is None:
            raise self._wrong(tree, "TypeCode", "The kind of document is E, R, I or O.")
        return assemble(Permit, {**values, **kind, "positions": positions, "carried": carry(self.version, tree)})

    def _lines(self, tree: Node) -> Iterator[CitesPosition]:
        consignment = tree.find(((CONSIGNMENT, 0),))
        for (name, key), node in (consignment.children if consignment else {}).items():
            if name != LINE:
                continue
            if not isinstance(key, str):
                twice = ("ID", 0) in node.children
                text = "Two lines have the same letter." if twice else "The letter of the line is missing."
                raise DocumentInvalid(text, box="7", path=f"{node.path}/ID", line=node.line)
            letter = key.removeprefix("ID=")
            refuse_letter(letter, f"{node.path}/ID", node.line)
            yield assemble(CitesPosition, {"id": letter, **take(self._version.line, node, letter)})

    def _wrong(self, tree: Node, leaf: str, text: str) -> DocumentInvalid:
        header = tree.find((("HeaderExchangedDocument", 0),))
        at = header and header.find(((leaf, 0),))
        path = f"/{self._version.root}/HeaderExchangedDocument/{leaf}"
        return DocumentInvalid(text, box="1", path=path, line=(at or header or tree).line)

    def _refuse_repeats(self, node: Node, shape: Shape, names: tuple[str, ...], letter: str | None = None) -> None:
        times: dict[str, int] = {}
        for (name, key), child in node.children.items():
            times[name] = times.get(name, 0) + 1
            below = shape.children.get(name)
            if below is None:
                continue
            of_line = str(key).removeprefix("ID=") if name == LINE else letter
            if below.most is not None and times[name] > below.most:
                raise DocumentInvalid(
                    f"{name} stands more than {_often(below.most)}.",
                    box=self._numbers.get((*names, name)), position=of_line, path=child.path, line=child.line,
                )  # fmt: skip
            self._refuse_repeats(child, below, (*names, name), of_line)


def _often(most: int) -> str:
    return "once" if most == 1 else f"{most} times"


def _numbers(version: Version) -> dict[tuple[str, ...], str]:
    """Number of the box by names of the path; a branch has the number of its first row."""
    numbers: dict[tuple[str, ...], str] = {}
    for start, boxes in (((), version.permit), ((CONSIGNMENT, LINE), version.line)):
        for box in boxes:
            names = (*start, *(name for name, _ in box.steps))
            for depth in range(1, len(names) + 1):
                numbers.setdefault(names[:depth], box.number)
    return numbers
