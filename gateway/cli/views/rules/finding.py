"""View of findings: place, sentence and rule in one line, of one permit or of many."""

from collections.abc import Iterator, Sequence

from gateway.cli.views.words import word
from gateway.domain.codes import Language
from gateway.domain.rules.finding import Finding, Severity


def place(box: str | None, position: str | None, language: Language) -> str:
    """Box and line before a sentence, such as `Box 10, line A: `; empty without a box."""
    if box is None:
        return ""
    key = "place" if position is None else "place_line"
    colon = " : " if language == "french" else ": "
    return word(key, language, box=box, line=position) + colon


def sentence(finding: Finding, language: Language) -> str:
    """The finding with its place and its rule: `Box 13: The date of issue is missing. [F04]`."""
    where = place(finding.box, finding.position, language)
    return f"{where}{finding.text(language)} [{finding.rule}]"


def grouped(
    findings: Sequence[tuple[str, Finding]], language: Language
) -> Iterator[tuple[Severity, str]]:
    """Severity and text of each finding, or of all permits that a rule says the same of.

    findings: each with the number of its permit. Of several the first is shown, with its values.
    """
    same: dict[tuple[str, Severity, str], list[tuple[str, Finding]]] = {}
    for number, finding in findings:
        said = (finding.rule, finding.severity, finding.sentence)
        same.setdefault(said, []).append((number, finding))
    for (_, severity, _), of in same.items():
        number, finding = of[0]
        yield severity, f"{times(len(of), number, language)}: {sentence(finding, language)}"


def times(count: int, first: str, language: Language) -> str:
    """How often something is said, and on which permit first: `20 times, first on MZ26EX1`."""
    if count == 1:
        return first
    shown = f"{count:,}" if language == "english" else str(count)
    return word("times_first_on", language, count=shown, number=first)
