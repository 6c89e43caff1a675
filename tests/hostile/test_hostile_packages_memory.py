"""Class: attachments. A package takes memory in proportion to its size (MTOM amplification)."""

import subprocess
import sys

import pytest

BODY_MIB = 16
MOST_TIMES = 6
"""Memory, in sizes of the body: the body, its parts, and one copy of each while it is decoded."""
MEASURE = f"""
import resource
from gateway.partners.faults import Unreadable
from gateway.partners.mtom import unpack

MEDIA = 'multipart/related; type="application/xop+xml"; boundary="epix"; start="<root@epix>"'
ROOT = b'Content-Type: application/xop+xml; type="text/xml"\\r\\n'
ROOT += b'Content-ID: <root@epix>\\r\\n\\r\\n<a/>'
PART = b"\\r\\n--epix\\r\\nContent-ID: <1@epix>\\r\\nContent-Transfer-Encoding: base64\\r\\n\\r\\n"
SIZE = {BODY_MIB} << 20

def largest():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

def filled(before, unit, after):
    return before + unit * (SIZE // len(unit)) + after

body = BODY
before = largest()
try:
    unpack(MEDIA, body)
except Unreadable:
    pass
print((largest() - before) / len(body))
"""
BODIES = {
    "base64 in short pieces": r'filled(b"--epix\r\n" + ROOT + PART, b"QUJD ", b"\r\n--epix--\r\n")',
    "base64 in damaged pieces": r'filled(b"--epix\r\n" + ROOT + PART, b"QU ", b"\r\n--epix--\r\n")',
    "line ends after the end": r'filled(b"--epix\r\n" + ROOT + b"\r\n--epix--", b"\r\n", b"")',
    "line ends before something": r'filled(b"--epix\r\n" + ROOT + b"\r\n--epix--", b"\r\n", b"x")',
    "line ends before the first part": (
        r'filled(b"", b"\r\n", b"--epix\r\n" + ROOT + b"\r\n--epix--")'
    ),
    "delimiters": r'filled(b"", b"\r\n--epix", b"")',
    "a head without end": r'filled(b"--epix\r\nA: b", b"\r\n c", b"\r\n\r\nx\r\n--epix--")',
}


@pytest.mark.slow
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_package_takes_memory_in_proportion_to_its_size(body: str) -> None:
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE.replace("= BODY", f"= {body}")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(measured.stdout) < MOST_TIMES


INLINE = """
import resource
import schemas
from gateway.partners.answers import read_certificate
from gateway.partners.transport import RawAnswer

def largest():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

permit = "<" + next(iter(schemas.VERSION_BY_ROOT)) + "/>"
text = "QUJD " * (9 * 2**20 // 5)
body = bytearray((
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><r>' + permit +
    "<Attachments><AttachmentName>a</AttachmentName><AttachmentContent>" + text +
    "</AttachmentContent></Attachments></r></s:Body></s:Envelope>"
).encode())
before = largest()
reply = read_certificate(RawAnswer(200, "text/xml", "", body))
assert len(reply.attachments[0].content) == 9 * 2**20 // 5 * 3
print((largest() - before) / len(body))
"""


@pytest.mark.slow
def test_an_attachment_in_the_message_takes_memory_in_proportion_to_its_size() -> None:
    """The tree of the message, and copies of one text in it."""
    measured = subprocess.run(
        [sys.executable, "-c", INLINE], capture_output=True, text=True, check=True
    )
    assert float(measured.stdout) < 10
