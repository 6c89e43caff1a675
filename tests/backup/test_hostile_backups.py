"""Forged and damaged backups: refused with one sentence, and nothing is written anywhere."""

import base64
import gzip
import json
from collections.abc import Callable

import pytest

from gateway.domain.errors import BackupInvalid
from tests.backup.small_gateway import SmallGateway

Change = Callable[[list[bytes]], list[bytes]]


def json_line(**words: object) -> bytes:
    return json.dumps(words).encode() + b"\n"


def instead(place: int, **words: object) -> Change:
    """Replace values of a line."""
    return lambda lines: [
        *lines[:place],
        json_line(**{**json.loads(lines[place]), **words}),
        *lines[place + 1 :],
    ]


def raw(place: int, line: bytes) -> Change:
    return lambda lines: [*lines[:place], line, *lines[place + 1 :]]


def a_file(path: str, content: str = "") -> Change:
    return lambda lines: [lines[0], json_line(file=path, mode=0o600, content=content), *lines[1:]]


def a_link(path: str, to: str) -> Change:
    return lambda lines: [lines[0], json_line(link=path, to=to), *lines[1:]]


HEAD, FILE, TABLE, ROW, END_OF_ROWS, END = 0, 1, 4, 5, 7, -1
CHANGES: dict[str, Change] = {
    "no head": lambda lines: lines[1:],
    "head of a newer form": instead(HEAD, **{"epix-gateway backup": 2}),
    "head of a newer revision": instead(HEAD, revision="9999"),
    "head without a revision": raw(HEAD, b'{"epix-gateway backup":1}\n'),
    "head whose moment is none": instead(HEAD, made_at="yesterday"),
    "head that is a list": raw(HEAD, b"[]\n"),
    "line that is not JSON": raw(FILE, b"\xff\xfe\n"),
    "line nested without end": raw(ROW, b"[" * 100_000 + b"\n"),
    "row removed": lambda lines: lines[:ROW] + lines[ROW + 1 :],
    "row repeated": lambda lines: [*lines[:ROW], lines[ROW], *lines[ROW:]],
    "rows exchanged": lambda lines: [*lines[:ROW], lines[ROW + 1], lines[ROW], *lines[ROW + 2 :]],
    "row changed": raw(ROW, b'[2,"MZ",true,"AP8="]\n'),
    "row too short": raw(ROW, b"[1]\n"),
    "row of other kinds": raw(ROW, b'["1","MZ",true,"AP8="]\n'),
    "truth for a number": raw(ROW, b'[true,"MZ",true,"AP8="]\n'),
    "number too long for any database": raw(ROW, b'[9223372036854775808,"MZ",true,"AP8="]\n'),
    "number of a thousand digits": raw(ROW, b"[" + b"9" * 5000 + b',"MZ",true,"AP8="]\n'),
    "number with a point": raw(ROW, b'[1.5,"MZ",true,"AP8="]\n'),
    "half a character": raw(ROW, b'[1,"\\ud800",true,"AP8="]\n'),
    "bytes that are no base64": raw(ROW, b'[1,"MZ",true,"AP8"]\n'),
    "another count of rows": instead(TABLE, rows=1),
    "absurd count of rows": instead(TABLE, rows=10**18),
    "count below zero": instead(TABLE, rows=-1),
    "columns of an unknown kind": instead(TABLE, columns={"id": "picture"}),
    "columns that are a text": instead(TABLE, columns="id"),
    "another digest": instead(END_OF_ROWS, sha256="0" * 64),
    "no end": lambda lines: lines[:END],
    "end with another count of tables": instead(END, tables=1),
    "table removed": lambda lines: lines[:-3] + lines[END:],
    "something after the end": lambda lines: [*lines, b"{}\n"],
    "file above the directory": a_file("../escaped"),
    "file beside conf": a_file("conf/../../escaped"),
    "file at an absolute path": a_file("/tmp/escaped"),
    "file where the database goes": a_file("data/gateway.sqlite"),
    "file with a name that ends in the middle": a_file("conf/a\0b"),
    "file without a name": a_file(""),
    "file of a name that is taken": a_file("conf/gateway.toml"),
    "file that is a folder for others": a_file("conf"),
    "file whose content is no base64": a_file("conf/a", "?"),
    "file whose mode is a text": instead(FILE, mode="600"),
    "link out of the directory": a_link("keys/a", "../../outside"),
    "link to an absolute path": a_link("keys/a", "/etc"),
    "link above the directory": a_link("../a", "b"),
    "link that goes up after it went down": a_link("keys/a", "b/../../outside"),
    "link to the directory that holds all": a_link("keys/a", "../.."),
    "link behind a link": lambda lines: [
        lines[0],
        json_line(link="keys/a", to="."),
        json_line(link="keys/a/b", to="../../x"),
        *lines[1:],
    ],
    "file through a link": lambda lines: [
        lines[0],
        json_line(link="keys/out", to="seal"),
        json_line(file="keys/out/x", mode=384, content=""),
        *lines[1:],
    ],
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_lines_that_are_not_those_of_a_backup(
    gateway: SmallGateway, rewritten: Callable[[Change], None], change: Change
) -> None:
    rewritten(change)
    with pytest.raises(BackupInvalid) as refused:
        gateway.restore()
    assert refused.value.text.endswith(".")
    assert not gateway.database.whole
    assert not list(gateway.folder.glob("*restored*"))
    assert not list(gateway.folder.glob("*outside*")) + list(gateway.folder.rglob("*escaped*"))


def test_the_lines_as_they_are_would_be_restored(
    gateway: SmallGateway, rewritten: Callable[[Change], None]
) -> None:
    rewritten(lambda lines: lines)
    assert gateway.restore().rows == 2


OTHERS = {
    "nothing": lambda: b"",
    "not compressed": lambda: b"a letter",
    "nothing, compressed": lambda: gzip.compress(b""),
    "a letter": lambda: gzip.compress(b"a letter"),
    "other JSON": lambda: gzip.compress(b'{"a": "letter"}\n'),
    "much of nothing": lambda: gzip.compress(b"0" * 50_000_000),
}


@pytest.mark.slow
@pytest.mark.parametrize("content", OTHERS.values(), ids=OTHERS)
def test_something_else_under_the_right_passphrase(
    gateway: SmallGateway, content: Callable[[], bytes]
) -> None:
    gateway.put_lines(content())
    with pytest.raises(BackupInvalid, match="no backup of epix-gateway"):
        gateway.verify()


def test_compressed_lines_that_break_off(gateway: SmallGateway) -> None:
    whole = gzip.compress(b"".join(gateway.lines()))
    for length in (len(whole) - 1, len(whole) // 2, 12):
        gateway.put_lines(whole[:length])
        with pytest.raises(BackupInvalid):
            gateway.verify()


def test_a_line_without_end_is_not_read_to_its_end(
    gateway: SmallGateway, rewritten: Callable[[Change], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.backup.reading._LONGEST_LINE", 100_000)
    rewritten(a_file("conf/large", base64.b64encode(bytes(200_000)).decode()))
    with pytest.raises(BackupInvalid, match="absurd length"):
        gateway.verify()


def test_the_whole_file_cut_off_or_changed_anywhere(gateway: SmallGateway) -> None:
    whole = gateway.backup.read_bytes()
    for place in range(0, len(whole), 37):
        for damaged in (
            whole[:place],
            whole[:place] + bytes([whole[place] ^ 0x40]) + whole[place + 1 :],
        ):
            gateway.backup.write_bytes(damaged)
            with pytest.raises(BackupInvalid):
                gateway.verify()


def test_another_passphrase(gateway: SmallGateway) -> None:
    with pytest.raises(BackupInvalid, match="passphrase is not the one"):
        gateway.restore(b"another sentence")
    assert not gateway.restored.exists()
