"""Class: floods of refused messages. The journal, on a real SQLite file, grows by little."""

import itertools
import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest
from uuid_utils import uuid7

from gateway.domain.errors import CallerNotFound, CertificateMissing, MessageTooLarge
from gateway.domain.partner import Partner
from gateway.exchange.journal.message_retention import (
    COUNT_OPERATION,
    DAY_SECONDS,
    DIGEST_PREFIX,
    MAX_SINGLE_RECORDS,
    MAX_SINGLE_RECORDS_PER_DAY,
    RECORD_BYTES,
    WINDOW_SECONDS,
    MessageDigest,
    MessageRetention,
    RefusalQuota,
    digest_in,
)
from gateway.exchange.ports import Exchange, JournalFilter
from gateway.http import HttpAnswer, HttpRequest, settled
from gateway.settings.journal import JournalSettings
from gateway.settings.server import ServerSettings
from gateway.soap.endpoint import SoapEndpoint
from gateway.soap.flavour import DocumentLiteral
from gateway.soap.reading.limits import MessageLimits
from gateway.soap.use_cases import UseCases
from gateway.store import Store, open_store
from tests.databases import SQLITE, migrated_database
from tests.fakes import Watch
from tests.soap.endpoint import NOW, SOUTH_AFRICA, Endpoint, MemoryBackend
from tests.store.store_acts import an_exchange

pytestmark = pytest.mark.slow

BODY = b"<x>" + bytes(range(33, 127)) * 2000 + b"</x>"
QUOTA = 3 * len(BODY)
FLOOD = 200
DAY_QUOTA = 4 * QUOTA + FLOOD * RECORD_BYTES
ROW = 4_096
"""More than a record without its request takes on the disk."""


class Callers:
    """Identifies callers by the test's word: who calls next."""

    def __init__(self) -> None:
        self.caller: Partner | None = None
        self.refusal: Exception = CertificateMissing("There is no client certificate.")

    def identify(self, certificate: bytes | None, *, refused_before: bool = False) -> Partner:
        if self.caller is None:
            raise self.refusal
        return self.caller


