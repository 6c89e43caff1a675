"""Time-line of recorded exchanges: sent when, answered when, and with which outcome."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gateway.cli.views.tables import Records

if TYPE_CHECKING:
    from gateway.bootstrap import Recording

_COLUMNS = ("Second", "Message", "HTTP", "Bytes", "Outcome")
_ENDS = {"closed": "connection closed", "timeout": "nothing more in time"}


def view(recordings: Sequence["Recording"]) -> Records:
    """Two rows for each exchange: the request with the name of its recording, and how it ended.

    An arrow to the right leaves the gateway that recorded it.
    """
    table = Records(_COLUMNS, frozenset(("Message",)))
    for each in recordings:
        sent, answered = ("←", "→") if each.way == "in" else ("→", "←")
        table.add_row(
            f"+{each.after_seconds:.3f}",
            f"{sent} {each.name}",
            "",
            str(len(each.request.body)),
            "",
        )
        table.add_row(
            f"+{each.after_seconds + each.took_seconds:.3f}",
            f"{answered} {_ENDS.get(each.end, 'answer')}",
            _status(each),
            str(len(each.answer.body)),
            each.outcome,
        )
    return table


def as_json(recording: "Recording") -> dict[str, object]:
    """An exchange for a program, without its messages."""
    return {
        "name": recording.name,
        "way": recording.way.value,
        "operation": recording.operation,
        "partner": recording.partner,
        "after_seconds": recording.after_seconds,
        "took_seconds": recording.took_seconds,
        "status": recording.status,
        "is_status_known": recording.is_status_known,
        "end": recording.end.value,
        "outcome": recording.outcome,
        "notes": list(recording.notes),
    }


def _status(recording: "Recording") -> str:
    if recording.status is None:
        return "-"
    return f"{recording.status}" if recording.is_status_known else f"{recording.status}?"
