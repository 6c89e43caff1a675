"""Permit document in JSON-LD: written and read by one table, self-contained with its context.

The context stands in the document, so that no reader has to fetch one. Nothing of a permit is lost
but what no box knows (`Permit.carried`). A loss note names each value whose term is not ONE
Record's: a reader that knows ONE Record alone does not see it.
Source: JSON-LD 1.1 (W3C); IATA ONE Record ontology 3.2 and 3.3, `ns/cargo`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

from adapters.assembly import DottedValues, from_dotted
from adapters.jsonld.boxes import LINE, PERMIT, TYPES
from adapters.jsonld.rows import PART, ROLE, Json, Row, Step
from adapters.required import refuse_unreadable
from gateway.domain.errors import DocumentInvalid
from gateway.domain.permit.loss import LossNote
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition

MEDIA_TYPE = "application/ld+json"
MOST_BYTES = 4 * 1024 * 1024
LINES = "consignments"
OWN = "epix:"
"""Prefix of terms that are not ONE Record's."""
_LIVE = "LIV"
"""Term of live specimens in box 9; ONE Record's classes are about these."""
_MOST_DEEP = 32

Node = dict[str, Json]


@cache
def context() -> Mapping[str, Any]:
    """The context: each term with the name that it stands for."""
    file = resources.files(__package__) / "context.jsonld"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))["@context"]
    return found


def node_of(permit: Permit) -> Node:
    """The permit as a node, without the context. Raises DocumentInvalid (box)."""
    refuse_unreadable(permit)
    is_live = bool(permit.positions) and all(line.term == _LIVE for line in permit.positions)
    node: Node = {"type": ["CitesPermit", *(["LiveAnimalsEpermit"] if is_live else [])]}
    _fill(PERMIT, permit, node)
    node[LINES] = [_line(line) for line in permit.positions]
    return node


def json_ld(permit: Permit) -> bytes:
    """The permit as a document with its context, UTF-8. Raises DocumentInvalid."""
    document = {"@context": context(), **node_of(permit)}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def json_ld_losses(permit: Permit) -> tuple[LossNote, ...]:
    """A note for each value that ONE Record has no name for, and for what no box knows."""
    found = [*_losses(PERMIT, permit, "")]
    for line in permit.positions:
        found += _losses(LINE, line, f"{LINES}[{line.id}]/", line.id)
    found += [
        LossNote("", "carried", each.text or "", each.place)
        for each in permit.carried
    ]  # fmt: skip
    return tuple(found)


