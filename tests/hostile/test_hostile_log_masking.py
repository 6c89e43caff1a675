"""Log masking: a secret in any place of any request stays in the raw bytes of the journal.

No log, metric, index or answer has it. The gateway is a real server with its workers, database and
metrics, every logger of every library at DEBUG.
"""

import os
import socket
import sqlite3
import sys
import time
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.serving import running
from tests.fuzz.endpoint import on_disk

pytestmark = pytest.mark.slow

TOKEN = "SANDBOX-7KQ4-2M9X"
SECRET = "S3CR3T-0F-A-P3RM1T"
"""What a caller may put anywhere, by mistake or not."""
INSIDE_THE_PERMIT = ["Crocodylus niloticus", "urn:un:unece:uncefact", "CITES PERMITTING"]
LOUD = """
import logging
configure = logging.basicConfig
logging.basicConfig = lambda **options: configure(**{**options, "level": logging.DEBUG})
"""
"""Whatever level the gateway asks for, libraries log at DEBUG in supervisor and workers."""
_RAW = {"request", "answer"}
_ENVELOPE = (
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"'
    ' xmlns:v="urn:CitesDataExchange/v1/">%s<e:Body>%s</e:Body></e:Envelope>'
)
_ASK = (
    "<v:GetNonFinalCitesCertificateRequest><CertificateNumber>%s</CertificateNumber><TokenId>%s</TokenId>"
    "<IsoCountryCode>%s</IsoCountryCode></v:GetNonFinalCitesCertificateRequest>"
)
_CONFIRM = (
    "<v:ConfirmQuantitiesRequest><CertificateNumber>MZ26EX000001</CertificateNumber><TokenId>%s</TokenId>"
    "<IsoCountryCode>MZ</IsoCountryCode><ConfirmedQuantities><CitesPosition><ID>%s</ID>"
    "<InspectedUnitQuantity>%s</InspectedUnitQuantity></CitesPosition></ConfirmedQuantities>"
    "</v:ConfirmQuantitiesRequest>"
)
_WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"


def asked(
    number: str = "MZ26EX000001", token: str = TOKEN, country: str = "MZ", header: str = ""
) -> bytes:
    return (_ENVELOPE % (header, _ASK % (number, token, country))).encode()


def confirmed(line: str, quantity: str) -> bytes:
    return (_ENVELOPE % ("", _CONFIRM % (TOKEN, line, quantity))).encode()


def http(
    body: bytes, *fields: str, line: str = "POST /epix/v1 HTTP/1.1", media: str = "text/xml"
) -> bytes:
    head = [line, "Host: gateway", "Connection: close", f"Content-Type: {media}", *fields]
    return "\r\n".join([*head, f"Content-Length: {len(body)}", "", ""]).encode("latin-1") + body


def packed(envelope: bytes, name: str, more: bytes = b"") -> bytes:
    media = 'Content-Type: application/xop+xml; type="text/xml"'
    head = f"{media}\r\nContent-ID: <{name}>\r\n\r\n".encode()
    return b"--epix\r\n" + head + envelope + more + b"\r\n--epix--\r\n"


