"""Use of a published permit: what its ledger shows that a person should look at (V05, Q08)."""

from collections.abc import Iterator

from gateway.domain.permit.quantity import Quantity
from gateway.domain.published import PublishedPermit
from gateway.domain.rules.finding import Finding, risk, warning


def use_findings(published: PublishedPermit) -> tuple[Finding, ...]:
    """Return the findings on the confirmations of a permit, in the order of boxes."""
    return (*_confirmed_late(published), *_arrived_without_export(published))


def _confirmed_late(published: PublishedPermit) -> Iterator[Finding]:
    """Confirmations of which it is not known whether they were in time (V05).

    A confirmation says no date. The regimes differ in which event has to be inside the period:
    export, or presentation for import.
    Source: 50 CFR 23.54(b); Reg. (EC) 865/2006, Annex I, note 2.
    """
    end = published.permit.valid_before
    for event in published.late_confirmations:
        yield warning(
            "V05",
            "confirmed-late",
            box="2",
            value=f"{event.at:%Y-%m-%d}",
            expected=f"{end:%Y-%m-%d}",
            by=event.by,
        )


def _arrived_without_export(published: PublishedPermit) -> Iterator[Finding]:
    """Lines that arrived, although export customs endorsed nothing of them (Q08).

    Source: 50 CFR 23.26(d)(11); CoP15 Doc. 18, Annex 11.
    """
    kind = published.permit.document_type
    if kind.multi_use or not kind.endorsed:
        return
    for line in published.ledger:
        position = published.permit.position(line.position)
        endorsed = line.confirmed_at_export or (position and position.examination)
        if line.confirmed_at_import and not endorsed:
            counted = Quantity(line.confirmed_at_import, line.authorised.unit)
            yield risk(
                "Q08",
                "arrived-without-export",
                box="14",
                position=line.position,
                value=str(counted),
            )