def permit_of_json_ld(document: bytes) -> Permit:
    """The permit of a document as `json_ld` writes it.

    Another form of the same graph (expanded, flattened, other terms) is not read.
    Raises DocumentInvalid (box, path).
    """
    if len(document) > MOST_BYTES:
        raise DocumentInvalid(f"The document is larger than {MOST_BYTES} bytes.")
    try:
        found = json.loads(document, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise DocumentInvalid("The document is no JSON in UTF-8 with each name once.") from None
    if not isinstance(found, dict) or found.pop("@context", None) != context():
        raise DocumentInvalid(
            "The document has not the context of a CITES permit.", path="@context"
        )
    return permit_of_node(found)


def permit_of_node(node: Node) -> Permit:
    """The inverse of `node_of`. The node is used up. Raises DocumentInvalid (box, path)."""
    types = node.pop("type", None)
    if not isinstance(types, list) or "CitesPermit" not in types:
        raise DocumentInvalid("The node is no CITES permit.", path="type")
    lines = node.pop(LINES, None)
    if not isinstance(lines, list):
        raise DocumentInvalid("The lines are missing.", box="7", path=LINES)
    values = _values(PERMIT, node, "")
    for name, box in (("number", "1"), ("type", "1")):
        if name not in values:
            raise DocumentInvalid(f"The {name} of the permit is missing.", box=box)
    positions = tuple(_read_line(line, f"{LINES}[{at}]") for at, line in enumerate(lines))
    return from_dotted(Permit, {**values, "positions": positions})


def _line(line: CitesPosition) -> Node:
    node: Node = {"type": "EpermitConsignment"}
    _fill(LINE, line, node)
    piece = node.get("consignmentItems")
    if piece and line.term == _LIVE:
        piece["type"] = "PieceLiveAnimals"
    return node


def _read_line(node: Json, path: str) -> CitesPosition:
    if not isinstance(node, dict):
        raise DocumentInvalid("A line is a node.", box="7", path=path)
    values = _values(LINE, node, path)
    if "id" not in values:
        raise DocumentInvalid("The letter of the line is missing.", box="7", path=path)
    return from_dotted(CitesPosition, values)


# Writing


def _fill(table: Iterable[Row], of: object, node: Node) -> None:
    values = DottedValues(of)
    for row in table:
        value = values(row.attribute)
        if value is None or value == ():
            continue
        below = node
        for step in row.steps[:-1]:
            below = _made(below, step)
        last = row.steps[-1]
        if row.kind is PART:
            _made(below, last)
        else:
            below[last[0]] = _written(row, value)


def _written(row: Row, value: object) -> Json:
    try:
        return row.kind.write(value)
    except ValueError as wrong:
        raise DocumentInvalid(str(wrong), box=row.box, path=row.path) from None


def _made(node: Node, step: Step) -> Node:
    """The node below a term, made where it is not there."""
    name, role = step
    empty: Node = {"type": TYPES[name]}
    if role is None:
        found: Node = node.setdefault(name, empty)
        return found
    nodes: list[Node] = node.setdefault(name, [])
    of_role = next((each for each in nodes if each[ROLE] == role), None)
    if of_role is None:
        nodes.append(of_role := {**empty, ROLE: role})
    return of_role


# Reading


def _values(table: Iterable[Row], node: Node, path: str) -> dict[str, object]:
    """Values by attribute; each is taken out of the node. Raises DocumentInvalid for a rest."""
    values: dict[str, object] = {}
    parts: dict[str, type[Any]] = {}
    for row in table:
        below = _down(node, row.steps[:-1])
        name = row.steps[-1][0]
        if below is None or name not in below:
            continue
        try:
            if row.part is not None:
                row.kind.read(below[name])
                parts[row.attribute] = row.part
            else:
                values[row.attribute] = row.kind.read(below.pop(name))
        except ValueError as wrong:
            raise DocumentInvalid(str(wrong), box=row.box, path=_joined(path, row.path)) from None
    rest = next(_rest(node, path), None)
    if rest is not None:
        raise DocumentInvalid("The document has a term that no box knows.", path=rest)
    for attribute, part in parts.items():
        if not any(name.startswith(f"{attribute}.") for name in values):
            values[attribute] = part()
    return values


def _down(node: Json, steps: Iterable[Step]) -> Node | None:
    for name, role in steps:
        node = node.get(name) if isinstance(node, dict) else None
        if role is not None:
            nodes = node if isinstance(node, list) else []
            of_role = [e for e in nodes if isinstance(e, dict) and e.get(ROLE) == role]
            node = of_role[0] if len(of_role) == 1 else None
    return node if isinstance(node, dict) else None


def _rest(node: Json, path: str, depth: int = 0) -> Iterator[str]:
    """Paths of values that no row has taken."""
    if isinstance(node, dict) and depth < _MOST_DEEP:
        for name, below in node.items():
            if name not in ("type", ROLE):
                yield from _rest(below, _joined(path, name), depth + 1)
    elif isinstance(node, list) and depth < _MOST_DEEP:
        for at, each in enumerate(node):
            yield from _rest(each, f"{path}[{at}]", depth + 1)
    else:
        yield path


def _joined(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name


def _once(pairs: list[tuple[str, Json]]) -> Node:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


# Loss notes


def _losses(
    table: Iterable[Row], of: object, path: str, position: str | None = None
) -> Iterator[LossNote]:
    values = DottedValues(of)
    for row in table:
        value = values(row.attribute)
        if value is None or value == () or row.kind is PART or not _is_own(row):
            continue
        shown = "; ".join(value) if isinstance(value, tuple) else str(value)
        yield LossNote(row.box, row.attribute, shown, f"{path}{row.path}", position)


@cache
def _own_terms() -> frozenset[str]:
    names = {
        term: said["@id"] if isinstance(said, dict) else said for term, said in context().items()
    }
    return frozenset(term for term, name in names.items() if str(name).startswith(OWN))


def _is_own(row: Row) -> bool:
    return any(name in _own_terms() for name, _ in row.steps)
