"""Own certificates for a partner's file, in use and coming, with the CAs above them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509

from gateway.crypto.introduction.received import is_authority, pem_of, shown
from gateway.crypto.keys.configured import configured
from gateway.crypto.keys.development import CA_FILE
from gateway.crypto.keys.files import load_chain
from gateway.crypto.keys.folder import KeyFolder
from gateway.crypto.keys.purposes import Purpose
from gateway.crypto.keys.revoked import revocation_of
from gateway.crypto.trust import is_issued_by
from gateway.domain.errors import KeyUnusable
from gateway.exchange.service.partner_check import ShownCertificate
from gateway.settings import Settings


@dataclass(frozen=True, slots=True)
class OwnCertificates:
    """Our certificates in PEM, empty where there are none.

    client: in use, and the next one.  client_ca, server_ca: above them.
    seal_anchors: the CA above each of our sealing certificates; where it is not known here, the
    sealing certificate itself.
    """

    client: bytes
    client_ca: bytes
    server_ca: bytes
    seal_anchors: bytes


def own_certificates(settings: Settings, now: datetime) -> OwnCertificates:
    """Read them from the key files of the configuration and of `keys/`.

    now: aware; certificates that have expired are left out. Raises KeyUnusable.
    """
    known = _authorities(settings)
    clients = list(_chains(settings, Purpose.CLIENT, now))
    servers = list(_chains(settings, Purpose.SERVER, now))
    seals = list(_chains(settings, Purpose.SEAL, now))
    return OwnCertificates(
        pem_of([chain[0] for chain in clients]),
        pem_of([each for chain in clients for each in _above(chain, known)]),
        pem_of([each for chain in servers for each in _above(chain, known)]),
        pem_of([(_above(chain, known) or [chain[0]])[-1] for chain in seals]),
    )


def own_client(settings: Settings) -> ShownCertificate | None:
    """Our client certificate in use; None where none is configured. Raises KeyUnusable."""
    files = configured(settings).get(Purpose.CLIENT)
    return shown(load_chain(files.certificate)[0]) if files else None


def _chains(
    settings: Settings, purpose: Purpose, now: datetime
) -> Iterator[tuple[x509.Certificate, ...]]:
    """The chain in use, then that of the next key, if its certificate has come.

    Of seals those of before as well, unless revoked: permits that they sealed are in use still.
    """
    files: list[Path] = []
    if purpose in (in_use := configured(settings)):
        files.append(in_use[purpose].certificate)
    folder = KeyFolder(settings.directory / "keys", purpose)
    others = [folder.next] if purpose is not Purpose.SEAL else list(folder.every())
    files += [
        stored.certificate
        for stored in others
        if stored and stored.certificate.is_file() and not revocation_of(stored)
    ]
    for chain in map(load_chain, files):
        if chain[0].not_valid_after_utc > now:
            yield chain


def _authorities(settings: Settings) -> Sequence[x509.Certificate]:
    """CAs of our own configuration, among which those above our certificates may be."""
    files: Iterable[Path | None] = (
        settings.server.client_ca_file,
        settings.client.ca_file,
        settings.directory / "keys" / CA_FILE,
    )
    found: list[x509.Certificate] = []
    for file in files:
        if file and file.is_file():
            try:
                found += load_chain(file)
            except KeyUnusable:
                continue
    return [certificate for certificate in dict.fromkeys(found) if is_authority(certificate)]


def _above(
    chain: Sequence[x509.Certificate], known: Sequence[x509.Certificate]
) -> list[x509.Certificate]:
    """The CAs above the first certificate, up to a root where it is known."""
    path, candidates = [chain[0]], [*chain[1:], *known]
    while path[-1].subject != path[-1].issuer:
        above = next((each for each in candidates if is_issued_by(path[-1], each)), None)
        if above is None or above in path:
            break
        path.append(above)
    return path[1:]