PACKAGE = 'multipart/related; type="application/xop+xml"; boundary="epix"'
ATTACHED = f"\r\n--epix\r\nContent-ID: <{SECRET}>\r\nX: {SECRET}\r\n\r\n{SECRET}".encode()
HEADER = "<e:Header>%s</e:Header>"
_HEAD = "POST /epix/v1 HTTP/1.1\r\nHost: a\r\n"
REQUESTS = {
    "the right token": http(asked()),
    "the right token in SOAP 1.2": http(
        asked().replace(
            b"http://schemas.xmlsoap.org/soap/envelope/", b"http://www.w3.org/2003/05/soap-envelope"
        ),
        media="application/soap+xml",
    ),
    "a wrong token": http(asked(token=SECRET)),
    "in the number": http(asked(number=SECRET)),
    "right token in the number": http(asked(number=TOKEN, token="MZ26EX000001")),
    "in the country": http(asked(country=SECRET)),
    "right token in the country": http(asked(country=TOKEN)),
    "in a line": http(confirmed(SECRET, "1")),
    "in a quantity": http(confirmed("A", SECRET)),
    "in an unknown element": http(
        asked(country=f"MZ</IsoCountryCode><{SECRET}/><IsoCountryCode>MZ")
    ),
    "in a name of an element": http(asked().replace(b"TokenId", SECRET.encode())),
    "in a namespace": http(asked().replace(b"urn:CitesDataExchange", f"urn:{SECRET}".encode())),
    "in an attribute": http(
        asked().replace(b"<TokenId>", f'<TokenId {SECRET}="{SECRET}">'.encode())
    ),
    "in a comment": http(asked(token=f"<!-- {SECRET} -->{TOKEN}")),
    "in an instruction": http(f"<?{SECRET} {SECRET}?>".encode() + asked()),
    "in a DOCTYPE": http(f'<!DOCTYPE {SECRET} [<!ENTITY {SECRET} "{SECRET}">]>'.encode() + asked()),
    "in a reference": http(asked(token=f"&{SECRET};")),
    "in a declaration": http(f'<?xml version="1.0" encoding="{SECRET}"?>'.encode() + asked()),
    "in a broken message": http(asked(token=SECRET)[:-30]),
    "in invalid bytes": http(asked(token=SECRET) + b"\xff"),
    "in a header block": http(
        asked(header=HEADER % f'<x:{SECRET} xmlns:x="urn:{SECRET}">{SECRET}</x:{SECRET}>')
    ),
    "in a mandatory block": http(
        asked(
            header=HEADER
            % f'<x:{SECRET} xmlns:x="urn:x" e:mustUnderstand="1">{SECRET}</x:{SECRET}>'
        )
    ),
    "in a password": http(
        asked(
            header=HEADER
            % f'<w:Security xmlns:w="{_WSSE}"><w:UsernameToken><w:Username>{SECRET}</w:Username>'
            f"<w:Password>{SECRET}</w:Password></w:UsernameToken></w:Security>"
        )
    ),
    "in SOAPAction": http(asked(), f'SOAPAction: "{SECRET}"'),
    "in a charset": http(asked(), media=f"text/xml; charset={SECRET}"),
    "in a media type": http(asked(), media=f"text/{SECRET}"),
    "in a coding of content": http(asked(), f"Content-Encoding: {SECRET}"),
    "in Accept": http(asked(), f'Accept: multipart/related; q="{SECRET}'),
    "in Authorization": http(asked(), f"Authorization: Bearer {SECRET}", f"Cookie: token={SECRET}"),
    "in headers of a proxy": http(
        asked(), f"X-Forwarded-For: {SECRET}", f"X-Epix-Client-Certificate: {SECRET}"
    ),
    "in the address": http(asked(), line=f"POST /epix/v1?TokenId={SECRET} HTTP/1.1"),
    "in the address of the contract": http(b"", line=f"GET /epix/v1?xsd={SECRET} HTTP/1.1"),
    "in a path": http(asked(), line=f"POST /epix/{SECRET} HTTP/1.1"),
    "in a broken path": http(asked(), line=f"POST /epix/%zz{SECRET} HTTP/1.1"),
    "in a method": http(asked(), line=f"{SECRET.replace('-', '')} /epix/v1 HTTP/1.1"),
    "in a version": http(asked(), line=f"POST /epix/v1 {SECRET}"),
    "in a length": f"{_HEAD}Content-Length: {SECRET}\r\n\r\n".encode(),
    "in a transfer coding": f"{_HEAD}Transfer-Encoding: {SECRET}\r\n\r\n".encode(),
    "in an endless head": http(asked(), f"X-Long: {SECRET * 3000}"),
    "in a boundary": http(packed(asked(), "root"), media=PACKAGE.replace("epix", SECRET)),
    "in an id of a part": http(packed(asked(), SECRET), media=f'{PACKAGE}; start="<{SECRET}>"'),
    "in an attachment": http(packed(asked(), "root", ATTACHED), media=PACKAGE),
    "in an envelope that is too large": http(asked(token=SECRET + "x" * 300_000)),
    "in what is no XML": http(f'{{"token": "{SECRET}"}}'.encode()),
    "in what is no HTTP": f"{SECRET}\r\n\r\n".encode(),
}
ECHOED = {"in a line", "in a mandatory block"}
"""A fault names the unknown line or header block: the sender's own word, to the sender."""


