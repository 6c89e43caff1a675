"""Files of recordings: read as written; what is damaged, edited or of another version says so."""

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from gateway.bootstrap.recordings.replayer import recordings_in
from gateway.domain.errors import RecordingInvalid
from gateway.recordings import files
from tests.recordings.exchanges import an_exchange, later, recorded

ONE = "0001-GetNonFinalCitesCertificate"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set, to be copied."""
    folder = tmp_path_factory.mktemp("made")
    recorded(folder, an_exchange(), later(an_exchange(b""), 9, status=None))
    return folder / "set"


@pytest.fixture
def folder(tmp_path: Path, made: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "set"))


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    written = recorded(tmp_path, an_exchange(), later(an_exchange(b""), 9.5, status=None))
    assert recordings_in([tmp_path / "set"]) == written
    assert recordings_in([tmp_path / "set" / ONE]) == written[:1]
    assert written[1].after_seconds == 9.5
    assert not (tmp_path / "set/0002-GetNonFinalCitesCertificate/answer.xml").exists()


def test_files_are_fit_for_git(folder: Path) -> None:
    assert (folder / ".gitattributes").read_text() == "* -text\n"
    for name in ("recording.json", "request.xml", "answer.xml"):
        content = (folder / ONE / name).read_bytes()
        assert content.endswith(b"\n")
        assert b"\r" not in content
        content.decode("utf-8")
    assert len((folder / ONE / "answer.xml").read_bytes().splitlines()) > 50, "an element a line"


def test_keys_go_along_for_the_owner_alone(folder: Path) -> None:
    keys = {path.name for path in (folder / "keys").iterdir()}
    assert keys == {"ca.pem", "seal-MZ.pem", "seal-MZ.key.pem"}
    assert (folder / "keys/seal-MZ.key.pem").stat().st_mode & 0o077 == 0


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1))

    return change


def _rewritten(folder: Path, content_type: str) -> None:
    """A head with right digests, as an intruder would write it."""
    head, index = folder / ONE / "recording.json", folder / "recordings.json"
    fields = json.loads(head.read_text())
    fields["messages"]["answer"]["content_type"] = content_type
    head.write_text(json.dumps(fields))
    digests = json.loads(index.read_text())
    digests["exchanges"][ONE] = sha256(head.read_bytes()).hexdigest()
    index.write_text(json.dumps(digests))


BROKEN: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "message edited": (replaced(f"{ONE}/answer.xml", ">5<", ">6<"), "answer.xml", "by hand"),
    "request edited": (replaced(f"{ONE}/request.xml", ">MZ<", ">ZA<"), "request.xml", "by hand"),
    "message cut": (
        lambda folder: (folder / ONE / "answer.xml").write_bytes(b"<?xml"),
        "answer.xml",
        "damaged",
    ),
    "message gone": (
        lambda folder: (folder / ONE / "answer.xml").unlink(),
        "answer.xml",
        "missing",
    ),
    "head edited": (replaced(f"{ONE}/recording.json", '"ok"', '"OK"'), "recording.json", "by hand"),
    "head no JSON": (replaced(f"{ONE}/recording.json", "{", ""), "recording.json", "no JSON"),
    "head of another version": (
        replaced(f"{ONE}/recording.json", '"version": 1', '"version": 2'),
        "recording.json",
        "version 2",
    ),
    "a header that ends its line": (
        lambda folder: _rewritten(folder, "text/xml\r\nX: y"),
        "recording.json",
        "by hand",
    ),
    "index of another version": (
        replaced("recordings.json", '"version": 1', '"version": 7'),
        "recordings.json",
        "version 7 of the format; this gateway reads version 1",
    ),
    "index of another program": (
        replaced("recordings.json", "epix-gateway recordings", "cassette"),
        "recordings.json",
        "no recording of epix-gateway",
    ),
    "index gone": (lambda folder: (folder / "recordings.json").unlink(), "", "missing"),
    "a path out of the folder": (
        replaced("recordings.json", f'"{ONE}"', '"../../elsewhere"'),
        "recordings.json",
        "by hand",
    ),
    "a deep JSON": (
        lambda folder: (folder / "recordings.json").write_text("[" * 100_000),
        "recordings.json",
        "no JSON",
    ),
    "a key edited": (replaced("keys/ca.pem", "MII", "MIJ"), "ca.pem", "by hand"),
    "exchanges no table": (
        lambda folder: (folder / "recordings.json").write_text(
            json.dumps({"format": files.FORMAT, "version": 1, "exchanges": [], "keys": {}})
        ),
        "recordings.json",
        "by hand",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_not_as_it_was_recorded_says_so(case: str, folder: Path) -> None:
    break_it, file, words = BROKEN[case]
    break_it(folder)
    with pytest.raises(RecordingInvalid) as refused:
        recordings_in([folder])
    assert file in refused.value.text
    assert words in refused.value.text


def test_a_message_is_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_MESSAGE_BYTES", 100)
    with pytest.raises(RecordingInvalid, match="larger than 100 bytes"):
        recordings_in([folder])


@pytest.mark.slow
def test_a_folder_that_holds_something_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    recorded(tmp_path)
    with pytest.raises(RecordingInvalid, match="holds something already"):
        recorded(tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(RecordingInvalid):
        recordings_in([tmp_path / "file"])
    with pytest.raises(RecordingInvalid, match="no recording"):
        recordings_in([])
