"""Rules for the publication of a permit; each rule reads the permit alone and yields findings.

The rule ids are listed in docs/national-records.md. ERROR: the document is invalid under the text
that the rule names, and is not published. WARNING: a partner will ask. INFO: worth knowing.

Not checked here, as a single permit and our code lists are not enough: uniqueness of the number
(the store does), the annex (F13), the language (F14), events after issue (V05-V10), chains of
documents (Q05, Q06), quotas on file (K03-K09), range, listing and taxon groups (C07, C08, the taxon
half of C09), the listing Party of Appendix III (C15).
"""

from gateway.domain.identifiers import Authority
from gateway.domain.permit.permit import Permit
from gateway.domain.rules import (
    conditions,
    consistency,
    form,
    kinds,
    lines,
    quantities,
    validity,
    variants,
)
from gateway.domain.rules.finding import Finding, Rule, Severity

__all__ = ["RULES", "Finding", "Severity", "findings"]

RULES: tuple[Rule, ...] = (
    *form.RULES,
    *lines.RULES,
    *conditions.RULES,
    *variants.RULES,
    *kinds.RULES,
    *validity.RULES,
    *quantities.RULES,
    *consistency.RULES,
)


def findings(permit: Permit, authority: Authority) -> tuple[Finding, ...]:
    """Return all findings on a permit that an authority is about to issue, in order of rules."""
    return tuple(finding for rule in RULES for finding in rule(permit, authority))
