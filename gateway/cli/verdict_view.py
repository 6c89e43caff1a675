"""How does a verdict look: in words and colour for a person, in plain values for a program?"""

from datetime import datetime

from rich.console import Group
from rich.text import Text

from gateway.cli.console import plain
from gateway.domain.verdict import Verdict, Worth

_HEADLINES = {
    Worth.SEALED_VALID: ("✓ SEALED AND VALID", "bold green"),
    Worth.EXPIRED: ("! SEALED, CERTIFICATE EXPIRED SINCE", "bold yellow"),
    Worth.UNSEALED: ("! UNSEALED", "bold yellow"),
    Worth.SIGNER_UNKNOWN: ("✗ SIGNER UNKNOWN", "bold red"),
    Worth.SEALED_BROKEN: ("✗ SEAL BROKEN: do not accept this document", "bold red"),
}


def view(verdict: Verdict) -> Group:
    """The verdict in one word, why, who sealed and when, and what held then and holds now."""
    headline, style = _HEADLINES[verdict.worth]
    lines = [Text(headline, style=style), plain(verdict.reason)]
    if verdict.signer:
        named = "Sealed by" if verdict.vouched else "The signer calls itself"
        lines.append(plain(f"{named}: {verdict.signer}"))
    if verdict.sealed_at:
        lines.append(plain(f"Sealed on: {_moment(verdict.sealed_at)} (by the signer's clock)"))
    if verdict.worth is not Worth.UNSEALED:
        judged = f"When it was sealed: {verdict.at_issue}. Now ({_moment(verdict.judged_at)}): {verdict.now}."
        lines.append(plain(judged))
    return Group(*lines)


def in_a_line(verdict: Verdict) -> str:
    """`sealed and valid, signed by CN=...`."""
    words = {Worth.SEALED_VALID: "sealed and valid", Worth.EXPIRED: "sealed, certificate expired since"}
    said = words.get(verdict.worth, verdict.worth.replace("-", " "))
    return f"{said}, signed by {verdict.signer}" if verdict.vouched else said


def as_json(verdict: Verdict) -> dict[str, object]:
    """Every part of the verdict; moments as ISO 8601."""
    return {
        "verdict": verdict.worth.value,
        "at_issue": verdict.at_issue.value,
        "now": verdict.now.value,
        "reason": verdict.reason,
        "signer": verdict.signer,
        "sealed_at": verdict.sealed_at.isoformat() if verdict.sealed_at else None,
        "judged_at": verdict.judged_at.isoformat(),
    }


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
