"""Downloads of a sandbox for a team: CA, client certificate and key.

They are made once and offered by its pages.
"""

from pathlib import Path

from gateway.crypto.keys.certificates import certificates
from gateway.crypto.keys.development import DevelopmentCa, KeyPair
from gateway.exchange.sandbox.cases import CALLER, sandbox_cases
from gateway.hardening import FOLDER_MODE, private_opener
from gateway.settings import Settings
from gateway.web.portal.description import Downloads, Sandbox

_FOLDER = "downloads"
"""Of the working directory."""

_PKCS12_PASSWORD = "sandbox"  # noqa: S105  # public: so is the key that it is for
"""Password of the PKCS#12 file; many programs take none without."""


def install_downloads(directory: Path, ca: DevelopmentCa, caller: KeyPair) -> None:
    """Write the files that the pages of a sandbox for a team offer. Raises FileExistsError."""
    folder = directory / _FOLDER
    folder.mkdir(mode=FOLDER_MODE)
    files = {
        "ca.pem": ca.certificate,
        "client.pem": caller.certificate,
        "client.key": caller.key,
        "client.p12": caller.pkcs12("epix-gateway sandbox", _PKCS12_PASSWORD, ca.certificate),
    }
    for name, content in files.items():
        with open(folder / name, "xb", opener=private_opener) as file:
            file.write(content)


def sandbox_of(settings: Settings) -> Sandbox:
    """Facts that the pages of a sandbox tell of it."""
    downloads = None
    folder = settings.directory / _FOLDER
    if folder.is_dir():
        files = {file.name: file.read_bytes() for file in folder.iterdir()}
        downloads = Downloads(files, _PKCS12_PASSWORD, sandbox_ca_fingerprint(settings))
    return Sandbox(sandbox_cases(), CALLER, settings.server.reset_minutes, downloads)


def sandbox_ca_fingerprint(settings: Settings) -> str:
    """SHA-256 of the CA's certificate of a sandbox for a team, as `openssl x509` prints it."""
    digest = certificates((settings.directory / _FOLDER / "ca.pem").read_bytes())[0].sha256
    return bytes.fromhex(digest).hex(":").upper()
