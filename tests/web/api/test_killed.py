"""Confirmations sent twice, while the server is killed again and again: one effect each."""

import http.client
import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Lock
from typing import Any

import pytest

from gateway.bootstrap import open_outbox
from gateway.settings import load_settings
from tests.long_haul import repetitions
from tests.waiting import until
from tests.web.api.served import ServedApi, served_api
from tests.web.api.test_confirmations import BODY

pytestmark = pytest.mark.slow

POSTS = 500
KILLS = repetitions(short=2, long=2, endurance=4)


@pytest.fixture
def served(tmp_path: Path, prepared: Path) -> Iterator[ServedApi]:
    """A server that nothing else uses."""
    served = served_api(Path(shutil.copytree(prepared, tmp_path / "mz", symlinks=True)))
    served.start()
    yield served
    served.close()


class Sender:
    """Sends each confirmation until it is answered, and then once more."""

    def __init__(self, served: ServedApi) -> None:
        self.served, self.up, self.lock = served, Event(), Lock()
        self.up.set()
        self.answered = self.lost = 0

    def sent_twice(self, place: int) -> tuple[str, str]:
        """The ids of both answers."""
        first = self._until_answered(place)
        return first, self._until_answered(place)

    def _until_answered(self, place: int) -> str:
        body = BODY | {"number": f"ZA/26 EX-{place}"}
        found: list[Any] = []

        def answered() -> bool:
            self.up.wait(60)
            try:
                status, answer = self.served.send(
                    "POST", "/confirmations", body, {"Idempotency-Key": f"request-{place}"}
                )
            except (OSError, http.client.HTTPException, ValueError):
                self.lost += 1
                return False
            assert status in (202, 503), answer
            found.append(answer)
            return status == 202

        until(answered, "an answer")
        with self.lock:
            self.answered += 1
        return str(found[-1]["id"])


@pytest.mark.long_haul  # test_confirmations.py repeats requests without kills
def test_each_request_has_one_effect_through_kills(served: ServedApi) -> None:
    sender = Sender(served)
    with ThreadPoolExecutor(4) as threads:
        sent = [threads.submit(sender.sent_twice, place) for place in range(POSTS)]
        for kill in range(KILLS):
            most = (kill + 1) * 2 * POSTS // (KILLS + 2)
            until(lambda most=most: sender.answered >= most, "answers before a kill")  # type: ignore[misc]
            sender.up.clear()
            served.kill()
            served.start()
            sender.up.set()
        ids = [each.result() for each in sent]
    assert all(first == second for first, second in ids)
    with open_outbox(load_settings(served.directory)) as outbox:
        entries = outbox.read.entries(also_over=True)
    assert Counter(each.id for each in entries) == Counter(first for first, _ in ids)
    assert Counter(each.permit_number for each in entries) == Counter(
        f"ZA/26 EX-{place}" for place in range(POSTS)
    )
    assert sender.lost, "no request was under way when the server was killed"
