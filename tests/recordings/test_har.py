"""HAR 1.2: what is written is read again; log-ins of other tools never enter a recording."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from gateway.bootstrap.recordings.recorder import har_exchanges, write_har, write_recordings
from gateway.domain.errors import RecordingInvalid
from gateway.recordings.recording import RecordingSet
from tests.recordings.exchanges import (
    BEGAN,
    NUMBER,
    a_request,
    an_answer,
    an_exchange,
    every_byte,
    later,
    recorded,
)


def an_entry(**changes: Any) -> dict[str, Any]:
    """An entry as the tools of a browser write it."""
    entry = {
        "startedDateTime": BEGAN.isoformat(),
        "time": 250.5,
        "request": {
            "method": "POST",
            "url": f"https://epix.example.mz/epix/v2?key=S3cretKey&number={NUMBER}",
            "headers": [
                {"name": "Content-Type", "value": "text/xml; charset=utf-8"},
                {"name": "SOAPAction", "value": '"urn:GetNonFinalCitesCertificate"'},
                {"name": "Authorization", "value": "Basic bXotYW5hYzpTM2NyZXQ="},
                {"name": "Cookie", "value": "session=S3cretCookie"},
            ],
            "cookies": [{"name": "session", "value": "S3cretCookie"}],
            "postData": {"mimeType": "text/xml", "text": a_request().decode()},
        },
        "response": {
            "status": 200,
            "headers": [{"name": "Set-Cookie", "value": "session=S3cretCookie"}],
            "content": {"mimeType": "text/xml", "text": an_answer().decode()},
        },
    }
    return entry | changes


def a_file(folder: Path, *entries: Any) -> Path:
    file = folder / "traffic.har"
    file.write_text(json.dumps({"log": {"version": "1.2", "entries": list(entries)}}))
    return file


def test_an_exchange_of_another_tool_becomes_a_recording(tmp_path: Path) -> None:
    (raw,) = har_exchanges(a_file(tmp_path, an_entry()))
    assert (raw.operation, raw.outcome, raw.status, raw.is_status_known, raw.took_seconds) == (
        *("GetNonFinalCitesCertificate", "ok", 200, True, 0.2505),
    )
    (recording,) = write_recordings([raw], tmp_path / "set").recordings
    assert recording.soap_action == '"urn:GetNonFinalCitesCertificate"'
    content = every_byte(tmp_path / "set")
    for gone in (b"S3cret", b"bXotYW5h", b"epix.example.mz", NUMBER.encode()):
        assert gone not in content


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    exchanges = (an_exchange(), later(an_exchange(b"\x1f\x8b\x00"), 5, outcome="PartnerFault"))
    written = recorded(tmp_path, *exchanges)
    har = write_har(RecordingSet(written))
    assert NUMBER.encode() not in har
    file = tmp_path / "out.har"
    file.write_bytes(har)
    log = json.loads(har)["log"]
    assert (log["version"], len(log["entries"])) == ("1.2", 2)
    first, second = har_exchanges(file)
    assert [each.request.body for each in (first, second)] == [
        each.request.body for each in written
    ]
    assert first.answer.body == written[0].answer.body
    assert (second.began_at - first.began_at).total_seconds() == 5


def test_bytes_in_base64_are_read(tmp_path: Path) -> None:
    answer = an_answer()
    text = base64.b64encode(answer).decode()
    response = {"status": 200, "content": {"text": text, "encoding": "base64", "mimeType": ""}}
    (raw,) = har_exchanges(a_file(tmp_path, an_entry(response=response)))
    assert raw.answer.body == answer


def test_an_aborted_request_has_no_answer(tmp_path: Path) -> None:
    response = {"status": 0, "content": {"size": 0, "mimeType": "x-unknown"}}
    (raw,) = har_exchanges(a_file(tmp_path, an_entry(response=response)))
    assert (raw.status, raw.outcome) == (None, "PartnerUnreachable")


GET = {"method": "GET", "headers": [], "postData": {"text": "<a/>"}}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("no JSON", "no HAR file"),
        ("[" * 100_000, "no HAR file"),
        ('{"log": {}}', "no HAR file"),
        ('{"log": {"entries": {}}}', "no list"),
        ('{"log": {"entries": [1]}}', "log.entries\\[0\\]"),
        ('{"log": {"entries": []}}', "no POST request"),
        (json.dumps({"log": {"entries": [an_entry(request=GET)]}}), "no POST request"),
        (json.dumps({"log": {"entries": [an_entry(), {}]}}), "log.entries\\[1\\]"),
        (
            json.dumps({"log": {"entries": [an_entry(startedDateTime="2026-03-02T08:00")]}}),
            "log.entries\\[0\\]",
        ),
    ],
    ids=["text", "deep", "no entries", "entries", "entry", "empty", "GET", "second", "no zone"],
)
def test_a_file_that_is_none_says_where(content: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "traffic.har"
    file.write_text(content)
    with pytest.raises(RecordingInvalid, match=words) as refused:
        har_exchanges(file)
    assert "traffic.har" in refused.value.text


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RecordingInvalid, match="No such file"):
        har_exchanges(tmp_path / "nowhere.har")
