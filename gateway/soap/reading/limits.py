"""Limits of a request message. Each is checked before the work that it bounds is done."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MessageLimits:
    """Bounds on one request.

    The largest sensible request, a confirmation of some hundred lines, stays far below them.
    """

    bytes: int = 262_144
    """Of the body of the HTTP request, package included. The HTTP server stops one byte later."""
    markup: int = 10_000
    """Tags, comments and processing instructions together, counted as `<`."""
    namespace_declarations: int = 128
    depth: int = 24
    attributes_per_element: int = 24
    name_characters: int = 512
    """Of an element or attribute, its namespace included."""
    value_characters: int = 16_384
    """Of a run of text or an attribute's value."""
    header_blocks: int = 24
    package_parts: int = 8
    part_head_bytes: int = 2_048
