"""Configured keys: the key files that the configuration names, by purpose, and their problems."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from cryptography.hazmat.primitives.serialization import Encoding

from gateway.crypto.keys.checks import KeyFiles, check_key
from gateway.crypto.keys.development import MARKER
from gateway.crypto.keys.files import load_chain
from gateway.crypto.keys.folder import KeyFolder, StoredKey
from gateway.crypto.keys.purposes import Purpose, why_unfit
from gateway.crypto.keys.revoked import revocation_of
from gateway.domain.errors import KeyUnusable
from gateway.domain.key_revocation import KeyRevocation
from gateway.settings import Settings


def configured(settings: Settings) -> dict[Purpose, KeyFiles]:
    """The keys in use, by purpose. The server's key counts only where the gateway ends TLS."""
    sections = {
        Purpose.SERVER: settings.server if settings.server.mode.ends_tls else None,
        Purpose.CLIENT: settings.client,
        Purpose.SEAL: settings.seal,
        Purpose.MESSAGE: settings.message_security,
        Purpose.PAPER: settings.paper,
    }
    return {
        purpose: KeyFiles(
            purpose,
            section.certificate_file,
            section.key_file,
            section.passphrase_file,
            countries_of(settings) if purpose.signs_documents else frozenset(),
        )
        for purpose, section in sections.items()
        if section and section.certificate_file and section.key_file
    }


def countries_of(settings: Settings) -> frozenset[str]:
    """Countries of the authorities served here: a seal has to be of one of them."""
    return frozenset(each.country.text for each in settings.gateway.authorities)


def is_for_development(settings: Settings) -> bool:
    """Whether the working directory is marked as one for development."""
    return (settings.directory / MARKER).is_file()


def key_problems(settings: Settings, now: datetime) -> Iterator[KeyUnusable]:
    """The problem of each configured key that cannot be used. now: aware."""
    for files in configured(settings).values():
        try:
            check_key(files, now, development=is_for_development(settings))
        except KeyUnusable as problem:
            yield problem


def check_keys(settings: Settings, now: datetime) -> None:
    """Raises KeyUnusable, the first of `key_problems`. now: aware."""
    for problem in key_problems(settings, now):
        raise problem


def our_seals(settings: Settings) -> frozenset[bytes]:
    """DER of our sealing certificates: the configured one, those in `keys/seal`, and retired ones.

    Heads of our journal are verified against them. A certificate that may not seal is left out:
    it can never have signed a head, because the key of `seal` signs them (`purposes.py`).
    Raises KeyUnusable for a certificate that cannot be read.
    """
    files = {stored.certificate for stored in _stored_seals(settings)}
    if settings.seal:
        files.add(settings.seal.certificate_file)
    found = [load_chain(file)[0] for file in sorted(files) if file.is_file()]
    return frozenset(
        certificate.public_bytes(Encoding.DER)
        for certificate in found
        if not why_unfit(Purpose.SEAL, certificate)
    )


def revoked_seals(settings: Settings) -> Mapping[bytes, KeyRevocation]:
    """The revocations among our sealing certificates, by their DER. Raises KeyUnusable."""
    found = {}
    for stored in _stored_seals(settings):
        if stored.certificate.is_file() and (revocation := revocation_of(stored)):
            certificate = load_chain(stored.certificate)[0]
            found[certificate.public_bytes(Encoding.DER)] = revocation
    return found


def _stored_seals(settings: Settings) -> Iterator[StoredKey]:
    folder = KeyFolder(settings.directory / "keys", Purpose.SEAL)
    yield from folder.every()
    yield from folder.retired()
