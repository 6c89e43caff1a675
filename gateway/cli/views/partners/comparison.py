"""View of certificates that two people compare by telephone, and of what a change writes."""

from collections.abc import Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from gateway.cli.console import labelled, plain
from gateway.exchange.service.partner_check import ShownCertificate
from gateway.settings.introduction.change import PartnerChange

_GROUP = 4
"""Digits of a fingerprint that are read out in one breath."""


def spoken(sha256: str) -> str:
    """A fingerprint in groups of four digits, as it is read out."""
    return " ".join(sha256[at : at + _GROUP] for at in range(0, len(sha256), _GROUP))


def certificates(found: Sequence[tuple[str, ShownCertificate]]) -> Group:
    """Each certificate once, with its uses, subject, days and fingerprint.

    found: (use, certificate).
    """
    uses: dict[ShownCertificate, list[str]] = {}
    for use, each in found:
        uses.setdefault(each, []).append(use)
    return Group(*(_block("; ".join(named), each) for each, named in uses.items()))


def change(planned: PartnerChange) -> Group:
    """Each key of conf/partners.toml with its value before and after."""
    lines: list[Text | Table] = [Text("What changes in conf/partners.toml", style="bold")]
    for each in planned.differences:
        lines.append(plain(f"  {each.key}"))
        if each.before:
            lines.append(labelled("    -", each.before, "red"))
        lines.append(labelled("    +", each.after or "taken out", "green"))
    return Group(*lines)


def change_as_json(planned: PartnerChange) -> dict[str, object]:
    """The same for a program."""
    return {
        "partner": planned.key,
        "new": planned.is_new,
        "changes": [
            {"key": each.key, "before": each.before, "after": each.after}
            for each in planned.differences
        ],
    }


def certificate_as_json(use: str, shown: ShownCertificate) -> dict[str, object]:
    """A certificate for a program; moments in ISO 8601."""
    return {
        "use": use,
        "subject": shown.subject,
        "issuer": shown.issuer,
        "serial": shown.serial,
        "names": list(shown.names),
        "sha256": shown.sha256,
        "valid_from": shown.valid_from.isoformat(),
        "valid_until": shown.valid_until.isoformat(),
    }


def _block(use: str, shown: ShownCertificate) -> Group:
    return Group(
        Text(use, style="bold"),
        labelled("  subject", shown.subject),
        labelled("  valid  ", f"{shown.valid_from:%Y-%m-%d} to {shown.valid_until:%Y-%m-%d}"),
        labelled("  SHA-256", spoken(shown.sha256), "bold"),
    )
