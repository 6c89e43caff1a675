"""Log format: UTC with offset, an event a line, as text or as JSON."""

import json
import logging
import sys
from datetime import datetime

import pytest

from gateway.bootstrap.log_format import formatter

FORGED = "za\nERROR forged \u202e"


def event(message: str = "caller=%s", *values: object, failed: bool = False) -> logging.LogRecord:
    error = None
    if failed:
        try:
            raise ValueError(FORGED)
        except ValueError:
            error = sys.exc_info()
    record = logging.LogRecord(
        "gateway.x", logging.WARNING, "x.py", 1, message, values or (FORGED,), error
    )
    record.created = 1_796_000_405.25
    return record


@pytest.mark.parametrize("name", ["text", "json"])
@pytest.mark.parametrize("failed", [False, True])
def test_an_event_is_one_line_whatever_its_values_hold(name: str, failed: bool) -> None:
    line = formatter(name).format(event(failed=failed))  # type: ignore[arg-type]
    assert len(line.splitlines()) == 1
    assert "\u202e" not in line


def test_text_begins_with_the_moment_in_utc() -> None:
    moment, level, _ = formatter("text").format(event()).split(" ", 2)
    assert (moment, level) == ("2026-11-30T01:00:05.250+00:00", "WARNING")
    assert datetime.fromisoformat(moment).timestamp() == 1_796_000_405.25


def test_json_gives_a_program_the_values_unchanged() -> None:
    told = json.loads(formatter("json").format(event(failed=True)))
    assert told["text"] == f"caller={FORGED}"
    assert (told["time"], told["level"], told["logger"]) == (
        "2026-11-30T01:00:05.250+00:00",
        "WARNING",
        "gateway.x",
    )
    assert "ValueError" in told["error"]
