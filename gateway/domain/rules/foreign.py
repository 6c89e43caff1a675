"""Rules for a foreign permit, as they judge it whenever it is asked for.

Every rule judges it as it judges our own, but for those on how we write documents for partners. A
finding on a box that holds text without a meaning is left out: the rule knows nothing of the text
and would call the box empty.
"""

from gateway.domain.identifiers import Authority
from gateway.domain.permit.permit import Permit
from gateway.domain.rules import findings
from gateway.domain.rules.finding import Finding

_OURS_ALONE = frozenset({"F02"})
"""Rules that ask of our own documents what every partner can read."""


def foreign_findings(permit: Permit, authority: Authority) -> tuple[Finding, ...]:
    """Return the findings on a permit of another country, in order of rules.

    authority: that issued it.
    """
    return tuple(
        finding
        for finding in findings(permit, authority)
        if finding.rule not in _OURS_ALONE and not permit.hides(finding.box, finding.position)
    )
