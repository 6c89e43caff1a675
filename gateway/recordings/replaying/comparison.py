"""Comparison of two answers: by exclusive canonical XML, then difference by difference.

Left out are the places that a recording marks volatile, white space between elements, and comments.
A difference names its path, and the box of the form where the path is one of a permit.
Source: Exclusive XML Canonicalization 1.0 (W3C).
"""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from gateway.domain.white_space import trimmed
from gateway.recordings.message_xml import parsed
from gateway.recordings.packages import divided
from gateway.recordings.recording import Message
from schemas import VERSION_BY_ROOT, VERSIONS

MAX_DIFFERENCES = 200
"""That are told one by one."""
_LONGEST = 200
_QUALIFIED = frozenset({"faultcode", "Value"})

BoxOf = Callable[[Sequence[str]], str | None]
"""Box of the form of a path below a permit, by local names, its root first; None: no box."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference between two answers.

    path: local names from the root of the message, `[2]` for a second element of a name.
    box: of the form.  position: letter of the line.
    recorded, received: the values; None: the place is not there.
    """

    path: str
    recorded: str | None
    received: str | None
    box: str | None = None
    position: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Compares messages. box_of: see `BoxOf`.  volatile: as in `Recording`."""

    box_of: BoxOf
    volatile: tuple[str, ...] = ()

    def differences(self, recorded: Message, received: Message) -> tuple[Difference, ...]:
        """Differences in the order of the recorded message; at most MAX_DIFFERENCES."""
        first, second = self.tree(recorded), self.tree(received)
        if first is None or second is None:
            if (first is None) == (second is None) and recorded.body == received.body:
                return ()
            return (Difference("", _described(recorded, first), _described(received, second)),)
        if canonical(first) == canonical(second):
            return ()
        found = []
        for difference in self._below(first, second, [_local(first)]):
            found.append(difference)
            if len(found) == MAX_DIFFERENCES:
                break
        return tuple(found)

    def tree(self, message: Message) -> etree._Element | None:
        """The message without what a comparison leaves out; None where it is no XML."""
        package = divided(message.body, message.content_type)
        root = parsed(package.root if package else message.body)
        if root is None:
            return None
        for node in list(root.iter()):
            if not isinstance(node.tag, str) or self._is_volatile(node):
                _remove(node)
        _strip(root)
        return root

    def _is_volatile(self, node: etree._Element) -> bool:
        path = f"/{'/'.join(_names(node))}"
        return any(path.endswith(f"/{place}") for place in self.volatile)

    def _below(
        self, first: etree._Element, second: etree._Element, path: list[str]
    ) -> Iterator[Difference]:
        if first.tag != second.tag:
            yield self._difference(first, path, str(first.tag), str(second.tag))
            return
        for name in sorted({*map(str, first.attrib), *map(str, second.attrib)}):
            if first.get(name) != second.get(name):
                place = [*path, f"@{name.rpartition('}')[2]}"]
                yield self._difference(first, place, first.get(name), second.get(name))
        if (first.text or "") != (second.text or ""):
            yield self._difference(first, path, first.text or "", second.text or "")
        yield from self._children(first, second, path)

    def _children(
        self, first: etree._Element, second: etree._Element, path: list[str]
    ) -> Iterator[Difference]:
        """Children by name and order: the nth of a name is compared with the nth."""
        left, right = _numbered(first), _numbered(second)
        for name, child in left.items():
            if name in right:
                yield from self._below(child, right[name], [*path, name])
            else:
                yield self._difference(child, [*path, name], _shown(child), None)
        for name, child in right.items():
            if name not in left:
                yield self._difference(child, [*path, name], None, _shown(child))
        common = [name for name in left if name in right]
        if common != [name for name in right if name in left]:
            order = [" ".join(names) for names in (left, right)]
            yield self._difference(first, [*path, "(order)"], *order)

    def _difference(
        self, node: etree._Element, path: list[str], recorded: str | None, received: str | None
    ) -> Difference:
        names = _names(node)
        start = next((at for at, name in enumerate(names) if name in VERSION_BY_ROOT), None)
        return Difference(
            "/".join(path),
            _cut(recorded),
            _cut(received),
            self.box_of(names[start:]) if start is not None else None,
            _position(node),
        )


def canonical(root: etree._Element) -> bytes:
    """Exclusive canonical XML without comments."""
    return etree.tostring(root, method="c14n", exclusive=True, with_comments=False)


def plain_form(element: etree._Element) -> bytes:
    """Names, namespaces, attributes and values of an element, without prefixes and layout."""
    copy = deepcopy(element)
    for node in list(copy.iter()):
        if not isinstance(node.tag, str):
            _remove(node)
    _strip(copy)
    parts = ((each.tag, sorted(each.attrib.items()), each.text, len(each)) for each in copy.iter())
    return repr(list(parts)).encode()


def _names(node: etree._Element) -> list[str]:
    return [_local(each) for each in (*reversed(list(node.iterancestors())), node)]


def _local(node: etree._Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _remove(node: etree._Element) -> None:
    """Remove a node; text that follows it is part of the text before it."""
    holder, before = node.getparent(), node.getprevious()
    if holder is None:
        return
    if node.tail:
        if before is not None:
            before.tail = (before.tail or "") + node.tail
        else:
            holder.text = (holder.text or "") + node.tail
    holder.remove(node)


def _strip(root: etree._Element) -> None:
    """Remove white space around texts, and the prefix of a fault code, which is free to choose."""
    for element in root.iter():
        element.text = trimmed(element.text or "") or None
        if _local(element) in _QUALIFIED and element.text:
            element.text = element.text.rpartition(":")[2]
        element.tail = trimmed(element.tail or "") or None


def _numbered(element: etree._Element) -> dict[str, etree._Element]:
    children: dict[str, etree._Element] = {}
    seen: dict[str, int] = {}
    for child in element:
        name = _local(child)
        seen[name] = seen.get(name, 0) + 1
        children[name if seen[name] == 1 else f"{name}[{seen[name]}]"] = child
    return children


def _position(node: etree._Element) -> str | None:
    """Letter of the line of a permit that a node stands in."""
    letters = {"CitesPosition": "ID"} | {each.line: each.letter for each in VERSIONS.values()}
    for each in (node, *node.iterancestors()):
        if letter := letters.get(_local(each)):
            return each.findtext(f"{{*}}{letter}") or each.findtext(letter)
    return None


def _shown(element: etree._Element) -> str:
    return element.text or "" if len(element) == 0 else f"({len(element)} elements)"


def _described(message: Message, tree: etree._Element | None) -> str:
    if not message.body:
        return "(no answer)"
    return f"({len(message.body)} bytes, {'no XML' if tree is None else 'XML'})"


def _cut(text: str | None) -> str | None:
    return text if text is None or len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
