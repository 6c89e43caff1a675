"""View of shared mismatches: figures of both sides, state, and the acts of persons."""

from collections.abc import Iterator, Mapping, Sequence

from rich.console import RenderableType

from gateway.cli.console import plain
from gateway.cli.views.tables import Records
from gateway.cli.views.words import word
from gateway.domain.codes import Language
from gateway.domain.report.shared import Act, SharedMismatch, SharedState
from gateway.exchange.ports.report.shared import NOT_OFFERED, PartnerSharing

_COLUMNS = (
    *("mismatch_issuer", "mismatch_number", "mismatch_line", "mismatch_partner"),
    *("mismatch_ours", "mismatch_theirs", "mismatch_state"),
)

_STATES = {
    SharedState.OPEN: "mismatch_state_open",
    SharedState.PROPOSED: "mismatch_state_proposed",
    SharedState.AGREED: "mismatch_state_agreed",
    SharedState.DISAGREED: "mismatch_state_disagreed",
    SharedState.OVER: "mismatch_state_over",
}


def table(found: Sequence[SharedMismatch], language: Language) -> RenderableType:
    """A row for each."""
    if not found:
        return plain(word("mismatch_not_shared", language))
    named = [word(column, language) for column in _COLUMNS]
    records = Records(named, frozenset(named[:2]))
    for each in found:
        state = word(_STATES[each.state], language)
        waits = f", {word('mismatch_waits', language)}" if each.waits_since else ""
        records.add_row(
            each.line.issuer,
            each.line.number,
            each.line.position,
            each.partner,
            each.ours.quantity or "-",
            (each.theirs.quantity if each.theirs else "") or "-",
            f"{state}{waits}",
        )
    return records


def lines(shared: SharedMismatch, language: Language) -> Iterator[str]:
    """The state of one, for a person: what the partner says, and each act."""
    state = word(_STATES[shared.state], language)
    yield f"  {word('mismatch_state', language)}: {state}"
    if shared.theirs is not None:
        said = {
            "partner": shared.partner,
            "quantity": shared.theirs.quantity or "-",
            "day": f"{shared.theirs.as_of:%Y-%m-%d}",
        }
        yield f"  {word('mismatch_their_figure', language, **said)}"
    for act in shared.acts:
        yield f"  {_act(shared, act, language)}"


def _act(shared: SharedMismatch, act: Act, language: Language) -> str:
    said = word(
        "mismatch_act",
        language,
        day=f"{act.at:%Y-%m-%d}",
        state=word(_STATES[SharedState(act.kind)], language),
        quantity=act.quantity,
        side=word("mismatch_us", language) if act.ours else shared.partner,
        person=act.by.name or f"{act.by.role}, {act.by.authority}",
        reason=act.by.reason,
    )
    if act.refusal:
        return f"{said} - {word('mismatch_not_taken', language, reason=act.refusal)}"
    if act.taken_at is None:
        return f"{said} - {word('mismatch_not_received', language)}"
    return said


def partner_lines(states: Mapping[str, PartnerSharing], language: Language) -> Iterator[str]:
    """The state of the queue with each partner."""
    for partner, state in states.items():
        is_by_file = state.outcome == NOT_OFFERED
        outcome = word("mismatch_by_file", language) if is_by_file else state.outcome
        day = f"{state.at:%Y-%m-%d %H:%M}"
        yield word("mismatch_partner_state", language, partner=partner, outcome=outcome, day=day)


def as_json(shared: SharedMismatch) -> dict[str, object]:
    """The same for a program."""
    theirs, waits = shared.theirs, shared.waits_since
    return {
        "id": shared.id,
        "partner": shared.partner,
        "issuer": shared.line.issuer,
        "number": shared.line.number,
        "line": shared.line.position,
        "state": shared.state.value,
        "ours": shared.ours.quantity or None,
        "theirs": theirs.quantity or None if theirs else None,
        "waits_since": waits.isoformat() if waits else None,
        "delivery": shared.delivery.outcome or None,
        "acts": [
            {
                "id": act.id,
                "version": act.version,
                "kind": act.kind.value,
                "ours": act.ours,
                "quantity": act.quantity,
                "role": act.by.role.value,
                "authority": act.by.authority,
                "person": act.by.name or None,
                "reason": act.by.reason,
                "at": act.at.isoformat(),
                "taken_at": act.taken_at.isoformat() if act.taken_at else None,
                "refusal": act.refusal or None,
            }
            for act in shared.acts
        ],
    }
