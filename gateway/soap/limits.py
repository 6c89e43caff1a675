"""How large may a message be? Every limit is checked before the work it bounds is done."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one request. The largest sensible one, a confirmation of some hundred lines, stays far below them."""

    bytes: int = 262_144
    """Body of the HTTP request, package and attachments included; the HTTP server stops reading one byte later."""
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
