"""Steps with keys that tests of `keys` share: settings, a national CA, a request and its answer."""

from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from tests.cli.conftest import Call
from tests.pki import NOW, Authority


def configured(directory: Path, table: str, **keys: str) -> None:
    path = directory / "conf/gateway.toml"
    added = "".join(f'{key} = "{value}"\n' for key, value in keys.items())
    path.write_text(
        path.read_text(encoding="utf-8").replace(f"\n[{table}]\n", f"\n[{table}]\n{added}"),
        encoding="utf-8",
    )


def issue(ca: Authority, directory: Path, purpose: str = "server", **options) -> Path:
    """The national CA answers a request, as `openssl x509 -req -copy_extensions copy` would."""
    asked = x509.load_pem_x509_csr((directory / f"keys/{purpose}/next/request.pem").read_bytes())
    begin, end = (
        options.get("since", NOW - timedelta(days=1)),
        options.get("until", NOW + timedelta(days=300)),
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(asked.subject)
        .issuer_name(ca.name)
        .public_key(asked.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )
    for extension in asked.extensions:
        value = options.get("use") if isinstance(extension.value, x509.ExtendedKeyUsage) else None
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([value]) if value else extension.value, extension.critical
        )
    file = directory / "issued.pem"
    file.write_bytes(builder.sign(ca.key, hashes.SHA256()).public_bytes(Encoding.PEM))
    return file


def prepared(call: Call, directory: Path, purpose: str = "server") -> None:
    for words in (("new", purpose, "--no-passphrase"), ("request", purpose)):
        answer = call("keys", *words, "--dir", directory)
        assert answer.status == 0, answer.err


def chain_of(tmp_path: Path) -> tuple[str, Path, str, Path]:
    return "--chain", tmp_path / "national.pem", "--chain", tmp_path / "national root.pem"
