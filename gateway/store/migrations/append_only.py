"""Triggers that keep rows as they were written, in the words of each database."""

from alembic import op


def forbid(table: str, action: str) -> None:
    """Refuse UPDATE or DELETE of any row of the table."""
    head = f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} FOR EACH ROW"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"{head} EXECUTE FUNCTION refuse_change()")
    else:
        op.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")
