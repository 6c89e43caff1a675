"""Rules for permits; each yields findings.

All rules stand in `rules.csv`, with the place where each is met; the command `rules` shows them.
ERROR: the document is invalid under the text that the rule names, and is not published. RISK: the
issuer has to be asked. WARNING: a partner will ask. INFO: worth knowing.

A rule of this folder reads the permit alone, and needs no other rule. The rules of `reference_data`
need listings, quotas, other permits and further imported data too (docs/listings.md).
"""

from collections.abc import Callable

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
from gateway.domain.rules.reference_data import reference_findings
from gateway.domain.rules.references import History, References

__all__ = ["RULES", "Finding", "Judge", "Severity", "findings"]

Judge = Callable[[Permit, Authority], tuple[Finding, ...]]
"""Finds what is wrong with a permit of an authority: `findings`, with what is at hand besides."""

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


def findings(
    permit: Permit,
    authority: Authority,
    references: References | None = None,
    history: History | None = None,
) -> tuple[Finding, ...]:
    """Return all findings on a permit of an authority, in order of rules.

    references: reference data; None: the rules that need them are left out.
    history: permits that were published, asked for and confirmed here; None: not at hand.
    Raises ServiceUnavailable where references or history cannot be read.
    """
    of_permit = tuple(finding for rule in RULES for finding in rule(permit, authority))
    if references is None:
        return of_permit
    return (*of_permit, *reference_findings(permit, authority, references, history))
