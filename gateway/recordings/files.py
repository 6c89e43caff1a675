"""Files of recordings: plain text fit for git, a folder for each exchange, with digests.

    recordings.json             format, version, exchanges in order, digest of each head
    .gitattributes              git changes no line end
    keys/                       test keys that seals were made with
    0001-ServiceState/
        recording.json          head, digests of both messages
        request.xml
        answer.xml              or answer.txt (no XML), answer.mime (MTOM package)

A digest shows damage and edits by hand. It proves nothing against an intruder, who can compute it
again.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any

from gateway.domain.errors import RecordingInvalid
from gateway.hardening import private_opener
from gateway.recordings.recording import (
    FORMAT,
    MAX_MESSAGE_BYTES,
    MAX_RECORDINGS,
    VERSION,
    End,
    Message,
    Recording,
    RecordingSet,
    Way,
)

INDEX, HEAD, KEYS = "recordings.json", "recording.json", "keys"
_MAX_HEAD_BYTES = 512 * 1024
_ATTRIBUTES = b"* -text\n"
_NAME = re.compile(r"[0-9]{4}-[A-Za-z]{1,40}")
_HEADER = re.compile(r"[ -~]{0,1000}")
_KEY_NAME = re.compile(r"[a-z0-9][A-Za-z0-9.-]{0,60}\.pem")
_FILE_NAME = re.compile(r"(?:request|answer)\.(?:xml|txt|mime)")

Check = Callable[[bytes, str], None]
"""Raises RecordingInvalid where bytes of a file must not be written; with the file's name."""


def contents(recordings: RecordingSet) -> dict[str, bytes]:
    """Every file of a set, by its path in the folder."""
    files = {".gitattributes": _ATTRIBUTES}
    files |= {f"{KEYS}/{name}": pem for name, pem in recordings.keys.items()}
    heads: dict[str, str] = {}
    for recording in recordings.recordings:
        for name, content in _folder(recording).items():
            files[f"{recording.name}/{name}"] = content
        heads[recording.name] = _digest(files[f"{recording.name}/{HEAD}"])
    keys = {name: _digest(pem) for name, pem in sorted(recordings.keys.items())}
    files[INDEX] = _json({"format": FORMAT, "version": VERSION, "exchanges": heads, "keys": keys})
    return files


def write(recordings: RecordingSet, folder: Path, check: Check) -> None:
    """Write a set into a new or empty folder.

    check: sees all that comes from outside before a file is written. The test keys were made after
    the redaction.

    Raises RecordingInvalid for a folder that holds something, and what `check` raises.
    """
    files = contents(recordings)
    for recording in recordings.recordings:
        check(_from_outside(recording), f"{recording.name}/{HEAD}")
        for message in (recording.request, recording.answer):
            check(message.body, recording.name)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RecordingInvalid(f"{folder} holds something already. Name a new folder.")
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "xb", opener=private_opener) as file:
            file.write(content)


def read(folder: Path) -> RecordingSet:
    """Read a set, every digest compared. Raises RecordingInvalid, with the file."""
    index = _parsed(folder / INDEX)
    _require_version(index, folder / INDEX)
    exchanges, keys = index.get("exchanges"), index.get("keys")
    if not isinstance(exchanges, dict) or not isinstance(keys, dict):
        raise _changed(folder / INDEX)
    if len(exchanges) > MAX_RECORDINGS:
        raise RecordingInvalid(f"{folder / INDEX}: it names more than {MAX_RECORDINGS} exchanges.")
    return RecordingSet(
        tuple(_read_one(folder, name, digest) for name, digest in exchanges.items()),
        {name: _read_key(folder, name, digest) for name, digest in keys.items()},
    )


def _from_outside(recording: Recording) -> bytes:
    """The values of a head that are no words of our own."""
    return "\n".join(
        str(value)
        for value in (recording.id, recording.partner, recording.soap_action)
        if value is not None
    ).encode()


