"""Test case of the wire contract, as data: request, expectation, and advice for the partner."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gateway.wire.soap_version import SoapVersion


class Weight(StrEnum):
    """Weight of a requirement, in the sense of RFC 2119."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"

    @property
    def points(self) -> int:
        """Points of a case in the score."""
        return {"must": 5, "should": 2, "may": 1}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestForm:
    """Form of a request, in the words of the case files.

    get: query of a GET in place of a message; empty text: none.  operation: of the contract.
    permit: kind of a test permit; `unknown`: a number that is nowhere; empty: none is named.
    token: `right`, `wrong`, `absent`, `empty`, `nil`, `of-another`.
    number: `as-is`, `padded`, `lower-case`.  country: `own`, `absent`, `other`.
    lines: of ConfirmQuantities, `all`, `other`, `unknown`, `repeated`, `too-much`, `negative`,
    `exponent`, `absent`.
    action: `contract`, `unquoted`, `bare`, `empty`, `absent`, `of-another`.
    form: a way of writing that messages.py knows.  content_type: empty: that of the SOAP version.
    accept: empty: as every exchange.  times: how often it is sent, one after the other.
    """

    get: str | None = None
    operation: str = "GetNonFinalCitesCertificate"
    permit: str = "issued"
    token: str = "right"  # noqa: S105  # a form of sending it
    number: str = "as-is"
    country: str = "own"
    lines: str = ""
    action: str = "contract"
    form: str = "plain"
    content_type: str = ""
    accept: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A test case.

    group: heading under which reports show it.  requirement: section of docs/wire-contract.md.
    request: None where the exchange of another case is judged, which `of` names.
    expect: check -> what it expects (`checks`).  cause: the usual one of a failure.
    cure: advice for the partner.  soap: versions of SOAP in which it is sent.
    writes: whether a service may change its records.  once: sent to the first address alone.
    fresh: the permit to confirm must not be confirmed yet.
    after: case whose exchange must have taken place; empty: none.
    """

    id: str
    group: str
    title: str
    purpose: str
    requirement: str
    weight: Weight
    expect: Mapping[str, Any]
    cause: str
    cure: str
    request: RequestForm | None = None
    of: str | None = None
    soap: tuple[SoapVersion, ...] = (SoapVersion.V1_1,)
    writes: bool = False
    once: bool = False
    fresh: bool = False
    after: str = ""


class Outcome(StrEnum):
    """Outcome of a case."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_TRIED = "not-tried"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """Result of a case. place: contract version and SOAP version, for a person.

    finding: a sentence; empty for a case that passed.
    sent, received: messages, masked, of several lines; empty where nothing did.
    seconds: of the exchange.
    """

    case: Case
    place: str
    outcome: Outcome
    finding: str = ""
    sent: str = ""
    received: str = ""
    seconds: float | None = None
