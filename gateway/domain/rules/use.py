"""Use of a published permit: confirmations that came after the last day of box 2 (rule V05)."""

from gateway.domain.published import PublishedPermit
from gateway.domain.rules.finding import Finding, warning


def use_findings(published: PublishedPermit) -> tuple[Finding, ...]:
    """Return a finding for each confirmation of which it is not known whether it was in time.

    A confirmation says no date. The regimes differ in which event has to be inside the period:
    export, or presentation for import.
    Source: 50 CFR 23.54(b); Reg. (EC) 865/2006, Annex I, note 2.
    """
    end = published.permit.valid_before
    return tuple(
        warning(
            "V05",
            "confirmed-late",
            box="2",
            value=f"{event.at:%Y-%m-%d}",
            expected=f"{end:%Y-%m-%d}",
            by=event.by,
        )
        for event in published.late_confirmations
    )