def _folder(recording: Recording) -> dict[str, bytes]:
    bodies = {"request": recording.request, "answer": recording.answer}
    names = {role: f"{role}.{_ending(message)}" for role, message in bodies.items()}
    files = {names[role]: message.body for role, message in bodies.items() if message.body}
    head: dict[str, Any] = {
        key: value
        for key, value in asdict(recording).items()
        if key not in ("name", "request", "answer")
    }
    head["messages"] = {
        role: {
            "file": names[role] if message.body else None,
            "content_type": message.content_type,
            "sha256": _digest(message.body),
        }
        for role, message in bodies.items()
    }
    files[HEAD] = _json({"format": FORMAT, "version": VERSION, **head})
    return files


def _ending(message: Message) -> str:
    if message.content_type.startswith("multipart/"):
        return "mime"
    return "xml" if message.body.startswith(b"<?xml") else "txt"


def _read_one(folder: Path, name: str, digest: object) -> Recording:
    file = folder / name / HEAD
    if not _NAME.fullmatch(name):
        raise _changed(folder / INDEX)
    head = _parsed(file)
    _require_version(head, file)
    if _digest(_bytes(file, _MAX_HEAD_BYTES)) != digest:
        raise _changed(file)
    try:
        messages = head["messages"]
        return Recording(
            name=name,
            id=str(head["id"]),
            way=Way(head["way"]),
            after_seconds=float(head["after_seconds"]),
            took_seconds=float(head["took_seconds"]),
            operation=head["operation"],
            partner=head["partner"],
            outcome=str(head["outcome"]),
            request=_message(file.parent, messages["request"]),
            answer=_message(file.parent, messages["answer"]),
            status=None if head["status"] is None else HTTPStatus(head["status"]).value,
            end=End(head["end"]),
            is_status_known=bool(head["is_status_known"]),
            soap_action=_header(head["soap_action"]),
            volatile=tuple(map(str, head["volatile"])),
            notes=tuple(map(str, head["notes"])),
        )
    except (KeyError, TypeError, ValueError):
        raise _changed(file) from None


def _message(folder: Path, head: Mapping[str, Any]) -> Message:
    name = head["file"]
    if name is not None and not _FILE_NAME.fullmatch(str(name)):
        raise ValueError(name)
    body = b"" if name is None else _bytes(folder / str(name), MAX_MESSAGE_BYTES)
    if _digest(body) != head["sha256"]:
        raise _changed(folder / str(name))
    return Message(body, _header(head["content_type"]) or "")


def _header(value: object) -> str | None:
    """The value of a header field. Raises ValueError for one that would end its line."""
    if value is not None and not _HEADER.fullmatch(str(value)):
        raise ValueError(value)
    return None if value is None else str(value)


def _read_key(folder: Path, name: str, digest: object) -> bytes:
    if not _KEY_NAME.fullmatch(name):
        raise _changed(folder / INDEX)
    file = folder / KEYS / name
    pem = _bytes(file, _MAX_HEAD_BYTES)
    if _digest(pem) != digest:
        raise _changed(file)
    return pem


def _parsed(file: Path) -> dict[str, Any]:
    try:
        value = json.loads(_bytes(file, _MAX_HEAD_BYTES))
    except (ValueError, RecursionError):
        raise RecordingInvalid(f"{file}: it is no JSON: damaged, or edited by hand.") from None
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise RecordingInvalid(f"{file}: it is no recording of epix-gateway.")
    return value


def _require_version(head: Mapping[str, Any], file: Path) -> None:
    if head.get("version") != VERSION:
        raise RecordingInvalid(
            f"{file}: it is of version {str(head.get('version'))[:20]} of the format; this gateway"
            f" reads version {VERSION}."
        )


def _bytes(file: Path, most: int) -> bytes:
    try:
        with file.open("rb") as opened:
            content = opened.read(most + 1)
    except FileNotFoundError:
        raise RecordingInvalid(f"{file}: the file is missing.") from None
    except OSError as error:
        raise RecordingInvalid(f"{file}: {error.strerror}.") from None
    if len(content) > most:
        raise RecordingInvalid(f"{file}: it is larger than {most} bytes.")
    return content


def _changed(file: Path) -> RecordingInvalid:
    return RecordingInvalid(
        f"{file}: it is not as it was recorded (SHA-256): damaged, or edited by hand."
    )


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=True) + "\n").encode()
