"""Permits of the benchmark: a working directory with thousands, published as a gateway does."""

import shutil
import sqlite3
import sys
import time
from base64 import b64encode
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from gateway.bootstrap import build, migrate
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.crypto.keys.files import write_secret
from gateway.domain.identifiers import IsoCountryCode, TokenId
from gateway.exchange.ports import NationalRecord
from gateway.settings import ServerMode, load_settings
from tests.benchmarks.load import Question
from tests.builders import a_permit, a_position

LINES = "ABCDEFGHIJ"
"""Ten lines make a document of 17 KB."""

_REQUEST = Path(__file__).parent.parent / "interop" / "requests" / "GetNonFinalCitesCertificate.xml"
_SEALED = (
    b"%b<Attachments><AttachmentName>CITES-permit-seal.xml</AttachmentName>"
    b"<AttachmentContent>%b</AttachmentContent></Attachments>"
)
_PARTNER = '\n[[partner]]\nkey = "za"\ncountry = "ZA"\ncertificate_sha256 = ["{fingerprint}"]\n'


def number(place: int) -> str:
    """The number of a permit, from 0."""
    return f"MZ26EX{place:06d}"


def token(place: int) -> str:
    """Its token."""
    return f"BENCH-{place * 7919 % 1_000_003:06d}"


def working_directory(directory: Path, count: int, kept: Path | None) -> None:
    """Make one with `count` permits, and the partner `za` for the set-ups with certificates.

    kept: one like it, copied if it is there and made if not; a run writes much into its journal, so
    it has a copy.
    """
    if kept is None:
        _make(directory, count)
        return
    if not kept.exists():
        _make(kept, count)
    shutil.copytree(kept, directory, symlinks=True)
    migrate(load_settings(directory))


def _make(directory: Path, count: int) -> None:
    ca = DevelopmentCa()
    partner = ca.client("ZA")
    plan = Plan(IsoCountryCode("MZ"), listen="127.0.0.1:0", mode=ServerMode.PLAIN_LOOPBACK)
    make(directory, plan, ca, _PARTNER.format(fingerprint=partner.sha256))
    (directory / "keys/partner.pem").write_bytes(partner.certificate)
    write_secret(directory / "keys/partner.key.pem", partner.key)
    began = time.monotonic()
    with build(load_settings(directory)) as gateway:
        for place in range(count):
            permit = a_permit(
                number(place), positions=tuple(a_position(letter) for letter in LINES)
            )
            gateway.permits.publish.publish(
                NationalRecord("benchmark", place + 1, permit, TokenId.parse(token(place)))
            )
    print(f"published {count} permits in {time.monotonic() - began:.0f} s", file=sys.stderr)


def documents(directory: Path, count: int) -> list[tuple[str, str, bytes]]:
    """(number, token, v2 document with its seal as in an answer) of each permit, for the floor."""
    with closing(sqlite3.connect(directory / "data" / "gateway.sqlite")) as connection:
        rows = connection.execute(
            "SELECT number, written.bytes, seal.bytes FROM permit JOIN document ON permit.id ="
            " permit_id JOIN content AS written ON written.id = content_id JOIN content AS seal ON"
            " seal.id = seal_id WHERE version = 'v2' AND form = 'non-final'"
        )
        answered = {each: _SEALED % (document, b64encode(seal)) for each, document, seal in rows}
    return [(number(place), token(place), answered[number(place)]) for place in range(count)]


def questions(count: int, asked: int = 2_000) -> Sequence[Question]:
    """GetNonFinalCitesCertificate in SOAP 1.1, contract v2, about permits all over the table."""
    message = _REQUEST.read_text(encoding="utf-8")
    chosen = sorted(
        {place * count // asked for place in range(asked)},
        key=lambda place: place * 7919 % 1_000_003,
    )
    return [_question(message, place) for place in chosen]


def _question(message: str, place: int) -> Question:
    body = (
        message.replace("MZ26EX000001", number(place))
        .replace("SANDBOX-7KQ4-2M9X", token(place))
        .encode()
    )
    head = (
        "POST /epix/v2 HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml; charset=utf-8\r\n"
        f'SOAPAction: "urn:GetNonFinalCitesCertificate"\r\nContent-Length: {len(body)}\r\n\r\n'
    )
    return Question(head.encode() + body, f"<ram:ID>{number(place)}</ram:ID>".encode())
