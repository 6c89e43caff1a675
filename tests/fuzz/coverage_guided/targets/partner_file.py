"""Partner files: TOML and certificates that come by mail, up to the comparison with the sender.

What is read is written and read again as the same. Certificates are judged by a working directory
of our own; each that is to count is among those that a person compares.
"""

from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from gateway.cli.workdir import Plan
from gateway.cli.workdir import make as make_directory
from gateway.crypto.introduction.judge import judge_file
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.errors import SettingsInvalid
from gateway.domain.identifiers import IsoCountryCode
from gateway.settings import load_settings
from gateway.settings.introduction.partner_file import (
    AuthorityEntry,
    CertificateEntries,
    PartnerFile,
    ServiceEntry,
    read_partner_file,
)
from gateway.settings.introduction.toml_writing import partner_file_text
from gateway.settings.partner_tables.contact import ContactSettings
from tests.crypto.ws_security.message_forging import Signer
from tests.fuzz.campaign import Broken
from tests.fuzz.coverage_guided.identities import identity
from tests.fuzz.coverage_guided.target import Target
from tests.fuzz.refusals import only

_NAME = "partner.toml"
_NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


def make(folder: Path) -> Target:
    """The reader of files that `partners add` takes."""
    directory = folder / "mz"
    make_directory(directory, Plan(IsoCountryCode("MZ")), DevelopmentCa())
    settings = load_settings(directory)

    def attempt(data: bytes) -> str:
        with only(SettingsInvalid, data) as reading:
            file = read_partner_file(data, _NAME)
            _try_writing(file, data)
        if reading.outcome != "read":
            return reading.outcome
        with only(SettingsInvalid, data) as judging:
            judged = judge_file(file, _NAME, settings, None, _NOW, keep_former=True)
            compared = {certificate.sha256 for _, certificate in judged.to_compare}
            if not compared.issuperset(judged.certificates.fingerprints):
                raise Broken("a certificate counts that nobody compares", data)
        return f"read, judged: {judging.outcome}"

    return Target(
        attempt,
        _seeds(),
        (
            "gateway/settings/introduction/partner_file.py",
            "gateway/settings/introduction/toml_writing.py",
            "gateway/crypto/introduction/judge.py",
            "gateway/crypto/introduction/received.py",
        ),
    )


def _try_writing(file: PartnerFile, data: bytes) -> None:
    """What is written of a file says the same when it is read."""
    text = partner_file_text(file)
    again = read_partner_file(text.encode(), _NAME)
    if partner_file_text(again) != text:
        raise Broken("a file comes back otherwise", data)


def _seeds() -> list[bytes]:
    ca = identity("partner CA", "ZA", ca=True)
    client = identity("epix.example.za", "ZA", issuer=ca)
    pem = {each: _pem(signer) for each, signer in (("ca", ca), ("client", client))}
    whole = PartnerFile(
        format=1,
        made_at=_NOW,
        country=IsoCountryCode("ZA"),
        authority=(AuthorityEntry(code="DFFE", name='Department of "Forestry" \\ Fisheries'),),
        contact=ContactSettings(name="T. Nkosi", phone="+27 12 000 0000"),
        service=(
            ServiceEntry(version="v2", address="https://epix.example.za/v2"),
            ServiceEntry(version="v1", address="https://epix.example.za/v1", soap=("1.2",)),
        ),
        certificates=CertificateEntries(
            client=pem["client"], client_ca=pem["ca"], server_ca=pem["ca"], seal_anchors=pem["ca"]
        ),
    )
    least = whole.model_copy(
        update={"contact": None, "service": (), "certificates": CertificateEntries()}
    )
    texts = [partner_file_text(file) for file in (whole, least)]
    return [*(text.encode() for text in texts), texts[0].replace("\n", "\r\n").encode("utf-8-sig")]


def _pem(signer: Signer) -> str:
    return signer.certificate.public_bytes(Encoding.PEM).decode()
