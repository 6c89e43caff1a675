"""View of journal heads in other places, on a terminal and as JSON."""

from collections.abc import Iterable, Sequence

from gateway.cli.views.tables import Records
from gateway.exchange.ports import AnchoredHead, HeldHead

Lines = Iterable[str]
"""Lines of a file of heads."""

_ANCHORED = ("Ours, kept by", "Head", "Sealed (UTC)", "Handed over (UTC)", "Countersigned")
_HELD = ("Partner", "Head", "SHA-256", "Received (UTC)", "Journal record", "Fits")
_IDENTIFIERS = frozenset(("Ours, kept by", "Partner", "SHA-256", "Journal record"))


def anchored(found: Sequence[AnchoredHead]) -> Records:
    """A row for each place where our heads are kept."""
    table = Records(_ANCHORED, _IDENTIFIERS)
    for each in found:
        row = (
            each.anchor,
            str(each.batch),
            f"{each.sealed_at:%Y-%m-%d %H:%M:%S}",
            f"{each.at:%Y-%m-%d %H:%M:%S}",
            "yes" if each.receipt else "-",
        )
        table.add_row(*row)
    return table


def held(found: Sequence[HeldHead]) -> Records:
    """A row for each head of a partner."""
    table = Records(_HELD, _IDENTIFIERS)
    for each in found:
        row = (
            each.partner,
            str(each.batch),
            each.digest,
            f"{each.received_at:%Y-%m-%d %H:%M:%S}",
            each.exchange_id,
            "NO: its history changed" if each.contradicts else "yes",
        )
        table.add_row(*row)
    return table


def as_json(held: Sequence[HeldHead], anchored: Sequence[AnchoredHead] | None) -> object:
    """Both for a program. anchored: None where it was not asked for."""
    ours = [
        {
            "anchor": each.anchor,
            "batch": each.batch,
            "sealed_at": each.sealed_at.isoformat(),
            "at": each.at.isoformat(),
            "countersigned": each.receipt is not None,
        }
        for each in anchored or ()
    ]
    theirs = [
        {
            "partner": each.partner,
            "journal": each.journal,
            "batch": each.batch,
            "sha256": each.digest,
            "received_at": each.received_at.isoformat(),
            "exchange": each.exchange_id,
            "contradicts": each.contradicts,
        }
        for each in held
    ]
    return {"held": theirs} if anchored is None else {"ours": ours, "held": theirs}
