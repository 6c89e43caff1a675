"""Database privileges: what the role that serves may do on PostgreSQL beyond what serving needs.

The script conf/database-roles.sql gives epix_serve the privileges named here; a test compares both.
What goes beyond them is what a thief of this role could do to the journal and to permits.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, text

from gateway.store.database import engines
from gateway.store.database.errors import guarded
from gateway.store.tables import metadata

MAY_INSERT = frozenset(
    {
        "api_budget",
        "api_request",
        "configuration_change",
        "confirmation",
        "confirmed_quantity",
        "content",
        "declaration_use",
        "customs_look_up",
        "declaration",
        "document",
        "exchange",
        "exchange_count",
        "exchange_counted",
        "failed_sign_in",
        "foreign_reexport",
        "integrity_walk",
        "journal_anchor",
        "journal_head",
        "journal_leaf",
        "journal_stamp",
        "key_list",
        "loss_note",
        "mail_question",
        "mismatch_act",
        "mismatch_partner",
        "mismatch_settlement",
        "one_time_code",
        "outbox",
        "outbox_event",
        "partner_head",
        "partner_last_result",
        "partner_probe",
        "partner_result",
        "passkey",
        "permit_event",
        "permit_record",
        "permit_suspension",
        "person",
        "person_link",
        "person_role",
        "reversal",
        "shared_key",
        "shared_mismatch",
        "shown_certificate",
        "sign_on_answer",
        "supporting_document",
        "taken_message",
        "training_exercise",
        "unlinked_subject",
        "web_session",
        "webhook_cursor",
        "webhook_message",
    }
)
MAY_UPDATE = {
    "api_budget": {"window_began", "calls"},
    "api_key": {"used_on"},
    "api_request": {"status", "answer"},
    "compatibility": {"id"},
    "customs_look_up": {
        *("due_at", "state", "attempts", "version", "document", "attachments", "refusal"),
        *("fetched_at", "answered_at", "seen"),
    },
    "exchange_count": {"times", "newest"},
    "exchange_counted": {"position"},
    "failed_sign_in": {"failures"},
    "key_list": {"content", "received_at"},
    "ledger_line": {"confirmed_at_export", "confirmed_at_import"},
    "mail_question": {"mailed_at", "answered_at", "answer", "asked_by"},
    "mismatch_act": {"taken_at", "refusal"},
    "mismatch_partner": {"outcome", "at"},
    "outbox": {"token", "state", "attempts", "due_at", "confirmation_id"},
    "partner_last_result": {"good_at", "bad_at", "failing_since"},
    "partner_probe": {"due_at"},
    "partner_result": {
        "answered",
        "refused",
        "failed",
        "unreachable",
        "milliseconds",
        "slowest",
    },
    "passkey": {"sign_count"},
    "permit": {"status", "successor", "attachments", "revision", "changed_at"},
    "person": {
        *("name", "full_name", "disabled_at", "password_hash", "totp_secret", "totp_step"),
        *("failures", "failed_at"),
    },
    "shared_mismatch": {
        *("ours", "ours_as_of", "theirs", "theirs_as_of"),
        *("waits_since", "due_at", "attempts", "outcome"),
    },
    "supporting_document": {"removed_at", "removed_by", "removal_reason"},
    "taken_message": {"kept_until"},
    "web_session": {"authority", "seen_at"},
    "webhook_cursor": {"at"},
    "webhook_message": {"state", "attempts", "due_at"},
}
"""Table -> columns."""

MAY_DELETE = frozenset(
    {
        "api_request",
        "customs_look_up",
        "document",
        "exchange_count",
        "failed_sign_in",
        "integrity_walk",
        "loss_note",
        "mail_question",
        "one_time_code",
        "partner_result",
        "passkey",
        "permit_suspension",
        "person_link",
        "person_role",
        "sign_on_answer",
        "taken_message",
        "unlinked_subject",
        "web_session",
        "webhook_message",
    }
)

_ATTRIBUTES = text(
    "SELECT rolsuper, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles"
    " WHERE rolname = current_user"
)
_ATTRIBUTE_WORDS = (
    "is a superuser",
    "may make roles",
    "may replicate the whole server",
    "bypasses row security",
)
_OWNS = text(
    "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
    " AND relkind = 'r' AND pg_has_role(relowner, 'USAGE')"
)
_TABLE = text(
    "SELECT has_table_privilege(:table, 'INSERT'), has_table_privilege(:table, 'DELETE'),"
    " has_table_privilege(:table, 'TRUNCATE')"
)
_COLUMNS = text(
    "SELECT attname FROM pg_attribute WHERE attrelid = CAST(:table AS regclass) AND attnum > 0"
    " AND NOT attisdropped AND has_column_privilege(attrelid, attnum, 'UPDATE')"
)


def excess_of_serving(address: str) -> tuple[str, Sequence[str]]:
    """The role of an address of a migrated database, and what it may do beyond serving.

    Nothing on SQLite, which has no roles. Raises ServiceUnavailable.
    """
    url = engines.parse_address(address)
    if url.get_backend_name() != "postgresql":
        return "", ()
    engine = engines.reading(url)
    try:
        with guarded(), engine.connect() as connection:
            role = str(connection.execute(text("SELECT current_user")).scalar_one())
            return role, list(_excess(connection))
    finally:
        engine.dispose()


def _excess(connection: Connection) -> Iterator[str]:
    attributes = connection.execute(_ATTRIBUTES).one()
    yield from (words for words, has in zip(_ATTRIBUTE_WORDS, attributes, strict=True) if has)
    if attributes.rolsuper:
        return
    if connection.execute(_OWNS).scalar_one():
        yield "owns the tables"
        return
    for table in sorted(metadata.tables):
        may_insert, may_delete, may_truncate = connection.execute(_TABLE, {"table": table}).one()
        columns = set(connection.execute(_COLUMNS, {"table": table}).scalars())
        if may_insert and table not in MAY_INSERT:
            yield f"may add to {table}"
        if beyond := columns - MAY_UPDATE.get(table, set()):
            yield f"may change {table} ({', '.join(sorted(beyond))})"
        if (may_delete and table not in MAY_DELETE) or may_truncate:
            yield f"may remove rows of {table}"
