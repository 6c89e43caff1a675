"""Refusals of the endpoint that are not errors of the domain: media type, header not understood."""

from dataclasses import dataclass


class UnsupportedMedia(Exception):
    """The message has a form that is not taken: HTTP 415, and nothing of the body was read.

    text: a sentence for the partner.  headers: of the answer, such as Accept-Encoding.
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
    """A mandatory header block for this endpoint is not known.

    Source: SOAP 1.1, section 4.2.3; SOAP 1.2 part 1, section 5.2.3.
    """

    def __init__(self, blocks: tuple[BlockName, ...]) -> None:
        super().__init__("mandatory header not understood")
        self.blocks = blocks
