"""Privileges of the database roles: each table, column and act is tried by each role.

What conf/database-roles.sql grants is allowed, and everything else is refused by the database.
"""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import make_url

from gateway.store.database import privileges
from gateway.store.tables import metadata
from tests import postgres
from tests.database_roles import (
    BACKUP,
    MIGRATE,
    PRUNE,
    PUBLISH,
    READ,
    SCRIPT,
    SERVE,
    USERS,
    as_role,
    database_with_roles,
    decisions,
    give_roles,
    grants,
)

pytestmark = pytest.mark.slow

REFUSED = {"42501", "23001"}
"""Insufficient privilege; a trigger."""

TABLES = {
    **{name: [column.name for column in table.columns] for name, table in metadata.tables.items()},
    "alembic_version": ["version_num"],
}
OF_OWNER = (
    "ALTER TABLE {} ADD COLUMN another int",
    "ALTER TABLE {} DISABLE TRIGGER ALL",
    "ALTER TABLE {} DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE {} OWNER TO CURRENT_USER",
    "CREATE TRIGGER another BEFORE INSERT ON {} EXECUTE FUNCTION refuse_change()",
    "CREATE INDEX another ON {} ((1))",
    "CREATE RULE another AS ON INSERT TO {} DO INSTEAD NOTHING",
    "TRUNCATE {} CASCADE",
    "DROP TABLE {} CASCADE",
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with database_with_roles(tmp_path_factory.mktemp("roles")) as made:
        yield made


@pytest.fixture(scope="module")
def sessions(url: str) -> Iterator[dict[str, psycopg.Connection]]:
    """A connection for each role."""
    opened = {role: psycopg.connect(as_role(url, role)) for role in (*USERS, MIGRATE)}
    yield opened
    for session in opened.values():
        session.close()


def outcome(session: psycopg.Connection, act: str) -> str:
    """SQLSTATE of an act, which is rolled back; empty: it succeeded."""
    try:
        session.execute(act)  # type: ignore[arg-type]
    except psycopg.Error as error:
        return error.sqlstate or "lost"
    finally:
        session.rollback()
    return ""


_ATTEMPTS = """
DO $$
DECLARE
    act text;
    states text[];
BEGIN
    FOREACH act IN ARRAY current_setting('tests.acts')::text[] LOOP
        BEGIN
            EXECUTE act;
            RAISE SQLSTATE 'TS000';  -- takes back what the act did
        EXCEPTION WHEN OTHERS THEN
            states := states || SQLSTATE;
        END;
    END LOOP;
    PERFORM set_config('tests.states', states::text, false);
END $$
"""


def outcomes(session: psycopg.Connection, acts: list[str]) -> dict[str, str]:
    """SQLSTATE of each act, TS000 if it succeeded; all are rolled back.

    The server does all of them at one request: there are thousands.
    """
    session.execute("SELECT set_config('tests.acts', %s::text[]::text, false)", [acts])
    session.execute(_ATTEMPTS)
    states = session.execute("SELECT current_setting('tests.states')::text[]").fetchone()
    session.rollback()
    assert states
    return dict(zip(acts, states[0], strict=True))


def acts(table: str) -> Iterator[tuple[str, str | None, str]]:
    """Each privilege, its column, and an act that needs it; none of them changes a row."""
    for column in TABLES[table]:
        yield "SELECT", column, f'SELECT "{column}" FROM {table} WHERE false'
        yield "UPDATE", column, f'UPDATE {table} SET "{column}" = NULL WHERE false'
    is_final = table in {"document", "loss_note"}  # serving adds no other: row security
    values = "(form) VALUES ('final')" if is_final else "DEFAULT VALUES"
    yield "INSERT", None, f"INSERT INTO {table} {values}"
    yield "DELETE", None, f"DELETE FROM {table} WHERE false"


@pytest.mark.parametrize("role", USERS)
def test_a_role_may_do_what_the_script_says_and_nothing_else(sessions, role) -> None:
    decided_of, expected = decisions(), dict[str, bool]()
    for table in TABLES:
        decided = grants(decided_of[table][role])
        for privilege, column, act in acts(table):
            columns = decided.get(privilege, frozenset())
            expected[act] = columns is None or column in columns
        expected |= {act.format(table): False for act in OF_OWNER}
    states = outcomes(sessions[role], list(expected))
    allowed = {act: state not in REFUSED for act, state in states.items()}
    assert {act for act in expected if allowed[act] != expected[act]} == set()


@pytest.mark.parametrize(
    "act",
    [
        "CREATE TABLE another (id int)",
        "CREATE TEMPORARY TABLE journal_hold (id text)",
        "CREATE FUNCTION another() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA another",
        "CREATE ROLE another",
        "ALTER ROLE CURRENT_USER SUPERUSER",
        "SET ROLE epix_migrate",
        "SET SESSION AUTHORIZATION tests",
        "SET session_replication_role = replica",  # would switch the triggers off
        "SET allow_system_table_mods = on",
        "ALTER FUNCTION refuse_change() RESET ALL",
        "ALTER FUNCTION exchange_no_delete() RESET ALL",
        "COPY permit TO PROGRAM 'cat'",
        "COPY permit FROM '/etc/passwd'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT * FROM pg_authid",
        "SELECT setval('permit_id_seq', 1)",
        "SELECT * FROM elsewhere.secret",
        "CREATE TABLE elsewhere.another (id int)",
    ],
)
@pytest.mark.parametrize("role", USERS)
def test_no_role_gets_out_of_its_tables(url, sessions, role, act) -> None:
    with psycopg.connect(url) as superuser:
        superuser.execute("CREATE SCHEMA IF NOT EXISTS elsewhere")
        superuser.execute("CREATE TABLE IF NOT EXISTS elsewhere.secret (id int)")
    assert outcome(sessions[role], act) in REFUSED


def test_a_table_without_a_decision_stops_the_script_and_changes_nothing(url: str) -> None:
    with psycopg.connect(as_role(url, MIGRATE), autocommit=True) as owner:
        owner.execute("CREATE TABLE undecided (id int)")
        owner.execute("GRANT SELECT ON taken_message TO epix_read")
        done = postgres.psql(url, "-f", SCRIPT)
        assert done.returncode != 0
        assert "no decision for: undecided" in done.stderr
        kept = "SELECT has_table_privilege('epix_read', 'taken_message', 'SELECT')"
        assert owner.execute(kept).fetchone() == (True,)
        owner.execute("DROP TABLE undecided")
    give_roles(url)


def test_the_script_takes_back_what_was_granted_beside_it(url: str) -> None:
    with psycopg.connect(as_role(url, MIGRATE), autocommit=True) as owner:
        owner.execute("GRANT ALL ON exchange TO PUBLIC, epix_serve")
        owner.execute("GRANT UPDATE (outcome) ON exchange TO epix_read")
        owner.execute("GRANT ALL ON SEQUENCE permit_id_seq TO epix_read")
    role, excess = privileges.excess_of_serving(as_role(url, SERVE))
    assert role == SERVE
    assert any(words.startswith("may change exchange (") for words in excess)
    assert "may remove rows of exchange" in excess
    give_roles(as_role(url, MIGRATE))
    assert privileges.excess_of_serving(as_role(url, SERVE)) == (SERVE, [])
    with psycopg.connect(as_role(url, READ)) as reader:
        assert outcome(reader, "UPDATE exchange SET outcome = NULL WHERE false") == "42501"
        assert outcome(reader, "SELECT nextval('permit_id_seq')") == "42501"


@pytest.mark.parametrize(
    ("gift", "back"),
    [
        ("ALTER ROLE epix_serve SUPERUSER", "ALTER ROLE epix_serve NOSUPERUSER"),
        ("GRANT epix_migrate TO epix_serve", "REVOKE epix_migrate FROM epix_serve"),
    ],
)
def test_a_role_that_is_more_than_itself_stops_the_script(url, gift, back) -> None:
    with psycopg.connect(url, autocommit=True) as superuser:
        superuser.execute(gift)
        try:
            done = postgres.psql(url, "-f", SCRIPT)
            _, excess = privileges.excess_of_serving(as_role(url, SERVE))
        finally:
            superuser.execute(back)
    assert done.returncode != 0
    assert SERVE in done.stderr
    assert excess in (["is a superuser"], ["owns the tables"])


def test_what_check_config_takes_for_serving_is_what_the_script_grants() -> None:
    serving = {table: grants(roles[SERVE]) for table, roles in decisions().items()}
    assert {name for name, of in serving.items() if "INSERT" in of} == privileges.MAY_INSERT
    assert {name for name, of in serving.items() if "DELETE" in of} == privileges.MAY_DELETE
    updates = {name: of["UPDATE"] for name, of in serving.items() if "UPDATE" in of}
    assert updates == privileges.MAY_UPDATE


@pytest.mark.parametrize("user", ["tests", MIGRATE])
def test_the_owner_and_the_superuser_are_kept_from_mistakes(url, user) -> None:
    with psycopg.connect(make_url(url).set(username=user).render_as_string(False)) as session:
        for act in (
            "TRUNCATE exchange",
            "TRUNCATE permit CASCADE",
            "DELETE FROM exchange",
            "DELETE FROM content",
        ):
            assert outcome(session, act) == "23001", act


def test_the_roles_of_one_server_serve_several_databases(url: str, tmp_path) -> None:
    with database_with_roles(tmp_path) as other, psycopg.connect(as_role(url, BACKUP)) as session:
        schema = make_url(other).query["options"].removeprefix("-csearch_path=")
        assert outcome(session, f"SELECT * FROM {schema}.permit") == ""  # the same role, by name
        assert outcome(session, f"DELETE FROM {schema}.permit") == "42501"


@pytest.mark.parametrize(
    ("role", "act"),
    [
        (SERVE, "UPDATE exchange SET outcome = 'ok'"),
        (SERVE, "DELETE FROM exchange"),
        (SERVE, "DELETE FROM confirmation"),
        (SERVE, "UPDATE confirmed_quantity SET amount = '1'"),
        (SERVE, "DELETE FROM reversal"),
        (SERVE, "INSERT INTO journal_pruned VALUES ('x', 'y')"),
        (SERVE, "INSERT INTO journal_release VALUES ('1', '', '', '')"),
        (
            SERVE,
            "INSERT INTO service_mode VALUES (1, false, '', '', '')",
        ),
        (SERVE, "UPDATE permit SET content = '{}'"),
        (SERVE, "UPDATE permit SET token_hash = '\\x00'"),
        (SERVE, "UPDATE permit SET countries = '[]'"),
        (SERVE, "UPDATE ledger_line SET authorised = 9"),
        (SERVE, "UPDATE compatibility SET oldest = '9'"),
        (SERVE, "UPDATE document SET content_id = 1"),
        (SERVE, "INSERT INTO document VALUES (1, 'v1', 'non-final', 1)"),
        (PUBLISH, "UPDATE confirmation SET caller = 'x'"),
        (PUBLISH, "DELETE FROM confirmed_quantity"),
        (PUBLISH, "DELETE FROM reversal"),
        (PUBLISH, "UPDATE exchange SET outcome = 'ok'"),
        (PUBLISH, "DELETE FROM exchange"),
        (PUBLISH, "UPDATE permit SET token_hash = '\\x00'"),
        (PUBLISH, "DELETE FROM permit"),
        (PUBLISH, "INSERT INTO journal_head VALUES (1, '', '', '')"),
        (PUBLISH, "SELECT token FROM outbox"),
        (PRUNE, "INSERT INTO journal_release VALUES ('1', '', '', '')"),
        (PRUNE, "DELETE FROM journal_hold"),
        (PRUNE, "DELETE FROM journal_leaf"),
        (PRUNE, "DELETE FROM confirmation"),
        (PRUNE, "UPDATE exchange SET permit_number = NULL"),
        (PRUNE, "SELECT token_hash FROM permit"),
        (READ, "SELECT token_hash FROM permit"),
        (READ, "SELECT * FROM permit"),
        (READ, "SELECT request FROM exchange"),
        (READ, "SELECT answer FROM exchange"),
        (READ, "SELECT token FROM outbox"),
        (READ, "SELECT fingerprint FROM shared_key"),
        (READ, "SELECT 1 FROM permit FOR UPDATE"),
        (BACKUP, "INSERT INTO exchange DEFAULT VALUES"),
        (BACKUP, "UPDATE permit SET status = 'final'"),
    ],
)
def test_a_forbidden_act_is_refused(sessions, role, act) -> None:
    assert outcome(sessions[role], act) == "42501"
