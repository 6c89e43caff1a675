"""People who sign in: accounts, roles, passkeys, sessions, one-time codes, failed sign-ins."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0018"
expands = True


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "person",
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(70), nullable=False),
        sa.Column("full_name", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(48), nullable=False),
        sa.Column("disabled_at", sa.String(48)),
        sa.Column("password_hash", sa.Text),
        sa.Column("totp_secret", sa.LargeBinary),
        sa.Column("totp_step", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("failed_at", sa.String(48)),
        sa.PrimaryKeyConstraint("person_id", name="pk_person"),
        sa.UniqueConstraint("name", name="uq_person_name"),
    )
    op.create_table(
        "person_role",
        _person("person_role"),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("authority", sa.String(73), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "role", "authority", name="pk_person_role"),
    )
    op.create_table(
        "passkey",
        sa.Column("credential", sa.LargeBinary, nullable=False),
        _person("passkey"),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.Integer, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(48), nullable=False),
        sa.PrimaryKeyConstraint("credential", name="pk_passkey"),
    )
    op.create_index("ix_passkey_person_id", "passkey", ["person_id"])
    op.create_table(
        "web_session",
        sa.Column("digest", sa.String(64), nullable=False),
        _person("web_session"),
        sa.Column("is_full", sa.Boolean, nullable=False),
        sa.Column("began_at", sa.String(48), nullable=False),
        sa.Column("seen_at", sa.String(48), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("program", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_web_session"),
    )
    op.create_index("ix_web_session_person_id", "web_session", ["person_id"])
    op.create_table(
        "one_time_code",
        sa.Column("digest", sa.String(64), nullable=False),
        _person("one_time_code"),
        sa.Column("expires_at", sa.String(48), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_one_time_code"),
        sa.UniqueConstraint("person_id", name="uq_one_time_code_person_id"),
    )
    op.create_table(
        "failed_sign_in",
        sa.Column("address", sa.String(50), nullable=False),
        sa.Column("since", sa.String(48), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("address", name="pk_failed_sign_in"),
    )


def downgrade() -> None:
    """Remove them."""
    for table in (
        *("failed_sign_in", "one_time_code", "web_session", "passkey", "person_role", "person"),
    ):
        op.drop_table(table)


def _person(table: str) -> sa.Column[str]:
    name = f"fk_{table}_person"
    return sa.Column(
        "person_id", sa.String(36), sa.ForeignKey("person.person_id", name=name), nullable=False
    )
