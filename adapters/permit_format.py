"""Permit format: reads and writes the permit document of a schema version, by its tables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from adapters import box_1
from adapters.assembly import DottedValues, from_dotted
from adapters.element_list import ListedElement, element_list
from adapters.fitting.both_versions import Fitting
from adapters.leaf_reading import LeafReading
from adapters.mapping import Box, Fixed, read_boxes, read_fixed, write_boxes, write_fixed
from adapters.required import refuse_incomplete, refuse_letter, refuse_unreadable
from adapters.schema import ElementSchema, element_schema
from adapters.tree import Node
from adapters.unmapped import collect, restore
from adapters.xml import DocumentWriter, Key, read_tree
from gateway.domain.errors import DocumentInvalid
from gateway.domain.permit.loss import LossNote
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition
from schemas import ContractVersion


@dataclass(frozen=True, slots=True)
class Version:
    """A schema version: its entry in the table of contract versions, and its mapping tables.

    permit, line: rows of the permit, and rows of a line relative to the line.
    fixed: fixed elements of every document.
    fitting: of values that this version has no element for.
    """

    contract: ContractVersion
    permit: tuple[Box, ...]
    line: tuple[Box, ...]
    fixed: tuple[Fixed, ...]
    fitting: Fitting


class PermitDocument:
    """Implements exchange.ports.PermitFormat.

    It reads the XSD once, at construction, and is safe to share between threads.
    """

    def __init__(self, version: Version) -> None:
        xsd = version.contract.document_schema
        self._version = version
        self._root = element_schema(xsd, version.contract.root)
        self._writer = DocumentWriter(self._root, xsd, _prefixes(version.contract))
        self._numbers = _numbers(version)
        self._keys = _keys(version)

    @property
    def version(self) -> str:
        """`v1` or `v2`."""
        return self._version.contract.name

    def write(self, permit: Permit) -> bytes:
        """See PermitFormat.write.

        Namespace prefixes are declared on the root, so the bytes fit into any SOAP body.
        """
        refuse_unreadable(permit)
        refuse_incomplete(permit)
        permit, names = self._version.fitting.fit(permit), self._version.contract
        tree = Node()
        write_fixed(self._version.fixed, tree)
        values = DottedValues(permit, box_1.to_document(permit))
        write_boxes(self._version.permit, values, tree)
        for position in permit.positions:
            node = tree.put(((names.consignment, 0), (names.line, f"{names.letter}={position.id}")))
            write_boxes(self._version.line, DottedValues(position), node, position.id)
        restore(permit.carried, names, self._root, tree)
        return self._writer.write(tree)

    def box_at(self, names: Sequence[str]) -> str | None:
        """Box of a path in a document, by local names, the root first; None where it has none.

        A path below a box belongs to the box.
        """
        below = tuple(names[1:])
        for depth in range(len(below), 0, -1):
            if below[:depth] in self._numbers:
                return self._numbers[below[:depth]]
        return None

    def losses(self, permit: Permit) -> tuple[LossNote, ...]:
        """See PermitFormat.losses."""
        return tuple(self._version.fitting.losses(permit))

    def elements(self, examples: Iterable[bytes]) -> list[ListedElement]:
        """Every element of a document, for documentation. examples: documents of this version."""
        root = self._version.contract.root
        return element_list(
            self._root,
            _tables(self._version),
            (read_tree(document, root, self._keys) for document in examples),
        )

    def read(self, document: bytes) -> Permit:
        """See PermitFormat.read.

        Prefixes, namespaces and order of elements do not matter. Unmapped elements are collected.
        """
        return self._read(document, LeafReading())

    def read_foreign(self, document: bytes) -> Permit:
        """See PermitFormat.read_foreign."""
        return self._read(document, LeafReading(lenient=True))

    def _read(self, document: bytes, reading: LeafReading) -> Permit:
        tree = read_tree(document, self._version.contract.root, self._keys)
        self._refuse_repeats(tree, self._root, ())
        positions = tuple(self._lines(tree, reading))
        values = read_boxes(self._version.permit, tree, reading)
        read_fixed(self._version.fixed, tree)
        if "number" not in values:
            raise self._header_error(tree, "number", "The number is missing.")
        if "letter" not in values:
            raise self._header_error(tree, "letter", "The kind of document is missing.")
        document_type = box_1.from_document(
            cast(str, values.pop("letter")), cast(str | None, values.pop("type_name", None))
        )
        if document_type is None:
            raise self._header_error(tree, "letter", "The kind of document is E, R, I or O.")
        permit = from_dotted(
            Permit,
            {
                **values,
                **document_type,
                "positions": positions,
                "carried": collect(self.version, tree),
                "unreadable": reading.unreadable,
            },
        )
        return self._version.fitting.restore(permit)

    def _lines(self, tree: Node, reading: LeafReading) -> Iterator[CitesPosition]:
        contract = self._version.contract
        consignment = tree.find(((contract.consignment, 0),))
        for (name, key), node in (consignment.children if consignment else {}).items():
            if name != contract.line:
                continue
            path = f"{node.path}/{contract.letter}"
            if not isinstance(key, str):
                twice = (contract.letter, 0) in node.children
                text = (
                    "Two lines have the same letter."
                    if twice
                    else "The letter of the line is missing."
                )
                raise DocumentInvalid(text, box="7", path=path, line=node.line)
            letter = _letter(self._version, key)
            refuse_letter(letter, path, node.line)
            yield from_dotted(
                CitesPosition,
                {"id": letter, **read_boxes(self._version.line, node, reading, letter)},
            )

    def _header_error(self, tree: Node, attribute: str, text: str) -> DocumentInvalid:
        """The error about an attribute of box 1, at its place by the table."""
        row = next(box for box in self._version.permit if box.attribute == attribute)
        at = tree.find(row.steps) or tree.find(row.steps[:-1]) or tree
        path = f"/{self._version.contract.root}/{row.path}"
        return DocumentInvalid(text, box="1", path=path, line=at.line)

    def _refuse_repeats(
        self, node: Node, schema: ElementSchema, names: tuple[str, ...], letter: str | None = None
    ) -> None:
        times: dict[str, int] = {}
        for (name, key), child in node.children.items():
            times[name] = times.get(name, 0) + 1
            below = schema.children.get(name)
            if below is None:
                continue
            of_line = _letter(self._version, key) if name == self._version.contract.line else letter
            if below.most is not None and times[name] > below.most:
                raise DocumentInvalid(
                    f"{name} stands more than {_times(below.most)}.",
                    box=self._numbers.get((*names, name)),
                    position=of_line,
                    path=child.path,
                    line=child.line,
                )
            self._refuse_repeats(child, below, (*names, name), of_line)


def _prefixes(contract: ContractVersion) -> Mapping[str, str]:
    """Prefix -> namespace, as the toolkit's own documents write them."""
    return {"rsm": contract.document_namespace, "ram": contract.components_namespace}


