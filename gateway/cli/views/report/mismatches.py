"""View of mismatches: what each side counts or states of a line, and how it was settled."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType

from gateway.cli.console import plain
from gateway.cli.views.tables import Records
from gateway.exchange.report.mismatches import Queued

_COLUMNS = ("Issuer", "Number", "Line", "Partner", "Ours", "Theirs", "Settled")


def table(found: Sequence[Queued]) -> RenderableType:
    """A row for each."""
    if not found:
        return plain("No counts differ.")
    records = Records(_COLUMNS, frozenset({"Issuer", "Number"}))
    for mismatch, settlement in found:
        line = mismatch.line
        records.add_row(
            line.issuer,
            line.number,
            line.position,
            mismatch.partner,
            f"{mismatch.ours} ({mismatch.ours_from})",
            f"{mismatch.theirs} ({mismatch.theirs_from})",
            settlement.agreed if settlement else "-",
        )
    return records


def lines(found: Queued) -> Iterator[str]:
    """One of them, for a person."""
    mismatch, settlement = found
    yield f"{mismatch.line}: {mismatch.species}"
    yield f"  ours: {mismatch.ours} ({mismatch.ours_from})"
    yield f"  {mismatch.partner}: {mismatch.theirs} ({mismatch.theirs_from})"
    if settlement is None:
        yield "  open: `report mismatches settle` takes the quantity that both sides agree on"
        return
    yield f"  settled at {settlement.agreed} on {settlement.at:%Y-%m-%d}: {settlement.reason}"
    yield f"  by {settlement.person}, and {settlement.partner_person} of {mismatch.partner}"


def as_json(found: Queued) -> dict[str, object]:
    """The same for a program."""
    mismatch, settlement = found
    return {
        "issuer": mismatch.line.issuer,
        "number": mismatch.line.number,
        "line": mismatch.line.position,
        "species": mismatch.species,
        "partner": mismatch.partner,
        "counted_at": mismatch.counted_at.isoformat(),
        "ours": mismatch.ours,
        "ours_from": mismatch.ours_from.value,
        "theirs": mismatch.theirs,
        "theirs_from": mismatch.theirs_from.value,
        "settlement": settlement
        and {
            "id": settlement.id,
            "at": settlement.at.isoformat(),
            "agreed": settlement.agreed,
            "person": settlement.person,
            "partner_person": settlement.partner_person,
            "reason": settlement.reason,
        },
    }
