"""Answers of partners: envelope, package, attachments, faults, and the permit in them.

The first byte chooses media type and HTTP status. A permit that is read can be written and comes
back the same; no more bytes of attachments come out than the answer has.
"""

from pathlib import Path

from adapters.registry import formats
from gateway.domain.errors import DocumentInvalid
from gateway.exchange.ports import PartnerReply
from gateway.partners.answers import read_certificate, read_confirmation, read_state
from gateway.partners.faults import Failure, PartnerRefusal
from gateway.partners.transport import RawAnswer
from tests.fuzz.campaign import Broken
from tests.fuzz.coverage_guided.target import Target, chosen
from tests.fuzz.refusals import only
from tests.soap.endpoint import DOCUMENTS

_PACKAGE = 'multipart/related; type="application/xop+xml"; boundary="epix"; start="<root@epix>"'
_CHOICES = [
    (media, status)
    for media in (
        "text/xml", _PACKAGE, "application/soap+xml; charset=utf-16", "",
        "text/xml; charset=iso-8859-1", "multipart/related; boundary=epix",
    )
    for status in (200, 500, 503, 302)
]  # fmt: skip
_LARGEST_SEED = 40_000


def make(_folder: Path) -> Target:
    """The readers of all three answers, and of both schema versions."""
    readers = formats()

    def attempt(data: bytes) -> str:
        (media, status), body = chosen(data, _CHOICES)
        reply: PartnerReply | None = None
        for read in (read_confirmation, read_state, read_certificate):
            answer = RawAnswer(status, media, "", bytearray(body))
            with only((Failure, PartnerRefusal), data) as refused:
                found = read(answer)
                reply = found if isinstance(found, PartnerReply) else None
        if reply is None:
            return refused.outcome
        if sum(len(each.content) for each in reply.attachments) > len(body):
            raise Broken("more attachments came out than there are bytes", data)
        reader = readers[reply.version]
        with only(DocumentInvalid, data) as refused:
            permit = reader.read(reply.document)
            with only(DocumentInvalid, data):
                # Not the permit itself: the letter of a signature, and the unit of box 11, are
                # always written, also where a partner left them out.
                written = reader.write(permit)
                if reader.write(reader.read(written)) != written:
                    raise Broken("a permit comes back otherwise", data)
        return f"{reply.version} {refused.outcome}"

    return Target(
        attempt,
        _seeds(),
        (
            *(f"gateway/partners/{name}.py" for name in ("answers", "envelope", "mtom", "xml")),
            *(f"adapters/{name}.py" for name in ("permit_format", "tree", "xml", "mapping",
                                                  "unmapped", "assembly")),
        ),
    )  # fmt: skip


def _seeds() -> list[bytes]:
    seeds = []
    for file in sorted((DOCUMENTS / "envelopes").glob("partner_*")):
        answer = file.read_bytes()
        if len(answer) < _LARGEST_SEED:
            seeds.append(b"\0" + answer)
    for version in ("v1", "v2"):
        permit = (DOCUMENTS / version / "full.xml").read_bytes()
        inner = permit.partition(b"?>")[2] if permit.startswith(b"<?xml") else permit
        envelope = (
            b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"'
            b' xmlns:x="http://www.w3.org/2004/08/xop/include"><s:Body><r>' + inner +
            b"<Attachments><AttachmentName>a.pdf</AttachmentName><AttachmentContent>"
            b'<x:Include href="cid:1@epix"/></AttachmentContent></Attachments>'
            b"<Composite>true</Composite></r></s:Body></s:Envelope>"
        )  # fmt: skip
        seeds.append(
            bytes([4])
            + b'--epix\r\nContent-Type: application/xop+xml; type="text/xml"\r\nContent-ID:'
            b" <root@epix>\r\n\r\n"
            + envelope
            + b"\r\n--epix\r\nContent-ID: <1@epix>\r\nContent-Transfer-Encoding:"
            b" base64\r\n\r\nQUJD\r\n--epix--\r\n"
        )
    return seeds
