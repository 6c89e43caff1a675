"""View of what is held of a person: rows by table, how long they stay, and what erasure does."""

from collections.abc import Iterator

from rich.console import RenderableType

from gateway.cli.views.tables import Records
from gateway.exchange.people.erase import HeldOfPerson
from gateway.settings import Settings

_COLUMNS = ("Held", "Rows", "Kept", "On erasure")
_REMOVED, _STAYS, _PSEUDONYM = "removed", "stays", "pseudonym"
_DIGEST, _NO_END = "digest, which keeps the person out", "no end"
_OF_PERMITS = frozenset(
    ("outbox", "declaration_use", "confirmation", "reversal", "declaration", "supporting_document")
)


def table(held: HeldOfPerson, settings: Settings) -> RenderableType:
    """A row for each table."""
    records = Records(_COLUMNS, frozenset({"Held"}))
    for name, rows, kept, erased in _rows(held, settings):
        records.add_row(name, str(rows), kept, erased)
    return records


def as_json(held: HeldOfPerson, settings: Settings) -> dict[str, object]:
    """The same for a program."""
    person = held.person
    return {
        "name": person.name,
        "full_name": person.full_name,
        "created_at": person.created_at.isoformat(),
        "closed_at": person.disabled_at.isoformat() if person.disabled_at else None,
        "held": [
            {"what": name, "rows": rows, "kept": kept, "on_erasure": erased}
            for name, rows, kept, erased in _rows(held, settings)
        ],
    }


def _rows(held: HeldOfPerson, settings: Settings) -> Iterator[tuple[str, int, str, str]]:
    """Table, number of rows, how long they stay, what erasure does."""
    rule, web = settings.retention, settings.web
    years = settings.journal.retention_years_after_expiry
    permit = f"as the permit; journal {years} years after its expiry"
    closed = f"{rule.closed_account_days} days after the account is closed"
    words = {
        "customs_look_up": (f"{rule.look_up_days} days", _REMOVED),
        "web_session": (f"{web.session_hours} hours", _REMOVED),
        "one_time_code": (f"{web.code_hours} hours", _REMOVED),
        "passkey": ("until erasure", _REMOVED),
        "person_role": ("until erasure", _REMOVED),
        "person_link": ("until erasure", _DIGEST),
        "training_exercise": (_NO_END, _PSEUDONYM),
        "mail_question": (f"{rule.mail_question_days} days after its link", _PSEUDONYM),
    }
    yield "person", 1, closed, _PSEUDONYM
    for name, rows in held.rows.items():
        kept, erased = words.get(name, (permit if name in _OF_PERMITS else _NO_END, _STAYS))
        yield name, rows, kept, erased
