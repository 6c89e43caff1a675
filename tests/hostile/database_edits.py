"""Edits of a thief with the database and without keys, each with the words that name it."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from gateway.exchange.integrity.permit_record import permit_record_of
from tests.hostile.database_thief import (
    CLOSED,
    NUMBER,
    REVERSED,
    Rows,
    Victim,
    victim,
)

P = f"(SELECT id FROM permit WHERE number = '{NUMBER}')"
C = f"(SELECT id FROM confirmation WHERE permit_id = {P})"
DOC = f"permit_id = {P} AND version = 'v2' AND form = 'non-final'"


def forged_box_11(robbed: Victim) -> None:
    robbed.attack(
        f"""UPDATE permit SET content = replace(content, '"1200"', '"9200"') WHERE id = {P}""",
        f"UPDATE ledger_line SET authorised = 9200000000 WHERE permit_id = {P} AND position = 'A'",
    )


def deleted_confirmation(robbed: Victim) -> None:
    robbed.attack(
        f"DELETE FROM confirmed_quantity WHERE confirmation_id IN {C}",
        f"DELETE FROM confirmation WHERE permit_id = {P}",
        f"UPDATE ledger_line SET confirmed_at_import = 0 WHERE permit_id = {P}",
    )


def taken_back_to_an_earlier_revision(robbed: Victim) -> None:
    deleted_confirmation(robbed)
    robbed.attack(
        f"DELETE FROM permit_record WHERE permit_id = {P} AND revision = 2",
        f"UPDATE permit SET revision = 1, changed_at = created_at WHERE id = {P}",
    )


def deleted_permit(robbed: Victim) -> None:
    deleted_confirmation(robbed)
    children = (
        "document",
        "attachment",
        "ledger_line",
        "quota_line",
        "reexport_line",
        "declaration",
        "permit_record",
    )
    robbed.attack(
        *(f"DELETE FROM {table} WHERE permit_id = {P}" for table in children),
        f"DELETE FROM permit WHERE number = '{NUMBER}'",
    )


def copied_permit(robbed: Victim, number: str = "MZ26EX000777") -> None:
    columns = "authority_id, status, successor, token_hash, countries, attachments, revision,"
    columns += " created_at, changed_at, content"
    new = f"(SELECT id FROM permit WHERE number = '{number}')"
    robbed.attack(
        f"INSERT INTO permit (id, number, {columns}) SELECT (SELECT max(id) + 1 FROM permit),"
        f" '{number}', {columns} FROM permit WHERE number = '{NUMBER}'",
        "INSERT INTO document (permit_id, version, form, content_id, seal_id) SELECT"
        f" {new}, version, form, content_id, seal_id FROM document WHERE permit_id = {P}",
    )


def swapped_numbers(robbed: Victim) -> None:
    robbed.attack(
        f"UPDATE permit SET number = 'x' WHERE number = '{NUMBER}'",
        f"UPDATE permit SET number = '{NUMBER}' WHERE number = '{REVERSED}'",
        f"UPDATE permit SET number = '{REVERSED}' WHERE number = 'x'",
    )


def record_id(robbed: Victim, revision: int) -> str:
    return robbed.one(
        f"SELECT exchange_id FROM permit_record WHERE permit_id = {P} AND revision = {revision}"
    )


def forged_record(robbed: Victim) -> None:
    """The status and its record are changed alike; the signature cannot be made."""
    identity = record_id(robbed, 2)
    message = bytes(robbed.one(f"SELECT request FROM exchange WHERE id = '{identity}'"))
    forged = message.replace(b'"status":"issued"', b'"status":"cancelled"')
    assert forged != message
    robbed.attack(
        f"UPDATE permit SET status = 'cancelled' WHERE id = {P}",
        f"UPDATE exchange SET request = {robbed.hexadecimal(forged)} WHERE id = '{identity}'",
    )


def another_record_of_the_same_permit(robbed: Victim) -> None:
    """An unsigned record for the next revision, which the gateway itself then seals."""
    identity = record_id(robbed, 2)
    with robbed.open() as gateway:
        (row,) = gateway.store.sealed_journal.records([identity])
        record = replace(
            permit_record_of(row), id=row.id[:-4] + "ffff", revision=3, event="cancelled"
        )
        columns = {**record.state["permit"][""], "status": "cancelled"}
        record = replace(record, state={**record.state, "permit": {"": columns}})
        gateway.store.journal.record(record.exchange(None))
    robbed.attack(
        f"UPDATE permit SET status = 'cancelled', revision = 3 WHERE id = {P}",
        "INSERT INTO permit_record (permit_id, revision, exchange_id)"
        f" VALUES ({P}, 3, '{record.id}')",
    )
    robbed.seal_journal()


def removed_record(robbed: Victim) -> None:
    """With its leaf, and a permit taken back to before it."""
    identity = record_id(robbed, 2)
    taken_back_to_an_earlier_revision(robbed)
    robbed.attack(
        f"DELETE FROM exchange WHERE id = '{identity}'",
        f"DELETE FROM journal_leaf WHERE exchange_id = '{identity}'",
    )


@cache
def rows_of_another_node() -> Rows:
    """Of a gateway with the same permits and keys of its own."""
    with tempfile.TemporaryDirectory() as folder:
        other = victim(Path(folder) / "mz", f"sqlite:///{folder}/other.db")
        rows = other.rows()
        other.engine.dispose()
    return rows


def the_journal_of_another_node(robbed: Victim) -> None:
    """Its records, leaves and heads, which are whole and signed, with another key."""
    journal = ("exchange", "journal_leaf", "journal_head", "journal_stamp", "permit_record")
    robbed.put_back(rows_of_another_node(), only=journal)


def sql(*statements: str) -> Callable[[Victim], None]:
    return lambda robbed: robbed.attack(*statements)


EDITS: dict[str, tuple[Callable[[Victim], None], tuple[str, ...]]] = {
    "box 11 is raised": (
        forged_box_11,
        (NUMBER, "table permit: content is", "table ledger_line, row A: authorised is 9200000000"),
    ),
    "a cancelled permit is in force again": (
        sql("UPDATE permit SET status = 'issued' WHERE number = 'MZ26EX000114'"),
        ("MZ26EX000114", "status is 'issued'; recorded is 'cancelled'"),
    ),
    "a permit is cancelled": (
        sql(f"UPDATE permit SET status = 'cancelled' WHERE id = {P}"),
        (NUMBER, "status is 'cancelled'; recorded is 'issued'"),
    ),
    "a replaced permit names another successor": (
        sql("UPDATE permit SET successor = 'MZ26EX000777' WHERE number = 'MZ26EX000115'"),
        ("MZ26EX000115", "successor is 'MZ26EX000777'"),
    ),
    "what was confirmed is not counted": (
        sql(f"UPDATE ledger_line SET confirmed_at_import = 0 WHERE permit_id = {P}"),
        (NUMBER, "table ledger_line, row A: confirmed_at_import is 0; recorded is 1000000000"),
    ),
    "a line of the ledger is deleted": (
        sql(f"DELETE FROM ledger_line WHERE permit_id = {P} AND position = 'B'"),
        (NUMBER, "table ledger_line, row B: is missing"),
    ),
    "a confirmation is deleted": (
        deleted_confirmation,
        (NUMBER, "table confirmation, row", "is missing; recorded is", "caller 'za'"),
    ),
    "a confirmation is added": (
        sql(
            "INSERT INTO confirmation (id, permit_id, place, caller, role, at, message_sha256)"
            f" SELECT 'forged', permit_id, 7, caller, role, at, message_sha256"
            f" FROM confirmation WHERE permit_id = {P}"
        ),
        (NUMBER, "table confirmation, row forged: was added"),
    ),
    "another quantity was confirmed": (
        sql(f"UPDATE confirmed_quantity SET amount = '1' WHERE confirmation_id IN {C}"),
        (NUMBER, "table confirmed_quantity", "amount is '1'; recorded is '1000'"),
    ),
    "somebody else has confirmed": (
        sql(f"UPDATE confirmation SET caller = 'ch' WHERE permit_id = {P}"),
        (NUMBER, "caller is 'ch'; recorded is 'za'"),
    ),
    "a reversal is deleted": (
        sql("DELETE FROM reversal"),
        (REVERSED, "table reversal, row", "is missing"),
    ),
    "a declaration is taken back": (
        sql("UPDATE declaration SET used_up = FALSE"),
        (CLOSED, "table declaration", "used_up is 0; recorded is 1"),
    ),
    "a document is exchanged, with its digest": (
        sql(
            "INSERT INTO content (id, sha256, bytes) SELECT (SELECT max(id) + 1 FROM content),"
            " 'ffff', bytes FROM content WHERE id = (SELECT content_id FROM document WHERE"
            " version = 'v1' AND permit_id <> " + P + " ORDER BY permit_id LIMIT 1)",
            "UPDATE document SET content_id = (SELECT max(id) FROM content) WHERE " + DOC,
        ),
        (NUMBER, "table document, row v2 non-final: content is"),
    ),
    "a document is deleted": (
        sql(f"DELETE FROM document WHERE {DOC}"),
        (NUMBER, "table document, row v2 non-final: is missing"),
    ),
    "a seal is taken away": (
        sql(f"UPDATE document SET seal_id = NULL WHERE {DOC}"),
        (NUMBER, "table document, row v2 non-final: seal is None; recorded is"),
    ),
    "a seal is that of another permit": (
        sql(
            "UPDATE document SET seal_id = (SELECT seal_id FROM document WHERE version = 'v2' AND"
            f" form = 'non-final' AND permit_id <> {P} ORDER BY permit_id LIMIT 1) WHERE {DOC}"
        ),
        (NUMBER, "table document, row v2 non-final: seal is"),
    ),
    "a loss note is added": (
        sql(
            "INSERT INTO loss_note (permit_id, version, form, place, box, field, value, path)"
            f" VALUES ({P}, 'v2', 'non-final', 0, '10', 'annotation', '#4', '')"
        ),
        (NUMBER, "table loss_note, row v2 non-final 0: was added"),
    ),
    "a former document is invented": (
        sql(
            "INSERT INTO former_document (permit_id, version, form, exchange_id, content_id,"
            " replaced_at) SELECT permit_id, version, form, 'x', content_id, '2026-11-29'"
            f" FROM document WHERE {DOC}"
        ),
        (NUMBER, "table former_document, row v2 non-final x: was added"),
    ),
    "a file is attached": (
        sql(
            "INSERT INTO attachment (permit_id, place, name, content_id) SELECT permit_id, 0,"
            f" 'scan.pdf', content_id FROM document WHERE {DOC}",
            f"UPDATE permit SET attachments = 1 WHERE id = {P}",
        ),
        (NUMBER, "table attachment, row 0: was added; it says name 'scan.pdf'"),
    ),
    "a token is exchanged for one that the thief knows": (
        sql(
            "UPDATE permit SET token_hash = (SELECT token_hash FROM permit WHERE number ="
            f" '{REVERSED}') WHERE number = '{NUMBER}'"
        ),
        (NUMBER, "token_hash is"),
    ),
    "another country may see a permit": (
        sql(f"""UPDATE permit SET countries = '["CN","MZ","ZA"]' WHERE id = {P}"""),
        (NUMBER, "countries is", "CN"),
    ),
    "a permit is deleted": (deleted_permit, (NUMBER, "table permit: is missing; recorded is")),
    "a permit is added": (
        copied_permit,
        ("MZ26EX000777", "was added to the database: no record tells that it was published"),
    ),
    "two permits exchange their numbers": (
        swapped_numbers,
        (NUMBER, REVERSED, f"number is '{REVERSED}'; recorded is '{NUMBER}'"),
    ),
    "a permit is taken back to an earlier revision": (
        taken_back_to_an_earlier_revision,
        (NUMBER, "table permit_record: revision 2 (confirmed at", "is missing"),
    ),
    "a permit and its record are changed alike": (
        forged_record,
        (NUMBER, "was forged: It is not a signature of", "is not what was sealed"),
    ),
    "a record is added, and sealed by the gateway itself": (
        another_record_of_the_same_permit,
        (NUMBER, "has no signature, although earlier ones have: it was forged"),
    ),
    "the record of a confirmation is removed with everything that it tells of": (
        removed_record,
        (NUMBER, "record", "has the confirmation of za", "records; its head counts"),
    ),
    "the journal is that of another node": (
        the_journal_of_another_node,
        (NUMBER, "none of ours", "was forged"),
    ),
}

ON_SERVER = (
    "box 11 is raised",
    "a confirmation is added",
    "a declaration is taken back",
    "a file is attached",
    "a token is exchanged for one that the thief knows",
    "another country may see a permit",
    "a permit is added",
    "a permit and its record are changed alike",
    "the journal is that of another node",
)
"""Edits for PostgreSQL too: of each kind of column (JSON, number, text, truth value, bytes), a row
more, and whole tables. Rows are compared in the same way, whatever the database.
"""
