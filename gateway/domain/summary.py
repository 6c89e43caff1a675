"""Summary on a foreign permit: may pass, ask first or do not accept, with its reasons.

A person at the border reads one summary of seal, status, expiry, use, readability and findings. A
valid seal alone is no reason to let a permit pass. The table `OUTCOMES` is the rule; the functions
collect what it judges. The wording is data, in `codelists/summary.csv`.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from gateway.domain.codes import Language, summary_wording
from gateway.domain.errors import (
    CertificateCancelled,
    CertificateExpired,
    CertificateReplaced,
    PartnerFault,
)
from gateway.domain.ledger.foreign_use import Counted, LineQuantity, is_spent
from gateway.domain.partner import Agreement
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.unreadable import UnreadableLeaf
from gateway.domain.rules.finding import Finding
from gateway.domain.rules.foreign import ForeignFindings
from gateway.domain.rules.severity import Severity
from gateway.domain.verdict import SealStatus, Verdict


class Outcome(StrEnum):
    """Outcome of a summary: the act of the person who reads it, the worst first."""

    DO_NOT_ACCEPT = "do-not-accept"
    ASK_FIRST = "ask-first"
    MAY_PASS = "may-pass"  # noqa: S105  # no password

    def text(self, language: Language = "english") -> str:
        """Return the headline of the summary."""
        return summary_wording()[self].name(language)

    def advice(self, language: Language = "english") -> str:
        """Return the next step in a sentence; empty where there is nothing to do."""
        known = summary_wording().get(f"{self}_advice")
        return known.name(language) if known else ""


class Ground(StrEnum):
    """Kind of a reason."""

    SEAL_BROKEN = "seal-broken"
    SIGNER_REVOKED = "signer-revoked"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    EXPIRED = "expired"
    EXPIRED_FOR_ISSUER = "expired-for-issuer"
    """The issuer refuses with CertificateExpired, so that its document is not seen."""
    SPENT = "spent"
    USED = "used"
    """A document for one shipment was used before: finding S06."""
    INVALID = "invalid"
    """An error of a rule that reads the permit alone: a fact that only the permit decides."""
    UNSEALED = "unsealed"
    SIGNER_UNKNOWN = "signer-unknown"
    CERTIFICATE_EXPIRED = "certificate-expired"
    FINDING = "finding"
    """Any other error, as our listings may be out of date, or a risk."""
    UNREADABLE = "unreadable"
    UNREACHABLE = "unreachable"


OUTCOMES: dict[Ground, Outcome] = {
    Ground.SEAL_BROKEN: Outcome.DO_NOT_ACCEPT,
    Ground.SIGNER_REVOKED: Outcome.DO_NOT_ACCEPT,
    Ground.CANCELLED: Outcome.DO_NOT_ACCEPT,
    Ground.REPLACED: Outcome.DO_NOT_ACCEPT,
    Ground.EXPIRED: Outcome.DO_NOT_ACCEPT,
    Ground.EXPIRED_FOR_ISSUER: Outcome.DO_NOT_ACCEPT,
    Ground.SPENT: Outcome.DO_NOT_ACCEPT,
    Ground.USED: Outcome.DO_NOT_ACCEPT,
    Ground.INVALID: Outcome.DO_NOT_ACCEPT,
    Ground.UNSEALED: Outcome.ASK_FIRST,
    Ground.SIGNER_UNKNOWN: Outcome.ASK_FIRST,
    Ground.CERTIFICATE_EXPIRED: Outcome.ASK_FIRST,
    Ground.FINDING: Outcome.ASK_FIRST,
    Ground.UNREADABLE: Outcome.ASK_FIRST,
    Ground.UNREACHABLE: Outcome.ASK_FIRST,
}
"""What each kind of reason means for the permit."""

_SEALS: dict[SealStatus, Ground | None] = {
    SealStatus.SEALED_VALID: None,
    SealStatus.SEALED_BROKEN: Ground.SEAL_BROKEN,
    SealStatus.REVOKED: Ground.SIGNER_REVOKED,
    SealStatus.UNSEALED: Ground.UNSEALED,
    SealStatus.SIGNER_UNKNOWN: Ground.SIGNER_UNKNOWN,
    SealStatus.EXPIRED: Ground.CERTIFICATE_EXPIRED,
}
_STATUSES: dict[str, Ground] = {
    CertificateCancelled.__name__: Ground.CANCELLED,
    CertificateReplaced.__name__: Ground.REPLACED,
    CertificateExpired.__name__: Ground.EXPIRED_FOR_ISSUER,
}
_MAX_LINES = 10
"""Letters of lines that a reason names beside its own."""
_AFTER_USE = "S06"
"""Rule on a document for one shipment that is presented after its use."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Reason of a summary.

    box, position: of the form, None where it is about the whole document.
    words: places of its sentence, by name.  findings: of one rule and box on each line; or empty.
    """

    ground: Ground
    box: str | None = None
    position: str | None = None
    words: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """Outcome that the reason alone would give."""
        return OUTCOMES[self.ground]

    @property
    def rule(self) -> str | None:
        """Id of the rule whose findings are the reason; None for another reason."""
        return self.findings[0].rule if self.findings else None

    def text(self, language: Language = "english") -> str:
        """Return a sentence for a person; values of the permit in it are not yet cleaned."""
        if not self.findings:
            return summary_wording()[self.ground].name(language).format(**dict(self.words))
        sentence = self.findings[0].text(language)
        lines = [finding.position or "" for finding in self.findings[1:]]
        if not lines:
            return sentence
        named = ", ".join([*lines[:_MAX_LINES], *(["..."] if lines[_MAX_LINES:] else [])])
        return f"{sentence} ({summary_wording()['more'].name(language).format(lines=named)})"


@dataclass(frozen=True, slots=True)
class Paper:
    """Whether a permit needs its paper. agreement: by which it needs none; None: it is needed."""

    agreement: Agreement | None = None

    def text(self, language: Language = "english") -> str:
        """Return a sentence for a person."""
        if self.agreement is None:
            return summary_wording()["paper-needed"].name(language)
        wording = summary_wording()["paper-not-needed"].name(language)
        return wording.format(reference=self.agreement.reference)


@dataclass(frozen=True, slots=True)
class Summary:
    """Summary on a permit at a moment. reasons: the worst first; empty where it may pass.

    paper: None for a permit that is not shown.
    """

    reasons: tuple[Reason, ...] = ()
    paper: Paper | None = None

    @property
    def outcome(self) -> Outcome:
        """The worst of what the reasons mean."""
        return self.reasons[0].outcome if self.reasons else Outcome.MAY_PASS


def summarise(
    permit: Permit,
    verdict: Verdict,
    findings: ForeignFindings,
    *,
    at: datetime,
    counted: Collection[Counted] = (),
    declared: Collection[LineQuantity] = (),
    fetched: datetime | None = None,
    agreements: Collection[Agreement] = (),
) -> Summary:
    """Return the summary on a permit that is shown.

    at: moment of the question, aware.  counted: confirmations of our own customs on the permit.
    declared: what declarations have written off of it; their confirmations are not in `counted`.
    fetched: when the document came, where its issuer cannot be reached now; aware.
    agreements: with its issuer, on documents that need no paper. They hold for a document with a
    trusted seal that its issuer gives out now: any other proves less than the paper.
    """
    is_proved = verdict.is_trusted and fetched is None
    covering = (each for each in agreements if each.covers(permit.type, at.astimezone(UTC).date()))
    paper = Paper(next(covering, None) if is_proved else None)
    return replace(
        _reasons(permit, verdict, findings, at, (counted, declared), fetched), paper=paper
    )


def _reasons(
    permit: Permit,
    verdict: Verdict,
    findings: ForeignFindings,
    at: datetime,
    used: tuple[Collection[Counted], Collection[LineQuantity]],
    fetched: datetime | None,
) -> Summary:
    return _sorted(
        *_of_seal(verdict),
        *_of_expiry(permit, at),
        *_of_use(permit, *used),
        *_of_findings(findings.of_permit, Ground.INVALID),
        *_of_findings(findings.by_references, Ground.FINDING),
        *map(_of_leaf, (leaf for leaf in permit.unreadable if not leaf.not_set)),
        *_of_copy(fetched),
    )


def summary_of_seal(verdict: Verdict) -> Summary:
    """Return the summary on a permit that is not read, as its issuer must seal and did not."""
    return _sorted(*_of_seal(verdict))


def summary_of_fault(fault: PartnerFault) -> Summary | None:
    """Return the summary on a permit that its issuer does not give out because of its status.

    None for any other fault.
    """
    ground = _STATUSES.get(fault.partner_code)
    return _sorted(Reason(ground)) if ground else None


def _sorted(*reasons: Reason) -> Summary:
    order = list(Outcome)
    return Summary(tuple(sorted(reasons, key=lambda reason: order.index(reason.outcome))))


def _of_seal(verdict: Verdict) -> Iterator[Reason]:
    ground = _SEALS[verdict.worth]
    if ground:
        yield Reason(ground)


def _of_expiry(permit: Permit, at: datetime) -> Iterator[Reason]:
    since = permit.expired_since(at)
    if since:
        last = since - timedelta(days=1)
        yield Reason(Ground.EXPIRED, box="2", words=(("last", f"{last:%Y-%m-%d}"),))


def _of_use(
    permit: Permit, counted: Collection[Counted], declared: Collection[LineQuantity]
) -> Iterator[Reason]:
    if is_spent(permit, counted, declared):
        yield Reason(Ground.SPENT, box="14")


def _of_findings(findings: Sequence[Finding], of_error: Ground) -> Iterator[Reason]:
    """Yield a reason for each sentence of a rule on a box; lines that share it are named."""
    alike: dict[tuple[Ground, str, str, str], list[Finding]] = {}
    for finding in findings:
        ground = _ground_of(finding, of_error)
        if ground:
            key = (ground, finding.rule, finding.sentence, finding.box)
            alike.setdefault(key, []).append(finding)
    for (ground, *_), same in alike.items():
        yield Reason(ground, same[0].box, same[0].position, findings=tuple(same))


def _ground_of(finding: Finding, of_error: Ground) -> Ground | None:
    match finding.severity:
        case Severity.ERROR:
            return Ground.USED if finding.rule == _AFTER_USE else of_error
        case Severity.RISK:
            return Ground.FINDING
        case _:
            return None


def _of_leaf(leaf: UnreadableLeaf) -> Reason:
    words = (("element", leaf.element), ("text", leaf.as_written))
    return Reason(Ground.UNREADABLE, leaf.box, leaf.position, words)


def _of_copy(fetched: datetime | None) -> Iterator[Reason]:
    if fetched:
        moment = f"{fetched.astimezone(UTC):%Y-%m-%d %H:%M UTC}"
        yield Reason(Ground.UNREACHABLE, words=(("fetched", moment),))
