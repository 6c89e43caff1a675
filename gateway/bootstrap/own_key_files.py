"""Key files of a working directory: development keys of a new one, and the life cycle of keys."""

import secrets
from collections.abc import Sequence
from pathlib import Path

from gateway.bootstrap.clock import now
from gateway.crypto.keys.certificates import certificates
from gateway.crypto.keys.development import MARKER, DevelopmentCa
from gateway.crypto.keys.files import write_secret
from gateway.crypto.keys.folder import KeyFolder
from gateway.crypto.keys.lifecycle import KeyLifecycle
from gateway.crypto.keys.overview import KeyView, overview
from gateway.crypto.keys.purposes import Purpose
from gateway.settings import Settings

_TOKEN_KEY_BYTES = 32
_MARKER_TEXT = """\
The keys here come from a development CA whose own key lies beside them: whoever can read this folder can be anybody.
Before a partner connects, get real certificates (`epix-gateway keys new server`, and so on for client and seal), name
the partners' real CAs in conf/, and remove this file. Without it `epix-gateway serve` refuses development certificates.
"""  # noqa: E501  # a text file, as wide as the other files of a working directory


def install_development_keys(directory: Path, country: str, ca: DevelopmentCa, host: str) -> None:
    """Put keys of a development CA, and a token key, into a new working directory.

    country: ISO 3166 code, in the certificates' subjects.  host: that partners know the server by.
    The file MARKER marks the directory.
    """
    keys = directory / "keys"
    ca.save(keys)
    pairs = {
        Purpose.SERVER: ca.server(country, host),
        Purpose.CLIENT: ca.client(country),
        Purpose.SEAL: ca.seal(country),
        Purpose.PAPER: ca.paper(country),
    }
    for purpose, pair in pairs.items():
        KeyFolder(keys, purpose).install("dev", pair.certificate, pair.key)
    (directory / MARKER).write_text(_MARKER_TEXT, encoding="utf-8")
    write_secret(keys / "token.key", secrets.token_bytes(_TOKEN_KEY_BYTES))


def client_fingerprint(directory: Path) -> str:
    """SHA-256 of the client certificate of a working directory, as partners enter it; hex."""
    pem = (directory / "keys/client/current/certificate.pem").read_bytes()
    return certificates(pem)[0].sha256


def key_lifecycle(settings: Settings, purpose: str) -> KeyLifecycle:
    """The life cycle of the keys of a purpose: server, client, seal, message or paper."""
    return KeyLifecycle(settings, Purpose(purpose), now)


def key_overview(settings: Settings) -> Sequence[KeyView]:
    """Every key of a working directory."""
    return overview(settings, now())
