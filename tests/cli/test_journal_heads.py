"""`journal heads`, and `journal verify --expected-heads`: heads that were kept in other places."""

import json
from base64 import b64encode
from pathlib import Path

import pytest

from gateway.bootstrap import build
from gateway.settings import load_settings
from tests.cli.conftest import Call
from tests.cli.test_journal_head import empty, exchanged, rolled_back

pytestmark = pytest.mark.slow

__all__ = ["rolled_back"]


def noted(directory: Path, call: Call) -> str:
    return call("journal", "head", "--dir", directory).out.strip()


def test_an_anchor_file_is_verified_line_by_line(
    directory: Path, tmp_path: Path, call: Call
) -> None:
    file = tmp_path / "heads.txt"
    lines = []
    for count in (2, 1, 3):
        exchanged(directory, count)
        lines.append(noted(directory, call))
    file.write_text("\n".join(lines) + "\n\n")
    answer = call("journal", "verify", "--expected-heads", file, "--dir", directory)
    assert answer.status == 0, answer.out
    assert "head 3 is the one that was noted" in answer.out
    assert "NOT CHECKED" not in answer.out
    lines[1] = f"2 {'ab' * 32} 3"
    file.write_text("\n".join(lines))
    answer = call("journal", "verify", "--expected-heads", file, "--dir", directory)
    assert answer.status == 1
    assert "Head 2 is not the one that was noted" in answer.out


def test_a_roll_back_is_named_by_the_file_and_by_a_single_head(
    rolled_back: tuple[Path, str], tmp_path: Path, call: Call
) -> None:
    directory, head = rolled_back
    file = tmp_path / "heads.txt"
    file.write_text(f"{head}\n3 {'cd' * 32}\n")
    options = ("--expected-heads", file, "--expected-head", head, "--dir", directory)
    answer = call("journal", "verify", *options)
    assert answer.status == 1
    assert "3 batches are missing, 8 records in them" in answer.out
    assert "head 3 was noted" in answer.out
    assert call("journal", "verify", *options, "--json").json["roll_back_checked"] is True
    empty(directory)
    answer = call("journal", "verify", *options)
    assert "that was ever sealed is gone" in answer.out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no head"),
        (b"1 abc\n", "Line 1 is no head"),
        (b"\xff\xfe\x00", "Line 1 is no head"),
        (b'{"statement": "e30=", "signature": "AA==", "certificates": "x"}', "Line 1 is no head"),
        (b"[" * 100_000, "Line 1 is no head"),
        (b"{" * 30_000, "Line 1 is no head"),
    ],
)
def test_a_file_of_something_else_is_named_and_nothing_verified(
    directory: Path, tmp_path: Path, call: Call, content: bytes, said: str
) -> None:
    exchanged(directory, 1)
    file = tmp_path / "heads.txt"
    file.write_bytes(content)
    answer = call("journal", "verify", "--expected-heads", file, "--dir", directory)
    assert answer.status == 1
    assert said in " ".join((answer.out + answer.err).split())
    assert "as it was sealed" not in answer.out
    missing = tmp_path / "missing"
    answer = call("journal", "verify", "--expected-heads", missing, "--dir", directory)
    assert "cannot be read" in " ".join((answer.out + answer.err).split())


def test_a_line_that_a_partner_gives_back_counts_with_our_signature(
    directory: Path, tmp_path: Path, call: Call
) -> None:
    exchanged(directory, 2)
    with build(load_settings(directory)) as gateway:
        head = gateway.store.sealed_journal.last()
    assert head is not None
    line = {
        "statement": b64encode(head.statement).decode(),
        "signature": b64encode(head.signature).decode(),
        "certificates": head.certificates.decode(),
    }
    file = tmp_path / "heads.jsonl"
    file.write_text(json.dumps(line))
    answer = call("journal", "verify", "--expected-heads", file, "--dir", directory)
    assert answer.status == 0, answer.out
    line["signature"] = b64encode(head.signature[:-1] + b"\x00").decode()
    file.write_text(json.dumps(line))
    answer = call("journal", "verify", "--expected-heads", file, "--dir", directory)
    assert answer.status == 1
    assert "no head that we signed" in " ".join((answer.out + answer.err).split())


def test_what_is_held_is_listed_and_written_for_one_partner(
    directory: Path, tmp_path: Path, call: Call
) -> None:
    assert call("journal", "heads", "--dir", directory, "--json").json == {"ours": [], "held": []}
    out = tmp_path / "za.jsonl"
    assert call("journal", "heads", "--out", out, "--dir", directory).status == 1
    written = call("journal", "heads", "--partner", "za", "--out", out, "--dir", directory)
    assert written.status == 0
    assert out.read_text() == ""
    again = call("journal", "heads", "--partner", "za", "--out", out, "--dir", directory)
    assert "exists already" in " ".join((again.out + again.err).split())
