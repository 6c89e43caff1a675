"""Permit codes, read by another program: reader.mjs knows docs/paper.md and a browser's parts.

It gets the same codes and key lists as ours, and must give the same verdict on each.
"""

import json
import random
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import cbor2
import pytest

from gateway.crypto.journal_seal.heads import JournalSigner
from gateway.domain.identifiers import Authority, TokenId
from gateway.domain.key_revocation import RevocationCause
from gateway.domain.paper.digits import address_of
from gateway.domain.paper.key_list import KeyList, PaperKeyRevocation
from gateway.domain.paper.verdict import PaperStatus
from gateway.exchange.permits.paper.key_list_file import written
from tests import programs
from tests.crypto.paper.papers import (
    MZ,
    PAGE,
    PERMIT,
    Paper,
    a_paper,
    status,
    withdrawn_permits,
)
from tests.crypto.permit_seal.seal_pki import NOON, a_ca

READER = Path(__file__).parent / "paper/reader.mjs"
DAY = timedelta(days=1)
SIGNER = a_ca().issue("MZ")

Case = tuple[bytes, Paper, datetime]

pytestmark = pytest.mark.slow


def text_of(key_list: KeyList) -> Any:
    """The signed text of a list, as the file has it."""
    file = json.loads(written(key_list, JournalSigner(SIGNER.key, (SIGNER.certificate,))))
    return json.loads(b64decode(file["text"]))


def cases() -> Iterator[Case]:
    paper, foreign, chance = a_paper(), a_paper(), random.Random(7)
    code = paper.code(token=TokenId("SECRET-1"))
    number = PERMIT.number.text
    yield code, paper, NOON
    yield paper.code(replace(PERMIT, positions=PERMIT.positions * 6)), paper, NOON
    yield paper.code(replace(PERMIT, special_conditions=("Ω ž é " * 100,))), paper, NOON
    yield paper.code(replace(PERMIT, valid_until=None)), paper, NOON
    yield foreign.code(), paper, NOON
    yield paper.code(authority=Authority(MZ, "OTHER")), paper, NOON
    yield code, replace(paper, withdrawn=withdrawn_permits(number, "A", "B", "C")), NOON
    yield code, replace(paper, withdrawn=withdrawn_permits("A", "B", "C")), NOON
    yield code, replace(paper, next_at=NOON - DAY), NOON
    yield paper.code(replace(PERMIT, valid_from=NOON + DAY)), paper, NOON
    assert PERMIT.valid_before
    for seconds in (-1, 0):
        at = PERMIT.valid_before + timedelta(seconds=seconds)
        yield code, replace(paper, next_at=at + DAY), at
    for cause in RevocationCause:
        revoked = replace(paper, revocation=PaperKeyRevocation(NOON - DAY, cause))
        yield code, revoked, NOON
        yield paper.code(at=NOON - 2 * DAY), revoked, NOON
    yield code, paper, NOON - DAY
    for _ in range(60):
        at = chance.randrange(len(code))
        yield code[:at] + bytes([code[at] ^ 1 << chance.randrange(8)]) + code[at + 1 :], paper, NOON
    frame = cbor2.loads(code)
    yield cbor2.dumps([frame[0], {1: 1}, *frame[2:]], canonical=True), paper, NOON
    yield code + b"\0", paper, NOON


def test_another_program_gives_the_same_verdict_on_each_code() -> None:
    every = list(cases())
    lines = [
        json.dumps(
            {
                "address": address_of(PAGE, code),
                "lists": [text_of(paper.list)],
                "now": at.isoformat(),
            }
        )
        for code, paper, at in every
    ]
    node = programs.program("node", "nodejs")
    done = subprocess.run(
        [node, str(READER)], input="\n".join(lines), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    ours = [status(code, paper, at=at).value for code, paper, at in every]
    assert done.stdout.split() == ours
    assert set(ours) == set(PaperStatus) - {PaperStatus.WITHDRAWN, PaperStatus.KEY_EXPIRED}