@dataclass(frozen=True)
class Outputs:
    """All output of the gateway but raw bytes."""

    answers: dict[str, bytes]
    output: str
    metrics: str
    index: str
    key: bytes


def send(address: str, request: bytes) -> bytes:
    host, _, port = address.removeprefix("http://").partition(":")
    heard = b""
    with socket.create_connection((host, int(port)), 10) as line:
        line.sendall(request)
        line.settimeout(10)
        try:
            while piece := line.recv(65536):
                heard += piece
        except (TimeoutError, ConnectionResetError):
            pass
    return heard


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outputs]:
    folder = tmp_path_factory.mktemp("gateway")
    on_disk(folder)
    (folder / "loud").mkdir()
    (folder / "loud" / "sitecustomize.py").write_text(LOUD)
    ports = []
    for _ in range(2):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            ports.append(probe.getsockname()[1])
    environment = {
        "PYTHONPATH": os.pathsep.join([str(folder / "loud"), str(Path.cwd())]),
        "EPIX_SERVER__LISTEN": f"127.0.0.1:{ports[0]}",
        "EPIX_OPERATIONS__ENABLED": "true",
        "EPIX_OPERATIONS__LISTEN": f"127.0.0.1:{ports[1]}",
    }
    output = folder / "output"
    serve = [sys.executable, "-m", "gateway", "serve", "--dir", folder / "gateway"]
    with running(["sh", "-c", f'exec "$@" > {output} 2>&1', "sh", *serve], environment) as server:
        answers = {name: send(server.address, request) for name, request in REQUESTS.items()}
        time.sleep(1.5)  # what is counted is entered a second later at most
        with urllib.request.urlopen(f"http://127.0.0.1:{ports[1]}/metrics", timeout=10) as page:
            metrics = page.read().decode()
    key = (folder / "gateway/keys/token.key").read_bytes()
    yield Outputs(
        answers, output.read_text(errors="replace"), metrics, _index(folder / "gateway/data"), key
    )


def _index(folder: Path) -> str:
    """Every column of every table but raw messages."""
    (file,) = [
        file for file in folder.iterdir() if file.read_bytes().startswith(b"SQLite format 3")
    ]
    words: list[str] = []
    with closing(sqlite3.connect(file)) as database:
        tables = [
            name
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for table in tables:
            rows = database.execute(f"SELECT * FROM {table}")
            columns = [column for column, *_ in rows.description]
            for row in rows:
                words += [
                    f"{table}.{column}={value!r}"
                    for column, value in zip(columns, row, strict=True)
                    if not (table == "exchange" and column in _RAW)
                ]
    return "\n".join(words)


def test_the_gateway_logged_everything_and_wrote_its_journal(outputs: Outputs) -> None:
    assert outputs.output.count("outcome=ok") >= 2
    assert " DEBUG " in outputs.output
    assert outputs.index.count("exchange.outcome=") >= 30
    assert "epix_exchanges_total" in outputs.metrics


@pytest.mark.parametrize(
    "secret", [SECRET, TOKEN, b64encode(SECRET.encode()).decode(), *INSIDE_THE_PERMIT]
)
def test_no_secret_and_no_text_of_a_message_reaches_log_or_metric(
    outputs: Outputs, secret: str
) -> None:
    assert secret not in outputs.output
    assert secret.lower() not in outputs.metrics.lower()


@pytest.mark.parametrize("secret", [SECRET, TOKEN])
def test_no_token_stands_in_a_column_that_can_be_searched(outputs: Outputs, secret: str) -> None:
    assert secret not in outputs.index


def test_no_key_reaches_log_metric_or_database(outputs: Outputs) -> None:
    shown = outputs.output + outputs.metrics + outputs.index
    for form in (
        outputs.key.hex(),
        b64encode(outputs.key).decode(),
        repr(outputs.key)[2:-1],
        "PRIVATE KEY",
    ):
        assert form not in shown


@pytest.mark.parametrize("name", REQUESTS)
def test_no_answer_says_a_secret_back(outputs: Outputs, name: str) -> None:
    answer = outputs.answers[name]
    assert answer.startswith(b"HTTP/1.1 ")
    assert TOKEN.encode() not in answer
    assert name in ECHOED or SECRET.encode() not in answer
