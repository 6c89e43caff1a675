"""Status list: bits in their order, GZIP and Multibase, and lists that are meant to hurt."""

import gzip
import zlib
from base64 import urlsafe_b64encode

import pytest

from gateway.domain.credential.status_list import (
    LENGTH,
    MOST_BYTES,
    MOST_CHARACTERS,
    ListName,
    ListUnusable,
    StatusBits,
)

PUBLISHED = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
"""The list of the examples in the recommendation: 131,072 entries, none of them set."""


def written(octets: bytes) -> str:
    return "u" + urlsafe_b64encode(octets).decode().rstrip("=")


def test_the_list_of_the_recommendation_is_read() -> None:
    bits = StatusBits.read(PUBLISHED)
    assert bits == StatusBits.of([])
    assert not any(bits.is_set(index) for index in (0, 1, LENGTH - 1))


def test_index_0_is_the_highest_bit_of_the_first_byte() -> None:
    bits = StatusBits.of([0, 9, LENGTH - 1])
    assert (bits.octets[0], bits.octets[1], bits.octets[-1]) == (0x80, 0x40, 0x01)
    assert [index for index in range(LENGTH) if bits.is_set(index)] == [0, 9, LENGTH - 1]
    again = StatusBits.read(bits.written())
    assert again == bits
    assert bits.written() == bits.written()


@pytest.mark.parametrize("index", [-1, LENGTH, 2**70])
def test_an_index_outside_is_refused(index: int) -> None:
    with pytest.raises(ListUnusable, match="no entry"):
        StatusBits.of([]).is_set(index)


@pytest.mark.slow
def test_a_bomb_is_not_unpacked() -> None:
    bomb = zlib.compressobj(wbits=31)
    packed = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(48)) + bomb.flush()
    assert len(packed) < 100_000
    with pytest.raises(ListUnusable, match="longer than"):
        StatusBits.read(written(packed))
    largest = StatusBits.read(written(gzip.compress(bytes(MOST_BYTES))))
    assert len(largest.octets) == MOST_BYTES
    with pytest.raises(ListUnusable, match="longer than"):
        StatusBits.read(written(gzip.compress(bytes(MOST_BYTES + 1))))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "base64url"),
        ("z" + PUBLISHED[1:], "base64url"),
        (PUBLISHED + "=", "base64url"),
        (PUBLISHED[:20], "not whole"),
        (PUBLISHED[:-9], "not whole"),
        ("u", "not whole"),
        ("uAAAA", "damaged"),
        ("uA", "damaged"),
        (written(gzip.compress(bytes(LENGTH // 8)) + b"more"), "not whole"),
        (written(zlib.compress(bytes(LENGTH // 8))), "damaged"),
        (written(gzip.compress(bytes(LENGTH // 8 - 1))), "less than"),
        ("u" + "A" * MOST_CHARACTERS, "too long"),
    ],
    ids=range(12),
)
def test_a_damaged_list_is_refused(text: str, words: str) -> None:
    with pytest.raises(ListUnusable, match=words):
        StatusBits.read(text)


def test_a_name_says_changes_and_rows() -> None:
    assert str(ListName.of(2, LENGTH * 3 + 5)) == "2-3"
    assert ListName.parse("2-3").places == range(LENGTH * 3, LENGTH * 4)
    for text in ("", "0", "0-", "-0", "00-0", "0-0/..", "1000000-0", "0-0\n", "٠-0"):
        with pytest.raises(ListUnusable, match="no status list"):
            ListName.parse(text)
