"""Refusal counts: the last of a flood are recorded without a further call."""

from datetime import UTC, datetime

import pytest

from gateway.bootstrap import refusal_counts
from gateway.bootstrap.refusal_counts import RefusalCounts
from gateway.exchange.journal.message_retention import (
    WINDOW_SECONDS,
    MessageRetention,
    RefusalQuota,
)
from tests.fakes import MemoryJournal
from tests.store.store_acts import an_exchange
from tests.waiting import until

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class Scene:
    def __init__(self) -> None:
        self.seconds = 0.0
        self.journal = MemoryJournal()
        self.retention = MessageRetention(
            lambda: "01990000-0000-7000-8000-00000000cccc",
            lambda: self.seconds,
            RefusalQuota(0, 0, records_per_window=0),
        )
        self.counts = RefusalCounts(self.retention, self.journal, lambda: NOW)

    def flood(self) -> None:
        for _ in range(3):
            assert self.retention.records(an_exchange(caller=None, outcome="CallerNotFound")) == ()


def test_counts_are_recorded_when_their_window_is_over() -> None:
    scene = Scene()
    scene.flood()
    scene.counts.record_due()
    assert not scene.journal.exchanges
    scene.seconds = WINDOW_SECONDS
    scene.counts.record_due()
    scene.counts.record_due()
    (counts,) = scene.journal.exchanges
    assert counts.answer == b"Unidentified callers, within a minute: CallerNotFound (3 more)"
    assert (counts.began_at, counts.request, counts.caller) == (NOW, b"", None)


def test_a_thread_records_them_when_nobody_calls_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusal_counts, "WINDOW_SECONDS", 0.01)
    scene = Scene()
    scene.flood()
    scene.seconds = WINDOW_SECONDS
    scene.counts.start_recording()
    until(lambda: len(scene.journal.exchanges) == 1, "the record of the counts")


def test_a_window_in_which_nothing_was_counted_leaves_no_record() -> None:
    scene = Scene()
    scene.seconds = 10 * WINDOW_SECONDS
    scene.counts.record_due()
    assert not scene.journal.exchanges


def test_counts_that_the_journal_refuses_stand_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene = Scene()
    scene.flood()
    scene.journal.out_of_order = True
    scene.seconds = WINDOW_SECONDS
    scene.counts.record_due()
    assert "CallerNotFound (3 more)" in caplog.text
