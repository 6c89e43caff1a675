"""Description of the service: what the pages of the portal are made of, as plain data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.domain.partner import OperationName
from schemas import VersionName


@dataclass(frozen=True, slots=True)
class ExamplePermit:
    """A permit that a page names.

    token: None for a permit without one.
    purpose: the reason to ask for it, a sentence.
    outcome: the code of the fault that it gives, or ANSWERED.
    """

    number: str
    token: str | None
    country: str
    purpose: str = ""
    outcome: str = "answered"


ANSWERED = "answered"
"""Outcome of a permit that is given to the caller."""


@dataclass(frozen=True, slots=True)
class DocumentElement:
    """An element of a permit document.

    path: names from the root, with `/` between them.
    kind: name of its type, `sequence` for an element with children.
    occurs: as in a schema, `0..1` or `0..n`.
    attributes: names of those that it may have.
    boxes: of the form that it holds a value of, in their order.
    example: its text in an example document; empty where none has it.
    """

    path: str
    kind: str
    occurs: str
    attributes: tuple[str, ...]
    boxes: tuple[str, ...]
    meaning: str
    example: str

    @property
    def name(self) -> str:
        """Local name."""
        return self.path.rpartition("/")[2]

    @property
    def depth(self) -> int:
        """Steps below the root, from 0."""
        return self.path.count("/")


@dataclass(frozen=True, slots=True)
class Support:
    """Help for integrators, and how long a contract version is answered.

    contact: lines that name a person or an office and how it is reached.
    hours: when it answers, in words.
    notice_months: months between the announcement that a contract version ends, and its last day.
    """

    contact: tuple[str, ...] = ()
    hours: str = ""
    notice_months: int = 12


@dataclass(frozen=True, slots=True)
class Service:
    """The service that the pages describe.

    public_address: scheme, host and port under which partners reach the gateway. Never taken from a
    request.
    authorities: names of the authorities served.
    software: its version.
    sandbox: whether this is a sandbox; each page says so, and requests can be sent from the pages.
    needs_certificate: whether callers show a client certificate.
    examples: the permit that the page of an operation asks for.
    permits: those of the sandbox; empty elsewhere.
    elements: gives the elements of the permit document of a contract version.
    """

    public_address: str
    authorities: tuple[str, ...]
    software: str
    examples: Mapping[OperationName, ExamplePermit]
    permits: Sequence[ExamplePermit] = ()
    sandbox: bool = False
    needs_certificate: bool = True
    support: Support = field(default_factory=Support)
    elements: Callable[[VersionName], Sequence[DocumentElement]] = lambda _version: ()

    def permit_for(self, outcome: str) -> ExamplePermit | None:
        """A permit of the sandbox that has this outcome; None where there is none."""
        return next((permit for permit in self.permits if permit.outcome == outcome), None)
