"""How does the door say no in ways that the domain has no word for?"""

from dataclasses import dataclass


class UnsupportedMedia(Exception):
    """Not a form in which this door takes messages: HTTP 415, and nothing of the body was read.

    text: one sentence of ours.  headers: what the answer says besides, such as Accept-Encoding.
    """

    def __init__(self, text: str, *headers: tuple[str, str]) -> None:
        super().__init__(text)
        self.text = text
        self.headers = headers


@dataclass(frozen=True, slots=True)
class BlockName:
    """Name of a header block."""

    namespace: str
    local_name: str


class NotUnderstood(Exception):
    """A mandatory header block for us that we do not know (SOAP 1.1, section 4.2.3; SOAP 1.2 part 1, section 5.2.3)."""

    def __init__(self, blocks: tuple[BlockName, ...]) -> None:
        super().__init__("mandatory header not understood")
        self.blocks = blocks
