"""View of mismatches: each side's count or statement of a line, and how it was settled."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType

from gateway.cli.console import plain
from gateway.cli.views.tables import Records
from gateway.cli.views.words import word
from gateway.domain.codes import Language
from gateway.domain.report.mismatch import Knowledge
from gateway.exchange.report.mismatches import Queued

_COLUMNS = (
    *("mismatch_issuer", "mismatch_number", "mismatch_line", "mismatch_partner"),
    *("mismatch_ours", "mismatch_theirs", "mismatch_settled"),
)
_ORIGINS = {
    Knowledge.COUNTED: "mismatch_counted",
    Knowledge.ENDORSED: "mismatch_endorsed",
    Knowledge.ISSUED: "mismatch_issued",
}


def table(found: Sequence[Queued], language: Language) -> RenderableType:
    """A row for each."""
    if not found:
        return plain(word("mismatch_none", language))
    named = [word(column, language) for column in _COLUMNS]
    records = Records(named, frozenset(named[:2]))
    for mismatch, settlement in found:
        line = mismatch.line
        records.add_row(
            line.issuer,
            line.number,
            line.position,
            mismatch.partner,
            f"{mismatch.ours} ({_origin(mismatch.ours_from, language)})",
            f"{mismatch.theirs} ({_origin(mismatch.theirs_from, language)})",
            settlement.agreed if settlement else "-",
        )
    return records


def lines(found: Queued, language: Language) -> Iterator[str]:
    """A mismatch, for a person."""
    mismatch, settlement = found
    ours, theirs = (_origin(each, language) for each in (mismatch.ours_from, mismatch.theirs_from))
    yield f"{mismatch.line}: {mismatch.species}"
    yield f"  {word('mismatch_our_count', language, quantity=mismatch.ours, origin=ours)}"
    yield f"  {mismatch.partner}: {mismatch.theirs} ({theirs})"
    if settlement is None:
        yield f"  {word('mismatch_open', language)}"
        return
    agreed = {
        "agreed": settlement.agreed,
        "day": f"{settlement.at:%Y-%m-%d}",
        "reason": settlement.reason,
    }
    persons = {
        "person": settlement.person,
        "other": settlement.partner_person,
        "partner": mismatch.partner,
    }
    yield f"  {word('mismatch_agreed', language, **agreed)}"
    yield f"  {word('mismatch_persons', language, **persons)}"


def _origin(knowledge: Knowledge, language: Language) -> str:
    return word(_ORIGINS[knowledge], language)


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