@dataclass
class Scene:
    """An endpoint in front of a store on the disk."""

    store: Store
    folder: Path
    callers: Callers = field(default_factory=Callers)
    watch: Watch = field(default_factory=Watch)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        ids = itertools.count()
        backend = MemoryBackend()
        quota = RefusalQuota(QUOTA, DAY_QUOTA)
        self.retention = MessageRetention(lambda: str(uuid7()), lambda: self.seconds, quota)
        self.endpoint = SoapEndpoint(
            DocumentLiteral("v1"),
            "https://permits.example/epix/v1",
            UseCases(self.callers, backend, backend, backend),
            self.store.journal,
            lambda: NOW,
            lambda: f"01990000-0000-7000-8000-{next(ids):012d}",
            MessageLimits(),
            watch=self.watch,
            retention=self.retention,
        )

    def post(self, body: bytes = BODY, content_type: str = "text/xml") -> HttpAnswer:
        headers = {"content-type": content_type}
        return settled(self.endpoint(HttpRequest("POST", "/epix/v1", "", headers, body)))

    def grown_by(self, flood: Callable[[], None]) -> int:
        before = self._size()
        flood()
        return self._size() - before

    def _size(self) -> int:
        with closing(sqlite3.connect(self.folder / "gateway.db")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return sum(file.stat().st_size for file in self.folder.iterdir())

    def records(self, **wanted: str) -> list[Exchange]:
        return list(self.store.journal.search(JournalFilter(**wanted), 10_000))


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with migrated_database(tmp_path, SQLITE) as url:
        store = open_store(url, lambda: NOW)
        yield Scene(store, tmp_path)
        store.close()


@pytest.mark.parametrize(
    "refusal",
    [CertificateMissing("There is none."), CallerNotFound("Not registered here.")],
    ids=["no certificate", "no partner"],
)
def test_a_flood_of_strangers_grows_the_database_by_little(
    scene: Scene, refusal: Exception
) -> None:
    scene.callers.refusal = refusal
    answers: list[HttpAnswer] = []
    grown = scene.grown_by(lambda: answers.extend(scene.post() for _ in range(FLOOD)))
    assert grown < MAX_SINGLE_RECORDS * ROW < len(BODY)
    assert len(scene.records()) == MAX_SINGLE_RECORDS
    assert len(scene.watch.exchanges) == FLOOD, "each one is counted by the metrics"
    for number, answer in enumerate(answers):
        assert type(refusal).__name__.encode() in answer.body
        assert f"01990000-0000-7000-8000-{number:012d}".encode() in answer.body, "incident"


@pytest.mark.parametrize("content_type", ["text/plain", "application/json"])
def test_a_flood_refused_before_its_caller_is_looked_at_is_kept_as_little(
    scene: Scene, content_type: str
) -> None:
    scene.callers.caller = SOUTH_AFRICA
    grown = scene.grown_by(lambda: [scene.post(BODY, content_type) for _ in range(FLOOD)].clear())
    assert grown < MAX_SINGLE_RECORDS * ROW


def test_a_record_of_a_stranger_holds_size_and_digest_of_the_message(scene: Scene) -> None:
    answer = scene.post()
    (kept,) = scene.records(outcome="CertificateMissing")
    assert digest_in(kept.request) == MessageDigest(len(BODY), sha256(BODY).hexdigest())
    assert kept.answer == answer.body
    assert len(kept.request) < 200


def test_a_count_of_a_flood_is_recorded_once(scene: Scene) -> None:
    for _ in range(MAX_SINGLE_RECORDS + 5):
        scene.post()
    scene.callers.refusal = CallerNotFound("Not registered here.")
    for _ in range(7):
        scene.post()
    assert not scene.retention.due_counts(NOW), "the window is not over"
    scene.seconds += WINDOW_SECONDS
    scene.callers.caller = SOUTH_AFRICA
    scene.post(Endpoint().plain().encode())
    (counts,) = scene.records(operation=COUNT_OPERATION)
    assert counts.answer == (
        b"Unidentified callers, within a minute: CallerNotFound (7 more);"
        b" CertificateMissing (5 more)"
    )
    assert len(scene.records()) == MAX_SINGLE_RECORDS + 2
    scene.seconds += WINDOW_SECONDS
    assert not scene.retention.due_counts(NOW), "nothing is counted twice"
    scene.callers.caller = None
    scene.post()
    assert len(scene.records()) == MAX_SINGLE_RECORDS + 3, "a new window records singly"


@pytest.mark.long_haul  # the short form counts the records
def test_the_log_has_no_more_lines_of_strangers_than_the_journal_has_records(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "gateway")
    for _ in range(FLOOD):
        scene.post()
    assert len(caplog.records) == MAX_SINGLE_RECORDS
    assert f"in={len(BODY)} " in caplog.records[0].getMessage(), "the size on the wire"


def test_a_flood_of_refused_messages_of_a_partner_grows_the_database_by_its_quota(
    scene: Scene,
) -> None:
    scene.callers.caller = SOUTH_AFRICA
    grown = scene.grown_by(lambda: [scene.post() for _ in range(FLOOD)].clear())
    assert grown < QUOTA + FLOOD * ROW < FLOOD * len(BODY) / 10
    kept = scene.records(caller="za")
    assert len(kept) == FLOOD
    assert sum(each.request == BODY for each in kept) == 3
    digest = MessageDigest.of(BODY)
    assert sum(digest_in(each.request) == digest for each in kept) == FLOOD - 3
    scene.seconds += WINDOW_SECONDS
    scene.post()
    assert scene.records(caller="za")[0].request == BODY, "a new window has a new quota"


@pytest.mark.long_haul  # the short form fills the quota of a window
def test_beyond_the_quota_of_a_day_refusals_of_a_partner_are_counted(scene: Scene) -> None:
    scene.callers.caller = SOUTH_AFRICA
    minutes = 20

    def flood() -> None:
        for _ in range(minutes):
            for _ in range(FLOOD // 4):
                scene.post()
            scene.seconds += WINDOW_SECONDS

    assert scene.grown_by(flood) < DAY_QUOTA + minutes * ROW
    counts = scene.records(operation=COUNT_OPERATION, caller="za")
    assert b"Beyond the day's quota of this caller, within a minute: InvalidRequest (" in (
        counts[0].answer
    )
    counted = sum(int(each.answer.partition(b"(")[2].split()[0]) for each in counts)
    kept = len(scene.records(caller="za")) - len(counts)
    due = scene.retention.due_counts(NOW)
    counted += sum(int(each.answer.partition(b"(")[2].split()[0]) for each in due)
    assert counted + kept == minutes * FLOOD // 4, "each is recorded or counted"
    good = Endpoint().plain().encode()
    assert scene.post(good).status == 200
    assert scene.records(outcome="ok")[0].request == good, "what is not refused is kept whole"
    before = sum(each.request == BODY for each in scene.records(caller="za"))
    scene.seconds += DAY_SECONDS
    scene.post()
    after = sum(each.request == BODY for each in scene.records(caller="za"))
    assert after == before + 1, "a new day has a new quota"


def test_what_a_stranger_leaves_in_a_day_is_bounded(scene: Scene) -> None:
    minutes = MAX_SINGLE_RECORDS_PER_DAY // MAX_SINGLE_RECORDS + 50
    kept = []
    for minute in range(minutes):
        scene.seconds = minute * WINDOW_SECONDS
        for _ in range(MAX_SINGLE_RECORDS + 5):
            kept += scene.retention.records(an_exchange(caller=None, outcome="CallerNotFound"))
    assert len(kept) == MAX_SINGLE_RECORDS_PER_DAY + minutes - 1
    scene.seconds = DAY_SECONDS + minutes * WINDOW_SECONDS
    stranger = an_exchange(caller=None, outcome="CallerNotFound")
    counts, single = scene.retention.records(stranger)
    assert counts.operation == COUNT_OPERATION and single.id == stranger.id


def test_the_quota_of_a_caller_is_no_other_callers_and_no_good_message_counts(
    scene: Scene,
) -> None:
    scene.callers.caller = SOUTH_AFRICA
    for _ in range(10):
        scene.post()
    good = Endpoint().plain().encode()
    assert scene.post(good).status == 200
    assert scene.records(outcome="ok")[0].request == good
    scene.callers.caller = Partner("bw", SOUTH_AFRICA.country)
    scene.post()
    assert scene.records(caller="bw")[0].request == BODY


def test_a_message_too_large_of_a_partner_counts_as_what_it_takes(scene: Scene) -> None:
    scene.callers.caller = SOUTH_AFRICA
    sent = b"<x>" + b" " * MessageLimits().bytes
    scene.post(sent)
    (kept,) = scene.records(outcome=MessageTooLarge.__name__)
    assert kept.request == sent


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(MessageDigest(5, "00" * 32).text(), id="a digest"),
        pytest.param(DIGEST_PREFIX, id="a prefix", marks=pytest.mark.long_haul),
        pytest.param(DIGEST_PREFIX + b"{}", id="no digest", marks=pytest.mark.long_haul),
        pytest.param(DIGEST_PREFIX + b"[" * 100_000, id="deep", marks=pytest.mark.long_haul),
    ],
)
def test_a_message_that_looks_like_a_digest_is_never_kept_as_one(
    scene: Scene, forged: bytes
) -> None:
    scene.callers.caller = SOUTH_AFRICA
    scene.post(forged)
    (kept,) = scene.records()
    assert digest_in(kept.request) == MessageDigest.of(forged)


@pytest.mark.parametrize(
    "other",
    [
        b"",
        DIGEST_PREFIX,
        DIGEST_PREFIX + b"{}",
        DIGEST_PREFIX + b"[]",
        DIGEST_PREFIX + b"[" * 100_000,
        DIGEST_PREFIX + b'{"bytes":"x","sha256":""}',
        DIGEST_PREFIX + b'{"bytes": 1,"sha256":""}',
        MessageDigest(1, "0").text() + b"\n",
    ],
)
def test_anything_else_is_no_digest(other: bytes) -> None:
    assert digest_in(other) is None


def test_the_digest_is_a_line_and_a_line_of_json() -> None:
    first, second = MessageDigest.of(b"abc").text().split(b"\n")
    assert first == b"epix-gateway digest of a message that is not kept"
    assert json.loads(second) == {"bytes": 3, "sha256": sha256(b"abc").hexdigest()}


def test_the_largest_message_is_one_number_and_the_quota_keeps_a_few_of_them() -> None:
    largest = ServerSettings.model_fields["max_message_bytes"].default
    assert largest == MessageLimits().bytes
    assert JournalSettings().refused_bytes_per_caller_per_minute >= 4 * largest