def _times(most: int) -> str:
    return "once" if most == 1 else f"{most} times"


def _letter(version: Version, key: int | str) -> str:
    return str(key).removeprefix(f"{version.contract.letter}=")


def _tables(version: Version) -> tuple[tuple[tuple[str, ...], tuple[Box, ...]], ...]:
    """The tables, each with the names from the root to the element where it begins."""
    line = version.contract.consignment, version.contract.line
    return ((), version.permit), (line, version.line)


def _keys(version: Version) -> dict[str, Key]:
    """Keys of repeated elements: the letter of a line, and those that the tables name."""
    keys = {version.contract.line: Key(version.contract.letter)}
    for box in (*version.permit, *version.line):
        for name, key in box.steps:
            leaf, is_key, value = str(key).partition("=")
            if is_key:
                known = keys.get(name, Key(leaf, only=())).only or ()
                keys[name] = Key(leaf, only=tuple(dict.fromkeys((*known, value))))
    return keys


def _numbers(version: Version) -> dict[tuple[str, ...], str]:
    """Number of the box by names of the path, for errors; a branch has that of its first row."""
    numbers: dict[tuple[str, ...], str] = {}
    for start, boxes in _tables(version):
        for box in boxes:
            names = (*start, *(name for name, _ in box.steps))
            for depth in range(1, len(names) + 1):
                numbers.setdefault(names[:depth], box.number)
    return numbers
