"""Keys of a stand-in: of its server, its permit seal, and one client, from a throw-away CA."""

from dataclasses import dataclass
from pathlib import Path

from gateway.crypto.keys.development import DevelopmentCa
from gateway.crypto.keys.files import write_secret
from gateway.crypto.permit_seal.sign import PermitSealer, open_sealer
from gateway.exchange.ports import Clock
from gateway.simulator.tls import TlsFiles

_FOLDER_MODE = 0o700


@dataclass(frozen=True, slots=True)
class StandInKeys:
    """Files for the clients of a stand-in, PEM, in one folder.

    ca: of its server certificate and of its permit seals.  certificate, key: for a client.
    """

    ca: Path
    certificate: Path
    key: Path


def client_keys(ca: DevelopmentCa, folder: Path, country: str) -> StandInKeys:
    """Write the CA's certificate and a client's pair into a folder. Raises FileExistsError."""
    folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    keys = StandInKeys(folder / "ca.pem", folder / "client.pem", folder / "client.key.pem")
    pair = ca.client(country)
    for file, content in ((keys.ca, ca.certificate), (keys.certificate, pair.certificate)):
        with file.open("xb") as opened:
            opened.write(content)
    write_secret(keys.key, pair.key)
    return keys


def server_files(
    ca: DevelopmentCa, folder: Path, country: str, host: str, client_cas: tuple[Path, ...]
) -> TlsFiles:
    """Write what the server of a stand-in needs. host: that clients know it by."""
    pair = ca.server(country, host)
    files = TlsFiles(folder / "server.pem", folder / "server.key.pem", client_cas)
    files.certificate.write_bytes(pair.certificate)
    write_secret(files.key, pair.key)
    return files


def sealer(ca: DevelopmentCa, folder: Path, country: str, clock: Clock) -> PermitSealer:
    """The permit seal of a stand-in."""
    pair = ca.seal(country)
    (folder / "seal.pem").write_bytes(pair.certificate + ca.certificate)
    write_secret(folder / "seal.key.pem", pair.key)
    return open_sealer(folder / "seal.pem", folder / "seal.key.pem", None, clock)
