"""Content-addressed storage: documents, seals and attachments once, under their SHA-256.

Permits and the journal refer to them. Earlier records of the journal stay as they are: they hold
their whole answers.
"""

from base64 import b64encode
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

# ruff: noqa: S608 - statements are put together from names that stand in this file

revision = "0004"
down_revision = "0003"

_SHA256 = sa.String(64)
_KEEP = "INSERT INTO content (sha256, bytes) {} ON CONFLICT DO NOTHING"
_NAMED = "(SELECT id FROM content WHERE content.sha256 = {}.{})"
_BYTES = "(SELECT bytes FROM content WHERE content.id = {}.{})"


def upgrade() -> None:
    """Move the content, and name it where it was."""
    op.create_table(
        "content",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("sha256", _SHA256, nullable=False),
        sa.Column("bytes", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_content"),
        sa.UniqueConstraint("sha256", name="uq_content_sha256"),
    )
    op.execute(_trigger("content"))
    op.add_column("document", sa.Column("seal_id", sa.Integer))
    _move_seals()
    for table in ("document", "attachment"):
        op.execute(_KEEP.format(f"SELECT sha256, content FROM {table} WHERE true"))
        op.add_column(table, sa.Column("content_id", sa.Integer))
        op.execute(f"UPDATE {table} SET content_id = {_NAMED.format(table, 'sha256')}")
        with op.batch_alter_table(table) as changed:
            changed.drop_column("sha256")
            changed.drop_column("content")
            changed.alter_column("content_id", existing_type=sa.Integer(), nullable=False)
            changed.create_foreign_key(f"fk_{table}_content", "content", ["content_id"], ["id"])
            if table == "document":
                changed.drop_column("seal")
                changed.create_foreign_key(
                    "fk_document_content_seal", "content", ["seal_id"], ["id"]
                )
    op.drop_column("exchange", "request_sha256")
    op.drop_column("exchange", "answer_sha256")
    op.add_column("exchange", sa.Column("answer_content", sa.Text))


def _move_seals() -> None:
    bind = op.get_bind()
    keys = bind.execute(
        sa.text("SELECT permit_id, version, form FROM document WHERE seal IS NOT NULL")
    ).all()
    this = "FROM document WHERE permit_id = :permit_id AND version = :version AND form = :form"
    for key in keys:
        row = key._asdict()
        row["sha256"] = sha256(
            bind.execute(sa.text(f"SELECT seal {this}"), row).scalar_one()
        ).hexdigest()
        bind.execute(
            sa.text(_KEEP.format(f"SELECT CAST(:sha256 AS VARCHAR(64)), seal {this}")), row
        )
        named = (
            f"(SELECT id FROM content WHERE sha256 = :sha256) {this.removeprefix('FROM document ')}"
        )
        bind.execute(sa.text(f"UPDATE document SET seal_id = {named}"), row)


def downgrade() -> None:
    """Put everything back where it was, also into the records of the journal."""
    _complete_records()
    op.add_column("document", sa.Column("seal", sa.LargeBinary))
    op.execute(f"UPDATE document SET seal = {_BYTES.format('document', 'seal_id')}")
    for table in ("attachment", "document"):
        op.add_column(table, sa.Column("sha256", _SHA256))
        op.add_column(table, sa.Column("content", sa.LargeBinary))
        digest = _BYTES.replace("bytes", "sha256").format(table, "content_id")
        op.execute(
            f"UPDATE {table} SET content = {_BYTES.format(table, 'content_id')}, sha256 = {digest}"
        )
        with op.batch_alter_table(table) as changed:
            changed.drop_constraint(f"fk_{table}_content", type_="foreignkey")
            if table == "document":
                changed.drop_constraint("fk_document_content_seal", type_="foreignkey")
                changed.drop_column("seal_id")
            changed.drop_column("content_id")
            changed.alter_column("sha256", existing_type=_SHA256, nullable=False)
            changed.alter_column("content", existing_type=sa.LargeBinary(), nullable=False)
    op.drop_table("content")


def _complete_records() -> None:
    bind = op.get_bind()
    on_postgresql = bind.dialect.name == "postgresql"
    op.execute(f"DROP TRIGGER exchange_no_update{' ON exchange' if on_postgresql else ''}")
    for party in ("request", "answer"):
        op.add_column("exchange", sa.Column(f"{party}_sha256", _SHA256))
    find = sa.text("SELECT request, answer, answer_content FROM exchange WHERE id = :id")
    complete = sa.text(
        "UPDATE exchange SET answer = :answer, request_sha256 = :request_sha256, answer_sha256 ="
        " :answer_sha256 WHERE id = :id"
    )
    for (identity,) in bind.execute(sa.text("SELECT id FROM exchange")).all():
        request, answer, places = bind.execute(find, {"id": identity}).one()
        whole = _whole(bytes(answer), places)
        digests = {
            "request_sha256": sha256(request).hexdigest(),
            "answer_sha256": sha256(whole).hexdigest(),
        }
        bind.execute(complete, {"id": identity, "answer": whole, **digests})
    with op.batch_alter_table("exchange") as exchange:
        for party in ("request", "answer"):
            exchange.alter_column(f"{party}_sha256", existing_type=_SHA256, nullable=False)
        exchange.drop_column("answer_content")
    op.execute(_trigger("exchange"))


def _whole(own: bytes, places: str | None) -> bytes:
    parts: list[bytes] = []
    done = 0
    for before, key, *encoding in (place.split(":") for place in (places or "").split()):
        kept = op.get_bind().execute(
            sa.text("SELECT bytes FROM content WHERE sha256 = :key"), {"key": key}
        )
        content = bytes(kept.scalar_one())
        parts += (own[done : int(before)], b64encode(content) if encoding else content)
        done = int(before)
    return b"".join((*parts, own[done:]))


def _trigger(table: str) -> str:
    head = f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW"
    if op.get_bind().dialect.name == "postgresql":
        return f"{head} EXECUTE FUNCTION refuse_change()"
    return f"{head} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
