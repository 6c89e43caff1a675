"""Append-only triggers, in the SQL of each database."""

from alembic import op


def forbid(table: str, action: str) -> None:
    """Refuse UPDATE or DELETE of any row of the table."""
    if _on_postgresql():
        op.execute(f"{_head(table, action)} EXECUTE FUNCTION refuse_change()")
    else:
        op.execute(
            f"{_head(table, action)} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def allow(table: str, action: str) -> None:
    """Undo `forbid`."""
    of_table = f" ON {table}" if _on_postgresql() else ""
    op.execute(f"DROP TRIGGER {table}_no_{action.lower()}{of_table}")


def forbid_delete_when(table: str, condition: str) -> None:
    """Refuse DELETE of a row where the condition holds.

    condition: SQL that both databases understand; the row is `OLD`.
    """
    if _on_postgresql():
        op.execute(
            f"CREATE FUNCTION {table}_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF"
            f" {condition} THEN RAISE EXCEPTION '{table} is append-only' USING ERRCODE ="
            " 'restrict_violation'; END IF; RETURN OLD; END $$"
        )
        op.execute(f"{_head(table, 'DELETE')} EXECUTE FUNCTION {table}_no_delete()")
    else:
        refuse = f"SELECT RAISE(ABORT, '{table} is append-only')"
        op.execute(f"{_head(table, 'DELETE')} WHEN {condition} BEGIN {refuse}; END")


def allow_delete(table: str) -> None:
    """Undo `forbid_delete_when`."""
    if _on_postgresql():
        op.execute(f"DROP FUNCTION {table}_no_delete() CASCADE")
    else:
        op.execute(f"DROP TRIGGER {table}_no_delete")


def _head(table: str, action: str) -> str:
    return f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} FOR EACH ROW"


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
