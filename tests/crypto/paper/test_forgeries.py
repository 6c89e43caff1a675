"""Forged permit codes, 200 of each kind: none is accepted, every untouched twin is."""

import random
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.paper.digits import to_digits
from gateway.domain.paper.verdict import PaperStatus
from gateway.domain.permit.quantity import Quantity
from tests.builders import a_permit, a_position
from tests.crypto.paper.papers import PAGE, PERMIT, Paper, a_paper, status
from tests.crypto.permit_seal.seal_pki import NOON
from tests.long_haul import is_long_haul

TIMES = 200
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ACCEPTED = PaperStatus.GENUINE


@pytest.fixture(scope="module")
def paper() -> Paper:
    return a_paper()


@pytest.fixture(scope="module")
def twins(paper: Paper) -> list[bytes]:
    return [
        paper.code(replace(PERMIT, number=a_permit(f"MZ26EX{place:06}").number))
        for place in range(TIMES)
    ]


def flipped(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def statuses(forged: Iterator[bytes], *papers: Paper) -> list[PaperStatus]:
    return [status(code, *papers) for code in forged]


@pytest.mark.slow
def test_the_untouched_twins_are_all_accepted(paper: Paper, twins: list[bytes]) -> None:
    assert statuses(iter(twins), paper) == [ACCEPTED] * TIMES


@pytest.mark.slow
@pytest.mark.parametrize("part", [2, 3], ids=["payload", "signature"])
def test_a_flipped_bit_is_never_accepted(paper: Paper, twins: list[bytes], part: int) -> None:
    chance = random.Random(part)

    def forged() -> Iterator[bytes]:
        for code in twins:
            frame = cbor2.loads(code)
            frame[part] = flipped(frame[part], chance)
            yield cbor2.dumps(frame, canonical=True)

    assert set(statuses(forged(), paper)) == {PaperStatus.ALTERED}


@pytest.mark.slow
def test_a_flipped_bit_anywhere_is_never_accepted(paper: Paper) -> None:
    """In every byte of a code, frame, header and key id too; in the long form every bit."""
    code = paper.code(a_permit(positions=(), importer=None, exporter=None, valid_from=None))
    found = set()
    for at in range(len(code)):
        for bit in range(8) if is_long_haul() else [at % 8]:
            found.add(status(code[:at] + bytes([code[at] ^ 1 << bit]) + code[at + 1 :], paper))
    assert found == {PaperStatus.ALTERED, PaperStatus.SIGNER_UNKNOWN}
    assert status(code, paper) is ACCEPTED


@pytest.mark.slow
def test_what_is_encoded_anew_with_valid_checksums_is_never_accepted(
    paper: Paper, twins: list[bytes]
) -> None:
    """One digit more in box 11, compressed again: zlib's checksum is right, the signature not."""

    def forged() -> Iterator[bytes]:
        for code in twins:
            frame = cbor2.loads(code)
            said = cbor2.loads(zlib.decompress(frame[2]))
            said[7][0][10] = "50 NAR"
            frame[2] = zlib.compress(cbor2.dumps(said, canonical=True), 9)
            yield cbor2.dumps(frame, canonical=True)

    assert set(statuses(forged(), paper)) == {PaperStatus.ALTERED}


@pytest.mark.slow
def test_a_foreign_key_is_never_accepted(paper: Paper, twins: list[bytes]) -> None:
    """A key of its own, also under the id of the true one."""
    foreign = a_paper()
    theirs = [foreign.code() for _ in range(TIMES // 2)]
    assert set(statuses(iter(theirs), paper)) == {PaperStatus.SIGNER_UNKNOWN}

    def renamed() -> Iterator[bytes]:
        for code in theirs:
            frame = cbor2.loads(code)
            frame[0] = cbor2.loads(twins[0])[0]
            yield cbor2.dumps(frame, canonical=True)

    assert set(statuses(renamed(), paper)) == {PaperStatus.ALTERED}


@pytest.mark.slow
def test_an_expired_permit_is_never_accepted(paper: Paper) -> None:
    chance = random.Random(1)
    for _ in range(TIMES):
        last = NOON - timedelta(days=chance.randrange(1, 300))
        assert status(paper.code(replace(PERMIT, valid_until=last)), paper) is PaperStatus.EXPIRED


def test_the_other_half_of_a_signature_is_not_accepted(paper: Paper) -> None:
    """ECDSA takes n - s as well: there would be two codes of one signature."""
    frame = cbor2.loads(paper.code())
    r, s = frame[3][:32], int.from_bytes(frame[3][32:])
    frame[3] = r + (ORDER - s).to_bytes(32)
    assert status(cbor2.dumps(frame, canonical=True), paper) is PaperStatus.ALTERED


def test_other_encodings_of_the_same_frame_are_not_accepted(paper: Paper) -> None:
    code = paper.code()
    frame = cbor2.loads(code)
    others = [
        cbor2.dumps(cbor2.CBORTag(18, frame), canonical=True),
        b"\x98\x04" + code[1:],
        code + b"\0",
        cbor2.dumps([frame[0], {1: 1}, *frame[2:]], canonical=True),
        cbor2.dumps([cbor2.dumps({1: -7, 4: b"12345678", 3: 0}), *frame[1:]], canonical=True),
        cbor2.dumps([cbor2.dumps({1: -35, 4: b"12345678"}), *frame[1:]], canonical=True),
        b"",
        b"\x84" * 300,
        b"\x9b" + b"\xff" * 8,
    ]
    found = [status(f"{PAGE}#{to_digits(each)}", paper) for each in others if each]
    assert set(found) == {PaperStatus.ALTERED}


@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_are_altered_and_nothing_else_happens(data: bytes) -> None:
    assert status(f"{PAGE}#{to_digits(data)}") is PaperStatus.ALTERED


def test_a_bomb_that_a_stranger_compressed_is_not_decompressed(paper: Paper) -> None:
    frame = cbor2.loads(paper.code())
    frame[2] = zlib.compress(bytes(1_500_000), 9)
    assert status(cbor2.dumps(frame, canonical=True), paper) is PaperStatus.ALTERED


def test_a_changed_quantity_changes_what_is_signed(paper: Paper) -> None:
    permit = replace(PERMIT, positions=(a_position(quantity=Quantity(Decimal(6), "NAR")),))
    assert paper.code(permit)[:40] != paper.code()[:40]
