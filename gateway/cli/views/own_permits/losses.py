"""View of loss notes: values of a permit for which a schema version has no element."""

from collections.abc import Iterator, Sequence

from gateway.cli.views.rules.finding import times
from gateway.cli.views.words import word
from gateway.domain.codes import Language, form_wording
from gateway.domain.permit.loss import LossNote

Noted = tuple[str, LossNote]
"""Schema version, and a note of its document."""


def sentence(version: str, loss: LossNote, language: Language) -> str:
    """The note of one permit, with line and value."""
    line = f"{form_wording()['line'].name(language)} {loss.position}: " if loss.position else ""
    return f"{line}{_text(version, loss, language)}: {loss.value}"


def grouped(notes: Sequence[tuple[str, Noted]], language: Language) -> Iterator[str]:
    """A sentence for each note, or for all permits that share it.

    notes: each with the number of its permit.
    """
    same: dict[tuple[str, str, str], list[tuple[str, Noted]]] = {}
    for number, (version, loss) in notes:
        same.setdefault((version, loss.box, loss.field), []).append((number, (version, loss)))
    for of in same.values():
        first, (version, loss) = of[0]
        if len(of) == 1:
            yield f"{first}: {sentence(version, loss, language)}"
        else:
            often = times(len(of), first, language)
            yield f"{often}: {_text(version, loss, language)}."


def as_json(version: str, loss: LossNote) -> dict[str, object]:
    """Version, box, line, field, value, and the place in the document."""
    return {
        "version": version,
        "box": loss.box,
        "line": loss.position,
        "field": loss.field,
        "value": loss.value,
        "path": loss.path,
    }


def _text(version: str, loss: LossNote, language: Language) -> str:
    return word(
        "loss_note",
        language,
        version=version.removeprefix("v"),
        field=loss.field,
        box=loss.box,
        path=loss.path,
    )
