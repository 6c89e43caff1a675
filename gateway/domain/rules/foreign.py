"""Rules for a foreign permit, as they judge it whenever it is asked for.

Every rule judges it as it judges our own, but for those on how we write documents for partners. A
finding on a box that holds text without a meaning is left out: the rule knows nothing of the text
and would call the box empty.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gateway.domain.identifiers import Authority
from gateway.domain.permit.permit import Permit
from gateway.domain.rules import findings
from gateway.domain.rules.finding import Finding
from gateway.domain.rules.reference_data import reference_findings
from gateway.domain.rules.references import History, References

_OURS_ALONE = frozenset({"F02"})
"""Rules that ask of our own documents what every partner can read."""


@dataclass(frozen=True, slots=True)
class ForeignFindings:
    """Findings on a foreign permit, each group in order of rules.

    of_permit: of rules that read the permit alone.  by_references: of rules that compare it with
    reference data, or with what was exchanged before.
    """

    of_permit: tuple[Finding, ...] = ()
    by_references: tuple[Finding, ...] = ()

    @property
    def all(self) -> tuple[Finding, ...]:
        """Every finding."""
        return (*self.of_permit, *self.by_references)


ForeignJudge = Callable[[Permit, Authority], ForeignFindings]
"""Finds what is wrong with a foreign permit: `foreign_findings`, with what is at hand besides."""


def foreign_findings(
    permit: Permit,
    authority: Authority,
    references: References | None = None,
    history: History | None = None,
) -> ForeignFindings:
    """Return the findings on a permit of another country.

    authority: that issued it.  references, history: as for `findings`.
    Raises ServiceUnavailable where references or history cannot be read.
    """
    compared = reference_findings(permit, authority, references, history) if references else ()
    return ForeignFindings(
        _of_a_partner(permit, findings(permit, authority)), _of_a_partner(permit, compared)
    )


def _of_a_partner(permit: Permit, found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(
        finding
        for finding in found
        if finding.rule not in _OURS_ALONE and not permit.hides(finding.box, finding.position)
    )
