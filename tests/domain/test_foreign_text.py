"""Foreign text: nothing of Unicode that ends, turns or hides a line survives; names do."""

import json
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

import idna
import pytest

from gateway.domain.foreign_text import in_json, one_line
from gateway.domain.white_space import XML_WHITE_SPACE, collapsed, trimmed
from tests.long_haul import repetitions

JOINERS = "\u200c\u200d"
UNSAFE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
JOINING_SCRIPTS = (
    range(0x0600, 0x0D80),  # Arabic, Syriac, N'Ko, Mandaic, and the scripts of India with viramas
    range(0x1800, 0x18B0),
    range(0xA840, 0xA880),
    range(0x10AC0, 0x10FE0),
    range(0x1E900, 0x1E960),
)


FEW_KINDS = range(0x20000, 0xE0000), range(0xE1000, 0x110000)
"""Planes of ideographs, private use and what is unassigned: long, and of few kinds."""


@cache
def all_characters() -> list[str]:
    """Those of Unicode, surrogates and unassigned ones included.

    In the short form some of each stretch of the planes with few kinds.
    """
    step = repetitions(short=101, long=1)
    codes = [*range(0x20000), *range(0xE0000, 0xE1000)]
    for plane in FEW_KINDS:
        codes += plane[::step]
    return [chr(code) for code in sorted(codes)]


def batched(letters: Sequence[str], size: int = 4096) -> Iterator[Sequence[str]]:
    for begin in range(0, len(letters), size):
        yield letters[begin : begin + size]


@pytest.mark.slow
def test_of_all_code_points_none_that_is_unsafe_survives() -> None:
    for letters in batched(all_characters()):
        shown = one_line("x".join(letters))
        assert not UNSAFE & set(map(unicodedata.category, set(shown)))


@pytest.mark.slow
def test_of_all_code_points_every_letter_digit_sign_and_space_stays() -> None:
    changed = {
        letter
        for letter in all_characters()
        if unicodedata.category(letter) not in UNSAFE and one_line(letter) != letter
    }
    assert {"\u034f", "\u3164", "\ufe0f", "\uffa0"} <= changed
    assert len(changed) < 300, "invisible letters and marks alone"
    assert all(unicodedata.category(letter) in ("Mn", "Lo") for letter in changed)


@pytest.mark.long_haul  # the short form cleans all code points
@pytest.mark.slow
def test_of_all_code_points_each_comes_back_from_json_and_none_is_unsafe_in_it() -> None:
    for letters in batched(all_characters()):
        text = "x".join(letters)
        written = in_json(json.dumps(text, ensure_ascii=False))
        assert not UNSAFE & set(map(unicodedata.category, set(written)))
        assert json.loads(written) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("CN=x\n✓ SEALED AND VALID", r"CN=x\u000A✓ SEALED AND VALID"),
        ("a\r\nb\tc\x1b[31m\x85d", r"a\u000D\u000Ab\u0009c\u001B[31m\u0085d"),
        ("a\u2028b\u2029c", r"a\u2028b\u2029c"),
        ("gpj\u202efdp.exe\u2066", r"gpj\u202Efdp.exe\u2066"),
        ("MZ\u200b26\ufeff\u00ad", r"MZ\u200B26\uFEFF\u00AD"),
        ("\ue000\U000f0000\ud800", r"\uE000\U000F0000\uD800"),
        ("flag\U000e0067", r"flag\U000E0067"),
        ("CN=a\\, b", "CN=a\\, b"),
        ("", ""),
    ],
)
def test_what_cannot_be_shown_is_an_escape(text: str, shown: str) -> None:
    assert one_line(text) == shown


@pytest.mark.parametrize(
    "name",
    [
        "ශ්\u200dරී ලංකාව",  # Sri Lanka, in Sinhala
        "می\u200cخواهم نامه\u200cای",  # Persian
        "क्\u200dष क्\u200cष",  # Hindi
        "ന്\u200d",  # Malayalam
        "São Tomé e Príncipe, Côte d'Ivoire, Đặng Thị Ánh, 中华人民共和国, საქართველო, ኢትዮጵያ",
        "Ministère\u00a0: Service\u202fCITES",
        "🐘 12 kg",
    ],
)
def test_names_of_the_world_stay_as_they_are(name: str) -> None:
    assert one_line(name) == name
    assert in_json(json.dumps(name, ensure_ascii=False)) == f'"{name}"'


@pytest.mark.parametrize(
    "text", ["M\u200dZ", "M\u200cZ", "\u200cی", "ا\u200cب", "ک\u200d", "می\u200c"]
)
def test_a_joiner_where_it_joins_nothing_is_seen(text: str) -> None:
    assert not set(JOINERS) & set(one_line(text))


@pytest.mark.slow
def test_joiners_stay_exactly_where_idna_allows_them() -> None:
    """The table of joining types against that of another implementation."""
    letters = [
        chr(code)
        for block in JOINING_SCRIPTS
        for code in block
        if unicodedata.category(chr(code)) not in UNSAFE
    ]
    for joiner in JOINERS:
        for letter in letters:
            for label, at in ((f"{letter}{joiner}ب", 1), (f"ب{joiner}{letter}ب", 1)):
                kept = joiner in one_line(label)
                assert kept is idna.core.valid_contextj(label, at), (hex(ord(letter)), label)


@pytest.mark.slow
def test_cost_grows_no_faster_than_size_with_marks_without_end() -> None:
    marks = "\u064b" * 20_000
    assert one_line(f"ب{marks}\u200c{marks}ب").count("\u200c") == 1
    assert "\u200c" not in one_line(("\u200c" + "\u064b") * 20_000)


def test_white_space_is_that_of_xml_alone() -> None:
    for letter in all_characters():
        assert (trimmed(f"{letter}x{letter}") == "x") is (letter in XML_WHITE_SPACE)
    assert collapsed(" a \t\r\n b\u00a0c\x0b ") == "a b\u00a0c\x0b"
