"""Read replica: documents come from a standby that may lag behind, and are never out of date.

The standby is a real PostgreSQL.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from uuid import uuid4

import psycopg
import pytest

from gateway.domain.identifiers import CertificateNumber
from gateway.domain.permit.status import Status
from gateway.exchange.ports import Document, DocumentForm
from gateway.store import Store, migrate, open_store
from gateway.store.database import engines
from gateway.store.permits.replica import CIRCUIT_OPEN_SECONDS, Replica
from tests import postgres
from tests.database_pool import definitions, emptied
from tests.store.store_acts import (
    ANAC,
    DOCUMENTS,
    MZ,
    NUMBER,
    PICTURE,
    a_published,
    clock,
    document,
    publish,
)

pytestmark = pytest.mark.slow

ISSUED = DOCUMENTS["v1", DocumentForm.NON_FINAL].content
LATER = b"<CBFShip>later</CBFShip>"


@dataclass
class Following:
    """A primary and its standby. stores: opened so far."""

    primary: postgres.Server
    replica: postgres.Server
    name: str
    stores: list[Store] = field(default_factory=list)

    def url(self, server: postgres.Server) -> str:
        return f"{server.url.removesuffix('postgres')}{self.name}"

    def gateway(self, replica_url: str | None = None) -> Store:
        """A store that has just started, with an empty document cache."""
        self.stores.append(
            open_store(
                self.url(self.primary), clock, replica_url=replica_url or self.url(self.replica)
            )
        )
        return self.stores[-1]

    def wait_for_replica(self) -> None:
        with (
            psycopg.connect(self.primary.url) as primary,
            psycopg.connect(self.replica.url, autocommit=True) as replica,
        ):
            (written,) = primary.execute("SELECT pg_current_wal_lsn()").fetchone()
            for _ in range(200):
                if replica.execute(
                    "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", [written]
                ).fetchone() == (True,):
                    return
                time.sleep(0.05)
        raise AssertionError("the replica does not follow")

    def tell_replica(self, statement: str) -> None:
        with psycopg.connect(self.replica.url, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[postgres.Server, postgres.Server]]:
    with postgres.Server() as primary, postgres.Server(primary) as replica:
        yield primary, replica


@pytest.fixture(scope="module")
def name(servers: tuple[postgres.Server, postgres.Server]) -> str:
    """Of the database, which is emptied after each test."""
    primary, _ = servers
    return a_database(primary)


@pytest.fixture
def following(servers: tuple[postgres.Server, postgres.Server], name: str) -> Iterator[Following]:
    primary, replica = servers
    made = Following(primary, replica, name)
    original = definitions(made.url(primary))
    publish(made.gateway(), attachments=[PICTURE])
    made.wait_for_replica()
    yield made
    for store in made.stores:
        store.close()
    replica.be_back()
    made.tell_replica("SELECT pg_wal_replay_resume()")
    assert emptied(made.url(primary), original)


def a_database(server: postgres.Server) -> str:
    """Make a database with tables. Returns its name."""
    name = f"epix_{uuid4().hex}"
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    migrate(f"{server.url.removesuffix('postgres')}{name}")
    return name


def gives(store: Store, written: bytes) -> bool:
    """Whether the replica of this gateway gives it."""
    return store.permit_lookup._replica.content(sha256(written).hexdigest()) == written


def change(store: Store, status: Status = Status.ISSUED, documents: dict | None = None) -> None:
    with store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
        work.permits.change(stored, replace(stored.published, status=status), documents or {})
        work.commit()


def test_documents_and_attachments_come_from_the_replica_and_nothing_else_does(
    following: Following,
) -> None:
    store = following.gateway()
    assert gives(store, ISSUED)
    assert gives(store, PICTURE.content)
    following.tell_replica("SELECT pg_wal_replay_pause()")
    asked = []
    plain = store.permit_lookup._replica.content
    store.permit_lookup._replica.content = lambda key: asked.append(key) or plain(key)
    assert document(store) == ISSUED
    (header,) = store.permit_lookup.find(MZ, NUMBER)
    assert store.permit_lookup.attachments(header) == (PICTURE,)
    seal = DOCUMENTS["v1", DocumentForm.NON_FINAL].seal
    assert asked == [sha256(each).hexdigest() for each in (ISSUED, seal, PICTURE.content)]


def test_a_permit_cancelled_while_the_replica_stands_still_is_cancelled(
    following: Following,
) -> None:
    following.tell_replica("SELECT pg_wal_replay_pause()")
    store = following.gateway()
    change(store, Status.CANCELLED)
    for gateway in (store, following.gateway()):
        (header,) = gateway.permit_lookup.find(MZ, NUMBER)
        assert header.status is Status.CANCELLED


def test_a_document_that_the_replica_does_not_have_yet_comes_from_the_primary(
    following: Following,
) -> None:
    following.tell_replica("SELECT pg_wal_replay_pause()")
    store = following.gateway()
    assert document(store) == ISSUED
    change(store, documents={("v1", DocumentForm.NON_FINAL): Document(LATER)})
    assert not gives(store, LATER)
    assert document(store) == document(following.gateway()) == LATER
    following.tell_replica("SELECT pg_wal_replay_resume()")
    following.wait_for_replica()
    assert gives(store, LATER)


def test_a_permit_that_the_replica_has_never_heard_of_is_answered(following: Following) -> None:
    following.tell_replica("SELECT pg_wal_replay_pause()")
    store = following.gateway()
    publish(
        store,
        a_published("MZ26EX000002"),
        documents={("v1", DocumentForm.NON_FINAL): Document(LATER)},
    )
    (header,) = store.permit_lookup.find(MZ, CertificateNumber("MZ26EX000002"))
    assert store.permit_lookup.document(header, "v1", DocumentForm.NON_FINAL).content == LATER


@pytest.mark.long_haul  # the short form reads from a replica
@pytest.mark.parametrize("problem", ["kill", "hang"])
def test_without_the_replica_the_primary_answers(
    following: Following, problem: str, capsys
) -> None:
    store = following.gateway()
    assert gives(store, ISSUED)
    getattr(following.replica, problem)()
    began = time.monotonic()
    assert document(store) == ISSUED
    first = time.monotonic() - began
    (header,) = store.permit_lookup.find(MZ, NUMBER)
    assert store.permit_lookup.attachments(header) == (
        PICTURE,
    )  # the next caller does not wait for it
    with capsys.disabled():
        print(f"\n  replica {problem}: first answer after {first:.2f} s, then at once")
    assert first < 5.0
    assert time.monotonic() - began - first < 0.5


@pytest.mark.long_haul  # the short form reads from a replica
def test_a_replica_that_failed_is_asked_again_after_its_rest(following: Following) -> None:
    answers = following.gateway().permit_lookup
    seconds = [1000.0]
    address = answers._replica._engine.url
    replica = Replica(engines.reading(address), lambda: seconds[0])
    key = sha256(ISSUED).hexdigest()
    following.replica.kill()
    assert replica.content(key) is None
    following.replica.start()
    seconds[0] += CIRCUIT_OPEN_SECONDS - 1
    assert replica.content(key) is None
    seconds[0] += 1
    assert replica.content(key) == ISSUED
    replica.close()


@pytest.mark.long_haul  # the short form reads from a replica
def test_bytes_of_a_server_that_is_none_of_ours_are_not_taken(following: Following) -> None:
    theirs = replace(following, name=a_database(following.primary), stores=[])
    url = theirs.url(following.primary)
    with psycopg.connect(url) as connection:
        row = (
            "INSERT INTO content (sha256, bytes) VALUES (%s, 'forged')",
            [sha256(ISSUED).hexdigest()],
        )
        connection.execute(*row)
    store = following.gateway(replica_url=url)
    assert not gives(store, ISSUED)
    assert document(store) == ISSUED


@pytest.mark.long_haul  # the short form reads from a replica
def test_its_lag_grows_while_it_stands_still_and_is_none_once_it_follows(
    following: Following,
) -> None:
    store = following.gateway()
    following.wait_for_replica()
    assert store.replica_lag_seconds() == 0
    following.tell_replica("SELECT pg_wal_replay_pause()")
    publish(store, a_published("MZ26EX000777"))
    time.sleep(0.3)  # the lag is a time that passes
    assert 0.1 < (store.replica_lag_seconds() or 0) < 600
    following.replica.kill()
    assert store.replica_lag_seconds() == float("inf")
