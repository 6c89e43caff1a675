"""Tables of permits with their documents, append-only confirmations, and the journal of exchanges.

Triggers refuse to change or delete confirmations, also for the owner of the database password.
Records of the journal are not changed; deleting them stays possible, for retention.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None

_FORBIDDEN = {
    "confirmation": ("UPDATE", "DELETE"),
    "confirmed_quantity": ("UPDATE", "DELETE"),
    "exchange": ("UPDATE",),
}
_MOMENT = sa.String(48)
_NUMBER = sa.String(70)
_SHA256 = sa.String(64)


def upgrade() -> None:
    """Make the tables and their triggers."""
    op.create_table(
        "authority",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("code", _NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_authority"),
        sa.UniqueConstraint("country", "code", name="uq_authority_country_code"),
    )
    op.create_table(
        "permit",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("authority_id", sa.Integer, nullable=False),
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("successor", _NUMBER),
        sa.Column("token_hash", sa.LargeBinary),
        sa.Column("countries", sa.Text, nullable=False),
        sa.Column("attachments", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_permit"),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name="fk_permit_authority"),
        sa.UniqueConstraint("authority_id", "number", name="uq_permit_authority_id_number"),
    )
    op.create_table(
        "document",
        sa.Column("permit_id", sa.Integer, nullable=False),
        sa.Column("version", sa.String(8), nullable=False),
        sa.Column("form", sa.String(16), nullable=False),
        sa.Column("sha256", _SHA256, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("permit_id", "version", "form", name="pk_document"),
        sa.ForeignKeyConstraint(["permit_id"], ["permit.id"], name="fk_document_permit"),
    )
    op.create_table(
        "attachment",
        sa.Column("permit_id", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sha256", _SHA256, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("permit_id", "place", name="pk_attachment"),
        sa.ForeignKeyConstraint(["permit_id"], ["permit.id"], name="fk_attachment_permit"),
    )
    op.create_table(
        "confirmation",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("permit_id", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("message_sha256", _SHA256, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_confirmation"),
        sa.ForeignKeyConstraint(["permit_id"], ["permit.id"], name="fk_confirmation_permit"),
        sa.UniqueConstraint("permit_id", "place", name="uq_confirmation_permit_id_place"),
    )
    op.create_table(
        "confirmed_quantity",
        sa.Column("confirmation_id", sa.String(36), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("position", sa.Text, nullable=False),
        sa.Column("amount", sa.Text, nullable=False),
        sa.Column("unit", sa.Text),
        sa.PrimaryKeyConstraint("confirmation_id", "place", name="pk_confirmed_quantity"),
        sa.ForeignKeyConstraint(
            ["confirmation_id"], ["confirmation.id"], name="fk_confirmed_quantity_confirmation"
        ),
        sa.UniqueConstraint(
            "confirmation_id", "position", name="uq_confirmed_quantity_confirmation_id_position"
        ),
    )
    op.create_table(
        "exchange",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("direction", sa.String(8), nullable=False),
        sa.Column("began_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=False),
        sa.Column("operation", sa.Text),
        sa.Column("caller", sa.Text),
        sa.Column("callee", sa.Text),
        sa.Column("fingerprint", sa.Text),
        sa.Column("permit_number", sa.Text),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("request_sha256", _SHA256, nullable=False),
        sa.Column("answer_sha256", _SHA256, nullable=False),
        sa.Column("request", sa.LargeBinary, nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exchange"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE"
            " EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"
            " END $$"
        )
    for table, actions in _FORBIDDEN.items():
        for action in actions:
            op.execute(_trigger(table, action))


def _trigger(table: str, action: str) -> str:
    head = f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} FOR EACH ROW"
    if op.get_bind().dialect.name == "postgresql":
        return f"{head} EXECUTE FUNCTION refuse_change()"
    return f"{head} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"


def downgrade() -> None:
    """Remove everything: the triggers go with their tables."""
    for table in (
        "exchange",
        "confirmed_quantity",
        "confirmation",
        "attachment",
        "document",
        "permit",
        "authority",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
