"""Description of the service: plain data of which the pages of the portal are made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.domain.partner import Partner
from gateway.exchange.sandbox.cases import SandboxCase
from schemas import VersionName

BRANCH = "sequence"
"""Kind of an element with children."""


@dataclass(frozen=True, slots=True)
class DocumentElement:
    """An element of a permit document.

    path: names from the root, with `/` between them.
    kind: name of its type; BRANCH for an element with children.
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
    def is_branch(self) -> bool:
        """Whether it holds elements and no text."""
        return self.kind == BRANCH

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
class Downloads:
    """Files for callers of a sandbox for a team.

    files: content by name.  password: of the PKCS#12 file.  ca_sha256: of the CA's certificate.
    """

    files: Mapping[str, bytes]
    password: str
    ca_sha256: str


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Calls, timer and files of a sandbox.

    caller: the partner that callers count as.  reset_minutes: 0 for no timer.
    downloads: None for a sandbox without TLS.
    """

    cases: Sequence[SandboxCase]
    caller: Partner
    reset_minutes: int = 0
    downloads: Downloads | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """The service that the pages describe.

    public_address: scheme, host and port under which partners reach the gateway. Never taken from a
    request.
    authorities: names of the authorities served.  country: of the first of them.
    software: its version.
    sandbox: None elsewhere. Each page of a sandbox says so, and sends requests.
    needs_certificate: whether callers show a client certificate.
    elements: gives the elements of the permit document of a contract version.
    """

    public_address: str
    authorities: tuple[str, ...]
    country: str
    software: str
    sandbox: Sandbox | None = None
    needs_certificate: bool = True
    support: Support = field(default_factory=Support)
    elements: Callable[[VersionName], Sequence[DocumentElement]] = lambda _version: ()

    @property
    def cases(self) -> Sequence[SandboxCase]:
        """Calls to the sandbox with their outcomes; empty elsewhere."""
        return self.sandbox.cases if self.sandbox else ()
