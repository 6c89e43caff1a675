"""Rules that need reference data: Appendix, range, quotas, suspensions, registers, history.

They judge by the day of issue (box 13). Data that are not there give no finding.
"""

from gateway.domain.identifiers import Authority
from gateway.domain.permit.permit import Permit
from gateway.domain.rules.finding import Finding
from gateway.domain.rules.reference_data import (
    chain,
    history,
    quotas,
    registers,
    suspensions,
    taxonomy,
)
from gateway.domain.rules.reference_data.case import ReferenceRule, open_case
from gateway.domain.rules.references import History, References

RULES: tuple[ReferenceRule, ...] = (
    *taxonomy.RULES,
    *quotas.RULES,
    *suspensions.RULES,
    *chain.RULES,
    *history.RULES,
    *registers.RULES,
)


def reference_findings(
    permit: Permit,
    authority: Authority,
    references: References,
    past: History | None = None,
) -> tuple[Finding, ...]:
    """Return what the reference data say against a permit, in order of rules.

    authority: that issues it.  past: history of permits, None where it is not at hand.
    Raises ServiceUnavailable.
    """
    case = open_case(permit, authority, references.newest(), past)
    return tuple(finding for rule in RULES for finding in rule(case))
