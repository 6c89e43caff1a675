"""View of the summary on a foreign permit and of its findings, for a person and for a program."""

from collections.abc import Iterator, Sequence

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gateway.cli.console import labelled, plain
from gateway.cli.views.words import word
from gateway.cli.wording import MARKS, finding_as_json
from gateway.domain.codes import Language
from gateway.domain.rules.finding import Finding
from gateway.domain.summary import Outcome, Reason, Summary

_SIGNS = {
    Outcome.DO_NOT_ACCEPT: ("✗", "bold red"),
    Outcome.ASK_FIRST: ("!", "bold yellow"),
    Outcome.MAY_PASS: ("✓", "bold green"),
}


def view(summary: Summary, language: Language = "english") -> Group:
    """The outcome, then each reason with its box, line and rule, the worst first; the paper."""
    sign, style = _SIGNS[summary.outcome]
    parts: list[Text | Table | Padding] = [
        Text(f"{sign} {summary.outcome.text(language)}", style=style)
    ]
    if summary.reasons:
        parts.append(plain(word("reasons", language)))
    parts += [
        Padding(_reason(reason, language), (0, 0, 0, 2), expand=False) for reason in summary.reasons
    ]
    if summary.paper and summary.outcome is not Outcome.DO_NOT_ACCEPT:
        parts.append(plain(summary.paper.text(language)))
    return Group(*parts)


def findings_view(findings: Sequence[Finding], language: Language = "english") -> Group:
    """Every finding with its severity, box, line and rule; nothing where there is none."""
    if not findings:
        return Group()
    return Group(plain(word("findings", language)), *_findings(findings, language))


def as_json(
    summary: Summary, findings: Sequence[Finding] = (), language: Language = "english"
) -> dict[str, object]:
    """Outcome, reasons and findings; their texts in the language, all other words in English."""
    return {
        "summary": summary.outcome.value,
        "reasons": [
            {
                "reason": reason.ground.value,
                "summary": reason.outcome.value,
                "box": reason.box,
                "line": reason.position,
                "rule": reason.rule,
                "text": reason.text(language),
            }
            for reason in summary.reasons
        ],
        "paper": summary.paper
        and {
            "needed": summary.paper.agreement is None,
            "agreement": summary.paper.agreement and summary.paper.agreement.reference,
            "text": summary.paper.text(language),
        },
        "findings": [finding_as_json(finding, language) for finding in findings],
    }


def _reason(reason: Reason, language: Language) -> Table:
    sign, style = _SIGNS[reason.outcome]
    place = _place(reason.box, reason.position, language)
    rule = f" [{reason.rule}]" if reason.rule else ""
    return labelled(sign, f"{place}{reason.text(language)}{rule}", style)


def _findings(findings: Sequence[Finding], language: Language) -> Iterator[Padding]:
    for finding in findings:
        mark, style = MARKS[finding.severity]
        severity = word(f"severity_{finding.severity}", language)
        place = _place(finding.box, finding.position, language)
        text = f"{place}{finding.text(language)} [{finding.rule}]"
        yield Padding(labelled(f"{mark} {severity}", text, style), (0, 0, 0, 2), expand=False)


def _place(box: str | None, position: str | None, language: Language) -> str:
    if box is None:
        return ""
    key = "place" if position is None else "place_line"
    colon = " : " if language == "french" else ": "
    return word(key, language, box=box, line=position) + colon
