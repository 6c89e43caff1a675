"""Migration beside a running gateway: it goes on working where the migration only adds.

Each revision states whether it only adds (`expands`). The next version of the gateway is simulated:
its migrations are in a folder that only `newer` reads.
"""

import ast
import inspect
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from gateway.domain.errors import ServiceUnavailable
from gateway.store import Timeouts, migrate, migrate_back, open_store
from gateway.store.database import migrating, revisions
from gateway.store.migrations import versions
from tests.store.store_acts import MZ, NUMBER, an_exchange, clock, publish
from tests.waiting import LONGEST_SECONDS

FIRST_WITH_THE_RULE = "0005"
WRITES_MORE = {
    "0006": "an older gateway would publish and confirm without the ledger",
    "0014": "an older gateway would publish and confirm without records of permits",
    "0016": "an older gateway would take a permit with loss notes for altered",
    "0030": "an older gateway would publish without the lines of quotas",
    "0031": "an older gateway would publish without the lines of re-exports",
    "0032": "an older gateway would answer without documents, and take their permits for altered",
}
"""Revisions that only add, and that an older gateway must still not work beside."""
HEAD = max(revisions.known())
TAKES = ("drop_", "alter_", "rename_", "batch_alter_")

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
expands = {expands}


def upgrade() -> None:
    op.create_table("addition_{revision}", sa.Column("id", sa.Integer, primary_key=True))
    op.add_column("exchange", sa.Column("added_{revision}", sa.Text))


def downgrade() -> None:
    op.drop_column("exchange", "added_{revision}")
    op.drop_table("addition_{revision}")
"""


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable:
    """Within the block this process is the next version of the gateway.

    expands: of each of its revisions.
    """
    own = migrating._config
    home = Path(versions.__file__).parent

    @contextmanager
    def next_version(*expands: bool) -> Iterator[None]:
        before, known = HEAD, revisions.known()
        for place, each in enumerate(expands):
            revision = f"9{place:03}"
            script = NEXT.format(revision=revision, before=before, expands=each)
            (tmp_path / f"r{revision}.py").write_text(script)
            before, known = revision, known | {revision}

        def config():
            made = own()
            made.set_main_option("version_locations", f"{home} {tmp_path}")
            made.set_main_option("path_separator", "space")
            return made

        with monkeypatch.context() as patch:
            patch.setattr(migrating, "_config", config)
            patch.setattr(revisions, "known", lambda: known)
            yield

    return next_version


@pytest.mark.both_databases
@pytest.mark.slow
def test_an_older_gateway_answers_and_writes_while_the_database_is_migrated(store, url, newer):
    publish(store)
    over, rounds, troubles = threading.Event(), [], []
    # A migration of SQLite holds the writer lock, on a busy machine for seconds.
    older = open_store(url, clock, Timeouts(lock=LONGEST_SECONDS))

    def work() -> None:
        while not over.is_set():
            try:
                assert len(older.permit_lookup.find(MZ, NUMBER)) == 1
                older.journal.record(an_exchange())
                rounds.append(1)
            except Exception as error:  # noqa: BLE001 - told by the assertion below
                troubles.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        _wait_for(lambda: len(rounds) > 5)
        for _ in range(3):
            with newer(True, True):
                migrate(url)
                before = len(rounds)
                _wait_for(lambda before=before: len(rounds) > before + 5)
                migrate_back(url, HEAD)
    finally:
        over.set()
        worker.join()
        older.close()
    assert not troubles
    assert len(store.journal.latest(len(rounds) + 10)) == len(rounds)


def test_an_older_gateway_may_start_on_a_database_that_was_only_added_to(store, url, newer):
    publish(store)
    with newer(True, True):
        migrate(url)
    again = open_store(url, clock)
    assert len(again.permit_lookup.find(MZ, NUMBER)) == 1
    again.close()


@pytest.mark.slow
@pytest.mark.parametrize("expands", [(False,), (True, False), (False, True)])
def test_an_older_gateway_does_not_start_on_one_that_was_taken_from(store, url, newer, expands):
    with newer(*expands):
        migrate(url)
    with pytest.raises(ServiceUnavailable, match="newer"):
        open_store(url, clock)
    with newer(*expands):
        migrate_back(url, HEAD)
    open_store(url, clock).close()


def test_a_newer_gateway_waits_for_the_migration(store, url, newer):
    with newer(True), pytest.raises(ServiceUnavailable, match="migrated first"):
        open_store(url, clock)


@pytest.mark.both_databases
def test_the_oldest_that_may_stay_is_the_last_revision_that_did_not_only_add(store, url, newer):
    with newer(True, False, True):
        migrate(url)
    with store._engines.writing.connect() as connection:
        assert connection.execute(text("SELECT oldest FROM compatibility")).scalar_one() == "9001"


SCRIPTS = [
    script
    for script in ScriptDirectory.from_config(migrating._config()).walk_revisions()
    if script.revision >= FIRST_WITH_THE_RULE
]


def test_names_of_scripts_are_their_revisions_one_after_the_other():
    """Revisions are known by file names alone, and the newest by its number."""
    scripts = ScriptDirectory.from_config(migrating._config())
    assert list(scripts.get_heads()) == [HEAD]
    newest_first = [script.revision for script in scripts.walk_revisions()]
    assert newest_first == sorted(revisions.known(), reverse=True)
    assert all(
        Path(script.path).name[1:5] == script.revision for script in scripts.walk_revisions()
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.revision)
def test_a_migration_only_adds(script):
    upgrade = inspect.getsource(script.module.upgrade)
    assert what_it_takes(upgrade) == []
    if script.revision > FIRST_WITH_THE_RULE:
        assert script.module.expands is (script.revision not in WRITES_MORE)


@pytest.mark.parametrize(
    ("step", "found"),
    [
        ('op.drop_column("permit", "status")', ["drop_column"]),
        ('op.alter_column("permit", "status", nullable=False)', ["alter_column"]),
        ('op.rename_table("permit", "paper")', ["rename_table"]),
        ('op.execute("ALTER TABLE permit DROP COLUMN status")', ["ALTER TABLE"]),
        (
            'op.add_column("permit", sa.Column("a", sa.Text, nullable=False))',
            ["NOT NULL without a default"],
        ),
        ('op.add_column("permit", sa.Column("a", sa.Text, nullable=False, server_default=""))', []),
        ('op.add_column("permit", sa.Column("a", sa.Text))', []),
    ],
)
def test_a_migration_that_takes_is_found(step, found):
    assert what_it_takes(f"def upgrade():\n    {step}\n") == found


def what_it_takes(upgrade: str) -> list[str]:
    """Statements of a migration's `upgrade` that break an older gateway."""
    found = []
    for call in (node for node in ast.walk(ast.parse(upgrade)) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if name.startswith(TAKES):
            found.append(name)
        if name == "add_column":
            given = {word.arg: ast.unparse(word.value) for word in call.args[1].keywords}
            if given.get("nullable") == "False" and "server_default" not in given:
                found.append("NOT NULL without a default")
        if name == "execute":
            said = ast.unparse(call).upper()
            found += [
                word
                for word in ("ALTER TABLE", "DROP TABLE", "DROP COLUMN", "RENAME")
                if word in said
            ][:1]
    return found


def _wait_for(there: Callable[[], bool]) -> None:
    ticks = threading.Event()
    for _ in range(500):
        if there():
            return
        ticks.wait(0.02)
    pytest.fail("nothing happened within ten seconds")
