"""Conformance report: its content, which every form of it shows, and its JSON."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.conformance.case import CaseResult, Outcome
from gateway.conformance.score import Score, score_of, scores_by_group

FORMAT = 1
"""Version of the JSON."""
_SHARED_BY = 4
"""Fewest cases that share a finding worth a line of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report.

    subject: `service` or `client`.  addresses: of the service, or where the client called.
    country: of the service.  kit: version of this software.  began, ended: aware.
    signer: subject of the certificate that signs it; None: it is not signed.
    """

    subject: str
    addresses: Sequence[str]
    country: str
    kit: str
    began: datetime
    ended: datetime
    results: Sequence[CaseResult]
    signer: str | None = None

    @property
    def score(self) -> Score:
        """The score in all."""
        return score_of("In all", self.results)

    @property
    def groups(self) -> list[Score]:
        """The score of each group."""
        return scores_by_group(self.results)

    @property
    def verdict(self) -> str:
        """The verdict, a sentence for a person."""
        score = self.score
        if not score.possible:
            return "Nothing could be tried."
        if not score.is_conformant:
            count = score.musts_failed
            noun = "requirement does" if count == 1 else "requirements do"
            return f"Not conformant: {count} {noun} not hold that must hold."
        if score.failed:
            return "Conformant; what should or may hold is open in part."
        return "Conformant, with full marks."

    def of_group(self, group: str) -> Sequence[CaseResult]:
        """The results of a group."""
        return [each for each in self.results if each.case.group == group]

    def failed(self) -> Sequence[CaseResult]:
        """The failed cases, the gravest weight first."""
        weights = ["must", "should", "may"]
        found = [each for each in self.results if each.outcome is Outcome.FAILED]
        return sorted(found, key=lambda each: weights.index(each.case.weight))

    @property
    def shared_findings(self) -> Sequence[tuple[str, int]]:
        """A finding that most of the failed cases share, with their number."""
        counts = Counter(each.finding for each in self.failed())
        least = max(_SHARED_BY, counts.total() // 2 + 1)
        return [(text, count) for text, count in counts.most_common(1) if count >= least]

    def to_json(self) -> bytes:
        """The report for programs: UTF-8, keys in small letters."""
        fields = {
            "format": FORMAT,
            "subject": self.subject,
            "addresses": list(self.addresses),
            "country": self.country,
            "kit": f"epix-gateway {self.kit}",
            "began": self.began.isoformat(),
            "ended": self.ended.isoformat(),
            "signer": self.signer,
            "verdict": self.verdict,
            "score": _score(self.score),
            "shared_findings": [
                {"finding": text, "cases": count} for text, count in self.shared_findings
            ],
            "groups": [_score(each) for each in self.groups],
            "cases": [_case(each) for each in self.results],
        }
        return (json.dumps(fields, ensure_ascii=False, indent=1) + "\n").encode()


def _score(score: Score) -> dict[str, Any]:
    return {
        "name": score.name,
        "percent": score.percent,
        "points": score.points,
        "possible": score.possible,
        "passed": score.passed,
        "failed": score.failed,
        "not_tried": score.not_tried,
        "musts_failed": score.musts_failed,
    }


def _case(result: CaseResult) -> dict[str, Any]:
    case = result.case
    return {
        "id": case.id,
        "group": case.group,
        "title": case.title,
        "place": result.place,
        "weight": case.weight.value,
        "outcome": result.outcome.value,
        "finding": result.finding,
        "purpose": case.purpose,
        "requirement": case.requirement,
        "cause": case.cause,
        "cure": case.cure,
        "seconds": None if result.seconds is None else round(result.seconds, 3),
        "sent": result.sent,
        "received": result.received,
    }
