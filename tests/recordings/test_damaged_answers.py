"""Damaged answers, thousands in the long form: nothing is left of the values, outcomes stay."""

import random
import shutil
from pathlib import Path

import pytest

from gateway.bootstrap.recordings.judging import outcome_of
from gateway.domain.errors import RecordingInvalid
from gateway.recordings.recording import Message
from tests.long_haul import repetitions
from tests.partners.partner_cases import ENVELOPES
from tests.recordings.exchanges import an_answer, an_exchange, every_byte, recorded
from tests.recordings.test_redaction import left_in

pytestmark = pytest.mark.slow

OPERATION = "GetNonFinalCitesCertificate"
INSERTED = (
    *(b"MZ26EX000001", b" Joana Macu\xc3\xa1cua ", b"<x>", b"</x>", b"<!--", b"-->", b'"', b"'"),
    *(b"<![CDATA[", b"&amp;", b"\xff", b"\x00", b"<!DOCTYPE a>", b"<?p ", b"\r\n"),
)
MOST_REFUSED = 0.02
"""A value in a namespace cannot be replaced: then nothing is written."""


def damaged(answer: bytes, chance: random.Random) -> bytes:
    """One to five changes: cut, insert, remove, or another byte."""
    changed = bytearray(answer)
    for _ in range(chance.choice((1, 1, 2, 5))):
        at = chance.randrange(len(changed) + 1)
        match chance.randrange(4):
            case 0:
                del changed[max(at, 10) :]
            case 1:
                changed[at:at] = chance.choice(INSERTED)
            case 2:
                del changed[at : at + chance.randrange(1, 30)]
            case _ if at < len(changed):
                changed[at] = chance.randrange(256)
    return bytes(changed)


@pytest.mark.long_haul  # the short form redacts whole ones
@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_answer_leaks_nothing(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    answers = [an_answer(), *(path.read_bytes() for path in sorted(ENVELOPES.glob("partner_*")))]
    count, refused = repetitions(short=15, long=60), 0
    for _ in range(count):
        answer = damaged(chance.choice((answers[0], chance.choice(answers))), chance)
        before = outcome_of(OPERATION, 200, Message(answer))
        try:
            (recording,) = recorded(tmp_path, an_exchange(answer, outcome=before))
        except RecordingInvalid:
            refused += 1
            continue
        assert left_in(every_byte(tmp_path)) == [], answer
        assert outcome_of(OPERATION, 200, recording.answer) == before, answer
        shutil.rmtree(tmp_path / "set")
    assert refused <= max(1, MOST_REFUSED * count)
