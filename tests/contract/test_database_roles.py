"""Database roles: each table has a decision for each role, and the documentation prints them."""

import re

from gateway.store.tables import metadata
from tests.contract import sources
from tests.database_roles import PRUNE, PUBLISH, READ, SERVE, WEB, decisions, grants

PAGE = sources.ROOT / "docs/database-roles.md"
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
APPEND_ONLY = {
    "confirmation",
    "confirmed_quantity",
    "content",
    "declaration",
    "declaration_use",
    "exchange",
    "journal_head",
    "journal_hold",
    "journal_leaf",
    "journal_pruned",
    "journal_release",
    "journal_stamp",
    "mismatch_settlement",
    "outbox_event",
    "reversal",
    "service_mode",
}
PRUNED = {"exchange", "content"}


def test_each_table_has_a_decision() -> None:
    assert set(decisions()) == {*metadata.tables, "alembic_version"}


def test_each_column_of_a_decision_is_there() -> None:
    for table, roles in decisions().items():
        if table == "alembic_version":
            continue
        known = {column.name for column in metadata.tables[table].columns}
        for role, text in roles.items():
            for columns in grants(text).values():
                assert (columns or set()) <= known, (table, role)


def test_the_page_prints_the_grants_of_the_script() -> None:
    printed = {table: texts for table, *texts in ROW.findall(PAGE.read_text(encoding="utf-8"))}
    assert printed == {
        table: [roles[role] for role in (SERVE, PUBLISH, PRUNE, READ)]
        for table, roles in decisions().items()
    }


def test_the_page_prints_the_grants_of_the_pages_for_people() -> None:
    row = re.compile(r"^\| `(\w+)` \| ([^|]+) \|$", re.MULTILINE)
    printed = dict(row.findall(PAGE.read_text(encoding="utf-8")))
    granted = {table: roles[WEB] for table, roles in decisions().items() if roles[WEB] != "-"}
    assert printed == granted
    assert len(granted) > 40


def test_the_pages_for_people_may_do_nothing_that_serving_may_not() -> None:
    for table, roles in decisions().items():
        serving = grants(roles[SERVE])
        for privilege, columns in grants(roles[WEB]).items():
            assert privilege in serving, (table, privilege)
            allowed = serving[privilege]
            is_within = allowed is None or (columns is not None and columns <= allowed)
            assert is_within, (table, privilege)


def test_what_is_append_only_is_changed_by_no_role_and_pruned_by_one() -> None:
    for table in APPEND_ONLY:
        for role, text in decisions()[table].items():
            allowed = {"DELETE"} if role == PRUNE and table in PRUNED else set()
            assert grants(text).keys() & {"UPDATE", "DELETE"} == allowed, (table, role)


def test_reports_see_no_secret() -> None:
    for table, columns in {
        "permit": {"token_hash"},
        "outbox": {"token"},
        "exchange": {"request", "answer"},
        "mail_question": {"token_sha256"},
        "shared_key": {"fingerprint"},
        "taken_message": {"mark"},
    }.items():
        seen = grants(decisions()[table][READ]).get("SELECT", frozenset())
        assert seen is not None, table
        assert not seen & columns, table
