"""Answers and faults of a dialect: their form on the wire, and our codes for their words."""

from dataclasses import dataclass
from enum import StrEnum


class Envelope(StrEnum):
    """Origin of the envelope of an answer."""

    OWN = "own"
    """The service's own, with the answer element of the operation."""
    PARTNER = "partner"
    """That of the partner behind a hub, byte for byte: a v1 or v2 answer, or its Fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerForm:
    """Form of answers.

    documents: versions of the permits in them, the usual one first: `v1`, `v2`.
    media_type: in Content-Type.
    any_wrapper: whether the permit may stand in another element than the answer's, at any depth.
    """

    envelope: Envelope
    documents: tuple[str, ...]
    media_type: str
    any_wrapper: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultMapping:
    """A fault of the partner, and the code of ours that it means.

    means: code of the error tree, such as `CertificateNotFound`.
    word: the whole faultstring.  prefix: its beginning.  detail: local name of an element in the
    detail. One of the three is given.
    detail_namespace: of the detail element; None: any.
    number_element: child of the detail element that repeats the number of the permit.
    """

    means: str
    word: str | None = None
    prefix: str | None = None
    detail: str | None = None
    detail_namespace: str | None = None
    number_element: str | None = None
    text: str = ""
    client: bool = False
    source: str

    def fits(self, text: str, details: frozenset[tuple[str | None, str]]) -> bool:
        """Whether a fault is this one.

        text: its faultstring.  details: namespace and local name of each element in its detail.
        """
        if self.detail is not None:
            return any(
                name == self.detail and self.detail_namespace in (None, namespace)
                for namespace, name in details
            )
        if self.word is not None:
            return text == self.word
        return self.prefix is not None and text.startswith(self.prefix)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultForm:
    """Form of faults. mappings: the first one that fits counts.

    epix_detail: whether the detail holds the `Fault` of urn:CitesDataExchange/fault/.
    prefixed_code: whether faultcode has the prefix of the envelope, as SOAP 1.1 wants.
    http_statuses: with which faults come, the usual one first.
    """

    mappings: tuple[FaultMapping, ...]
    epix_detail: bool
    prefixed_code: bool
    http_statuses: tuple[int, ...]
    source: str

    def meaning(self, text: str, details: frozenset[tuple[str | None, str]]) -> str | None:
        """Our code for a fault; None where its words are not known."""
        return next((each.means for each in self.mappings if each.fits(text, details)), None)

    def spoken(self, code: str) -> FaultMapping | None:
        """How a server of the dialect says one of our codes; None: as it stands."""
        return next((each for each in self.mappings if each.means == code), None)
