"""HAR files (HTTP Archive 1.2): exchanges of other tools read, and redacted recordings written.

Addresses, cookies and headers beside Content-Type and SOAPAction are never read into a recording:
they hold log-ins.
Source: HTTP Archive 1.2 specification.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

from gateway.domain.errors import RecordingInvalid
from gateway.recordings.recording import (
    MAX_RECORDINGS,
    Message,
    RawExchange,
    Recording,
    Way,
)

_MAX_BYTES = 256 * 1024 * 1024
_ADDRESS = "https://partner.example/epix"
_BEGAN = datetime(2000, 1, 1, tzinfo=UTC)
"""Of the first exchange of a set: recordings hold no moment, and HAR asks for one."""
_OPERATION = re.compile(rb"<(?:[\w.-]+:)?Body\b[^>]*>\s*<(?:[\w.-]+:)?([A-Za-z]{1,64})")

OutcomeOf = Callable[[str | None, int, Message], str]


def read(file: Path, outcome_of: OutcomeOf) -> list[RawExchange]:
    """The SOAP exchanges of a HAR file: its POST requests with a body.

    outcome_of: as in `journal_exchanges`. Raises RecordingInvalid.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(_MAX_BYTES + 1)
    except OSError as error:
        raise RecordingInvalid(f"{file}: {error.strerror}.") from None
    if len(content) > _MAX_BYTES:
        raise RecordingInvalid(f"{file}: it is larger than {_MAX_BYTES} bytes.")
    try:
        entries = json.loads(content.decode("utf-8-sig"))["log"]["entries"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise RecordingInvalid(f"{file}: it is no HAR file with log.entries.") from None
    if not isinstance(entries, list) or len(entries) > MAX_RECORDINGS:
        raise RecordingInvalid(f"{file}: log.entries is no list of at most {MAX_RECORDINGS}.")
    found: list[RawExchange] = []
    for place, entry in enumerate(entries):
        try:
            found += _exchanges(entry, place, outcome_of)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise RecordingInvalid(
                f"{file}: log.entries[{place}] is not as HAR 1.2 has it."
            ) from None
    if not found:
        raise RecordingInvalid(f"{file}: it holds no POST request with a body.")
    return found


def written(recordings: Sequence[Recording]) -> bytes:
    """A HAR file of recordings. Values are the pseudonyms of the recordings."""
    log = {
        "version": "1.2",
        "creator": {"name": "epix-gateway", "version": "1"},
        "entries": [_entry(recording) for recording in recordings],
    }
    return (json.dumps({"log": log}, indent=2, ensure_ascii=True) + "\n").encode()


def _exchanges(
    entry: Mapping[str, Any], place: int, outcome_of: OutcomeOf
) -> Iterator[RawExchange]:
    request, response = entry["request"], entry["response"]
    text = (request.get("postData") or {}).get("text")
    if request["method"] != "POST" or not text:
        return
    headers = {str(each["name"]).lower(): str(each["value"]) for each in request["headers"]}
    body = str(text).encode()
    name = _OPERATION.search(body)
    operation = name[1].decode().removesuffix("Request") if name else None
    content = response["content"]
    answer = Message(_decoded(content), str(content.get("mimeType") or ""))
    status = _known(int(response["status"])) or None
    began_at = datetime.fromisoformat(str(entry["startedDateTime"]))
    if began_at.tzinfo is None:
        raise ValueError("startedDateTime without a time zone")
    yield RawExchange(
        id=f"har-{place + 1:06}",
        way=Way.OUT,
        began_at=began_at,
        took_seconds=max(float(entry.get("time") or 0), 0) / 1000,
        operation=operation,
        partner=None,
        outcome=outcome_of(operation, status, answer) if status else "PartnerUnreachable",
        request=Message(body, headers.get("content-type", "")),
        answer=answer,
        status=status,
        is_status_known=True,
        soap_action=headers.get("soapaction"),
    )


def _known(status: int) -> int:
    """The status, or the first of its class where it is none that is registered, as 520."""
    return status if status in set(HTTPStatus) or not status else status // 100 * 100


def _decoded(content: Mapping[str, Any]) -> bytes:
    text = str(content.get("text") or "")
    if content.get("encoding") != "base64":
        return text.encode()
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("content is not base64") from error


def _entry(recording: Recording) -> dict[str, Any]:
    milliseconds = recording.took_seconds * 1000
    began_at = _BEGAN + timedelta(seconds=recording.after_seconds)
    status = recording.status or 0
    named = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
    action = [("SOAPAction", recording.soap_action)] if recording.soap_action is not None else []
    request, answer = recording.request, recording.answer
    headers = [*action, ("Content-Type", request.content_type or "text/xml; charset=utf-8")]
    return {
        "startedDateTime": began_at.isoformat(timespec="milliseconds"),
        "time": milliseconds,
        "request": {
            "method": "POST",
            "url": _ADDRESS,
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [{"name": name, "value": value} for name, value in headers],
            "queryString": [],
            "postData": {
                "mimeType": request.content_type or "text/xml; charset=utf-8",
                "text": request.body.decode("utf-8", "replace"),
            },
            "headersSize": -1,
            "bodySize": len(request.body),
        },
        "response": {
            "status": status,
            "statusText": named,
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [],
            "content": _content(answer),
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(answer.body),
        },
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": f"{recording.name} {recording.outcome}",
    }


def _content(answer: Message) -> dict[str, Any]:
    content = {"size": len(answer.body), "mimeType": answer.content_type or "application/xml"}
    try:
        return {**content, "text": answer.body.decode("utf-8")}
    except UnicodeDecodeError:
        return {**content, "text": base64.b64encode(answer.body).decode(), "encoding": "base64"}
