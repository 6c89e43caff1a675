"""Is this permit one that we may publish? Each rule looks at the permit alone and says what it finds.

The rule ids are listed in docs/national-records.md. An ERROR means that the document is invalid under the text the rule
names, and blocks publication; a WARNING means that a partner will ask; INFO is for the desk.
Left to others, because one permit and our code lists do not tell: uniqueness of the number (store), the annex (F13),
the language (F14), events after issue (V05-V10), chains of documents (Q05, Q06), quotas on file (K03-K09), range,
listing and taxon groups (C07, C08, the taxon half of C09), the listing Party of Appendix III (C15).
"""

from gateway.domain.identifiers import Authority
from gateway.domain.permit import Permit
from gateway.domain.rules import consistency, form, quantities, validity
from gateway.domain.rules.finding import Finding, Rule, Severity

__all__ = ["RULES", "Finding", "Severity", "findings"]

RULES: tuple[Rule, ...] = (*form.RULES, *validity.RULES, *quantities.RULES, *consistency.RULES)


def findings(permit: Permit, authority: Authority) -> tuple[Finding, ...]:
    """Everything the rules find on a permit that this authority is about to issue, in the order of the rules."""
    return tuple(finding for rule in RULES for finding in rule(permit, authority))
