"""View of a verdict: words and colour for a person, plain values for a program."""

from datetime import datetime
from functools import partial

from rich.console import Group
from rich.table import Table
from rich.text import Text

from gateway.cli.console import labelled, plain
from gateway.cli.views.words import word
from gateway.domain.codes import Language
from gateway.domain.verdict import SealStatus, Verdict

_STYLES = {
    SealStatus.SEALED_VALID: "bold",  # no green: a valid seal alone lets no permit pass
    SealStatus.EXPIRED: "bold yellow",
    SealStatus.UNSEALED: "bold yellow",
    SealStatus.SIGNER_UNKNOWN: "bold red",
    SealStatus.REVOKED: "bold red",
    SealStatus.SEALED_BROKEN: "bold red",
}


def view(verdict: Verdict, language: Language = "english") -> Group:
    """The verdict, its reason, signer and moment of the seal, validity then and now.

    The reason is technical, and English in every language: it comes with the verdict. A valid seal
    needs none.
    """
    said = partial(word, language=language)
    headline = said(f"{verdict.worth}_headline")
    lines: list[Text | Table] = [Text(headline, style=_STYLES[verdict.worth])]
    if verdict.worth is not SealStatus.SEALED_VALID:
        lines.append(labelled(said("why"), verdict.reason))
    if verdict.signer:
        label = said("sealed_by" if verdict.is_trusted else "calls_itself")
        lines.append(labelled(label, verdict.signer))
    if verdict.sealed_at:
        lines.append(plain(said("sealed_on", at=_moment(verdict.sealed_at))))
    if verdict.worth is not SealStatus.UNSEALED:
        then, now = said(verdict.at_issue), said(verdict.now)
        lines.append(plain(said("judged", then=then, at=_moment(verdict.judged_at), now=now)))
    return Group(*lines)


def in_a_line(verdict: Verdict) -> str:
    """`sealed and valid, signed by CN=...`."""
    words = {
        SealStatus.SEALED_VALID: "sealed and valid",
        SealStatus.EXPIRED: "sealed, certificate expired since",
    }
    said = words.get(verdict.worth, verdict.worth.replace("-", " "))
    return f"{said}, signed by {verdict.signer}" if verdict.is_trusted else said


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
