"""Floor of the benchmark: the least that a strict endpoint must do for a request, and nothing else.

Its site parses with lxml, checks that Body has one element, validates with the published schema of
the service, looks the permit up by a prepared statement of sqlite3, compares the keyed hash of the
token in constant time, and composes the answer. It has no Spyne, journal, access rule or limits.

    python -m tests.benchmarks.floor WORKERS

serves it as the gateway is served.
"""

import hmac
import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

from lxml import etree

import wsdl
from gateway.http import HttpAnswer, HttpRequest
from gateway.serving import ServingOptions, TcpAddress, serve

DATABASE_VARIABLE = "FLOOR_DATABASE"
"""Tells worker processes where the documents are."""

KEY = b"a key of the floor, 32 bytes long"
_NAMESPACE = "urn:CitesDataExchange/v2/"
_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_BODY = f"{{{_ENVELOPE}}}Body"
_XSD = "{http://www.w3.org/2001/XMLSchema}"
_HEADERS = (("Content-Type", "text/xml; charset=utf-8"),)
_RESPONSE = "GetNonFinalCitesCertificateResponse"
_BEFORE = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="{_ENVELOPE}"><soap:Body>'
    f'<epix:{_RESPONSE} xmlns:epix="{_NAMESPACE}">'
).encode()
_AFTER = f"<Composite>false</Composite></epix:{_RESPONSE}></soap:Body></soap:Envelope>".encode()
_REFUSED = HttpAnswer(500, (("Content-Type", "text/plain"),), b"refused")


def token_hash(number: str, token: str) -> bytes:
    """Keyed hash of a token, which is stored in its place."""
    return hmac.digest(KEY, f"{number}\0{token}".encode(), "sha256")


def fill(database: Path, documents: list[tuple[str, str, bytes]]) -> None:
    """Make the floor's database of (number, token, document)."""
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA page_size = 8192")
        connection.execute(
            "CREATE TABLE permit (number TEXT PRIMARY KEY, token_hash BLOB, document BLOB)"
        )
        connection.executemany(
            "INSERT INTO permit VALUES (?, ?, ?)",
            (
                (number, token_hash(number, token), document)
                for number, token, document in documents
            ),
        )


def site() -> Callable[[HttpRequest], HttpAnswer]:
    """The floor's site, for one worker process without threads."""
    connection = sqlite3.connect(f"file:{os.environ[DATABASE_VARIABLE]}?mode=ro", uri=True)
    schema = etree.XMLSchema(
        etree.parse(wsdl.directory() / "epix-v2.wsdl").find(f".//{_XSD}schema")
    )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )

    def answer(request: HttpRequest) -> HttpAnswer:
        root = etree.fromstring(request.body, parser)
        body = root.find(_BODY)
        if root.getroottree().docinfo.internalDTD is not None or body is None or len(body) != 1:
            return _REFUSED
        asked = body[0]
        if not schema.validate(asked):
            return _REFUSED
        number, token = asked.findtext("CertificateNumber"), asked.findtext("TokenId")
        row = connection.execute(
            "SELECT token_hash, document FROM permit WHERE number = ?", (number,)
        ).fetchone()
        if row is None or not hmac.compare_digest(row[0], token_hash(number, token or "")):
            return _REFUSED
        return HttpAnswer(200, _HEADERS, _BEFORE + row[1] + _AFTER)

    return answer


if __name__ == "__main__":
    serve(
        ServingOptions("tests.benchmarks.floor:site", TcpAddress(port=0), workers=int(sys.argv[1]))
    )
