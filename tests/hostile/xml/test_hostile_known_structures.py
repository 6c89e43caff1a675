"""Class: envelope structure.

A message of known structure never passes where the full check refuses.
"""

import random

import pytest

from gateway.domain.errors import InvalidRequest
from gateway.soap.reading.envelope import request_among, request_in, soap_of
from gateway.soap.reading.known_structures import KnownStructures
from gateway.soap.reading.limits import MessageLimits
from gateway.soap.reading.xml import parse
from gateway.wire.namespaces import SOAP_11, SOAP_12
from tests.long_haul import repetitions

LIMITS = MessageLimits()
ADDRESS = "https://permits.example/epix/v2"
HEADERS = (
    "",
    "<s:Header/>",
    "<s:Header> </s:Header>",
    "<s:Header><x:B xmlns:x='urn:x'>hello</x:B></s:Header>",
    (
        "<s:Header><x:B xmlns:x='urn:x' s:mustUnderstand='0'>hello</x:B><y:C"
        " xmlns:y='urn:y'/></s:Header>"
    ),
)
PIECES = (
    b"text",
    b" ",
    b"\n",
    b"\t",
    b"\xc2\xa0",
    b"&#160;",
    b"&amp;",
    b"&#32;",
    b"&#x41;",
    b">",
    b"]]>",
    b"<",
    b"'",
    b'"',
    b"<!--c-->",
    b"<?p?>",
    b"<![CDATA[x]]>",
    b" x='1'",
    b" s:encodingStyle=''",
    b"\x00",
    b"\xef\xbb\xbf",
)
TRIES = repetitions(short=20_000, long=100_000)


def messages() -> list[bytes]:
    return [
        f'<?xml version="1.0"?>{gap}<s:Envelope xmlns:s="{soap}"'
        f' xmlns:v="urn:v">{gap}{header}{gap}<s:Body>{gap}<v:R><A>1</A>{gap}<B>x'
        f" y</B><C/></v:R>{gap}</s:Body>{gap}</s:Envelope>{gap}".encode()
        for soap in (SOAP_11, SOAP_12)
        for header in HEADERS
        for gap in ("", " \n")
    ]


def changed(message: bytes, chance: random.Random) -> bytes:
    """With one to three pieces put in, most often where there may be text."""
    made = bytearray(message)
    for _ in range(chance.randint(1, 3)):
        gaps = [at + 1 for at, byte in enumerate(made) if byte == ord(">")]
        at = chance.choice(gaps) if chance.random() < 0.9 else chance.randrange(len(made) + 1)
        made[at:at] = chance.choice(PIECES)
    return bytes(made)


def accepts(whole: bool, message: bytes) -> bool:
    root = parse(message, LIMITS, known=True)
    try:
        if whole:
            request_in(root, soap_of(root), ADDRESS, LIMITS)
        else:
            request_among(root)
    except InvalidRequest:
        return False
    return True


@pytest.mark.long_haul  # tests/soap/reading has each structure
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(repetitions(short=1, long=2)))
def test_a_message_of_known_structure_passes_the_full_check_too(seed: int) -> None:
    chance, structures, known = random.Random(seed), KnownStructures(), messages()
    for message in known:
        structures.add(message, "za")
    verdicts = {True: 0, False: 0}
    for _ in range(TRIES):
        message = changed(chance.choice(known), chance)
        if not structures.contains(message):
            continue
        try:
            verdict = accepts(True, message)
        except InvalidRequest:  # no XML any more: both ways begin with reading it
            continue
        assert accepts(False, message) is verdict, message
        verdicts[verdict] += 1
    assert min(verdicts.values()) > 500  # both were really put to the question
