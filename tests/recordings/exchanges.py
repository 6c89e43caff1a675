"""Exchanges to be recorded: invented, and full of what must not leave the house."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.bootstrap.recordings.recorder import write_recordings
from gateway.exchange.ports import SEAL_NAME
from gateway.recordings.recording import Message, RawExchange, Recording, Way
from tests.builders import a_permit
from tests.crypto.permit_seal.seal_pki import Holder
from tests.exchange.asking_acts import FORMATS, SIGNER, a_seal

NUMBER, TOKEN = "MZ26EX000001", "7KQ4-2M9X-TRUE"
EXCHANGE_ID = "0193b2c4-1111-7abc-8def-0123456789ab"
FINGERPRINT = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
PDF = b"%PDF-1.4\nInvoice of Zambezi Crocodile Farms Lda, Joana Macuacua, +258 84 311 2277\n" * 3
BEGAN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

SECRETS = (
    *(NUMBER, TOKEN, EXCHANGE_ID, FINGERPRINT, "za-dffe"),
    *("Zambezi Crocodile Farms Lda", "NUIT 400123456", "Estrada Nacional 7", "Parcela 12"),
    *("C.P. 88", "Joana Macuácua", "Cape Leather Works", "14 Loop Street", "Cape Town", "MZ-ANAC"),
    *("Administração Nacional", "Rua da Resistência", "Nhantumbo", "MZ 0004711", "057-12345675"),
    *(
        "intact tags",
        "RES 2026 CRO 0001",
        "Raw skins, salted",
        "Nile crocodile",
        "311 2277",
        "Invoice",
    ),
)
"""Values of `an_answer` and `a_request`, as a person would look for them."""


def a_request(number: str = NUMBER, token: str = TOKEN, prefix: str = "v2") -> bytes:
    return (
        f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<{prefix}:GetNonFinalCitesCertificateRequest xmlns:{prefix}="urn:CitesDataExchange/v2/">'
        f"<CertificateNumber>{number}</CertificateNumber><TokenId>{token}</TokenId>"
        f"<IsoCountryCode>MZ</IsoCountryCode></{prefix}:GetNonFinalCitesCertificateRequest>"
        "</s:Body></s:Envelope>"
    ).encode()


def an_answer(number: str = NUMBER, *, signer: Holder = SIGNER, break_seal: bool = False) -> bytes:
    """The answer of a partner: a permit with names, an attachment, and a seal."""
    document = FORMATS["v2"].write(a_permit(number))
    seal = a_seal(document, signer).content
    if break_seal:
        document = document.replace(b">5<", b">6<")
    return (
        b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        b'<v2:GetNonFinalCitesCertificateResponse xmlns:v2="urn:CitesDataExchange/v2/">'
        + document
        + _attachment("Invoice Zambezi.pdf", PDF)
        + _attachment(SEAL_NAME, seal)
        + b"<Composite>false</Composite></v2:GetNonFinalCitesCertificateResponse>"
        + b"</s:Body></s:Envelope>"
    )


def _attachment(name: str, content: bytes) -> bytes:
    return b"<Attachments><AttachmentName>%b</AttachmentName><AttachmentContent>%b%b" % (
        name.encode(),
        base64.b64encode(content),
        b"</AttachmentContent></Attachments>",
    )


def an_exchange(answer: bytes | None = None, **changes: object) -> RawExchange:
    exchange = RawExchange(
        id=EXCHANGE_ID,
        way=Way.OUT,
        began_at=BEGAN,
        took_seconds=0.25,
        operation="GetNonFinalCitesCertificate",
        partner="za-dffe",
        outcome="ok",
        request=Message(a_request()),
        answer=Message(an_answer() if answer is None else answer),
        status=200,
        names=(EXCHANGE_ID, FINGERPRINT, NUMBER),
    )
    return replace(exchange, **changes)  # type: ignore[arg-type]


def later(exchange: RawExchange, seconds: float, **changes: object) -> RawExchange:
    began_at = exchange.began_at + timedelta(seconds=seconds)
    return replace(exchange, began_at=began_at, **changes)  # type: ignore[arg-type]


def recorded(folder: Path, *exchanges: RawExchange) -> tuple[Recording, ...]:
    """The recordings that are written into `folder / "set"`."""
    return write_recordings(exchanges or (an_exchange(),), folder / "set").recordings


def every_byte(folder: Path) -> bytes:
    """The content of every file in a folder, keys left out, and every name of a file."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return b"\n".join(
        path.name.encode() + b"\n" + path.read_bytes() for path in files if path.suffix != ".pem"
    )
