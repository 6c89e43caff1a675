"""View of a verdict on a permit code: first what to do, then the boxes, then what is not known."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from gateway.cli.console import labelled, plain
from gateway.cli.views.paper.boxes import Boxes
from gateway.cli.views.words import word
from gateway.domain.codes import Language, paper_wording
from gateway.domain.paper.verdict import PaperStatus, PaperVerdict

_ASK = "bold yellow"
_STYLES = {
    PaperStatus.GENUINE: "bold",  # no green: a true code alone lets no permit pass
    PaperStatus.KEY_EXPIRED: _ASK,
    PaperStatus.SIGNER_UNKNOWN: _ASK,
    PaperStatus.MAY_BE_WITHDRAWN: _ASK,
    PaperStatus.LIST_OUT_OF_DATE: _ASK,
}
_ALTERED = "bold red"


def view(verdict: PaperVerdict, language: Language = "english") -> Group:
    """Headline, reason, the boxes that were signed, and what the code cannot say.

    Nothing of a code that proves nothing is shown.
    """
    style = _STYLES.get(verdict.status, _ALTERED)
    parts: list[RenderableType] = [
        Text(_word(f"paper_{verdict.status}", language), style=style),
    ]
    if verdict.status is not PaperStatus.GENUINE:
        parts.append(labelled(word("why", language), verdict.reason))
    said = verdict.statement
    if said:
        boxes = Boxes(language)
        signed = f"{said.signed_at:%Y-%m-%d %H:%M} UTC"
        parts.append(plain(_word("paper_signed", language, authority=said.authority, at=signed)))
        parts.append(plain(_word("paper_compare", language)))
        parts.extend(boxes.head(said))
        parts.extend(boxes.lines(said))
    parts.extend(_open(verdict, language))
    return Group(*parts)


def _open(verdict: PaperVerdict, language: Language) -> Iterator[RenderableType]:
    if verdict.unknown:
        yield Text(_word("paper_unknown", language), style="bold")
    for each in verdict.unknown:
        at = f"{verdict.list_made_at:%Y-%m-%d}" if verdict.list_made_at else ""
        yield plain("· " + _word(f"paper_unknown_{each}", language, at=at))


def _word(key: str, language: Language, **values: object) -> str:
    return paper_wording()[key].name(language).format(**values)


def as_json(verdict: PaperVerdict, language: Language = "english") -> dict[str, object]:
    """Every part of the verdict; moments as ISO 8601. The token is left out."""
    said, boxes = verdict.statement, Boxes(language)
    lines: Sequence[object] = boxes.lines_as_json(said) if said else []
    return {
        "verdict": verdict.status.value,
        "reason": verdict.reason,
        "judged_at": verdict.judged_at.isoformat(),
        "list_made_at": verdict.list_made_at.isoformat() if verdict.list_made_at else None,
        "country": said.authority.country.text if said else None,
        "authority": said.authority.code if said else None,
        "number": said.number if said else None,
        "signed_at": said.signed_at.isoformat() if said else None,
        "holds_token": said.token is not None if said else None,
        "boxes": boxes.head_as_json(said) if said else [],
        "line_count": said.count if said else None,
        "lines": lines,
        "unknown": [each.value for each in verdict.unknown],
    }
