"""Which keys does the configuration name, and can each be used?"""

from collections.abc import Iterator
from datetime import datetime

from cryptography.hazmat.primitives.serialization import Encoding

from gateway.domain.errors import KeyUnusable
from gateway.settings import ServerMode, Settings
from gateway.signatures.development import MARKER
from gateway.signatures.key_checks import KeyFiles, check_key
from gateway.signatures.key_files import load_chain
from gateway.signatures.key_purposes import Purpose
from gateway.signatures.keys import KeyFolder


def configured(settings: Settings) -> dict[Purpose, KeyFiles]:
    """The keys that are used, by purpose. That of the server only where it ends TLS itself."""
    sections = {
        Purpose.SERVER: settings.server if settings.server.mode is ServerMode.DIRECT_TLS else None,
        Purpose.CLIENT: settings.client,
        Purpose.SEAL: settings.seal,
        Purpose.MESSAGE: settings.message_security,
    }
    return {
        purpose: KeyFiles(purpose, section.certificate_file, section.key_file, section.passphrase_file)
        for purpose, section in sections.items()
        if section and section.certificate_file and section.key_file
    }


def is_for_development(settings: Settings) -> bool:
    """Whether the working directory is marked as one for development."""
    return (settings.directory / MARKER).is_file()


def key_problems(settings: Settings, now: datetime) -> Iterator[KeyUnusable]:
    """What is wrong with each key that is configured and cannot be used. now: aware."""
    for files in configured(settings).values():
        try:
            check_key(files, now, development=is_for_development(settings))
        except KeyUnusable as problem:
            yield problem


def check_keys(settings: Settings, now: datetime) -> None:
    """Raises the first of `key_problems`."""
    for problem in key_problems(settings, now):
        raise problem


def our_seals(settings: Settings) -> frozenset[bytes]:
    """DER of every certificate that seals for us, or has: the one configured, those in `keys/seal`, and retired ones.

    Raises KeyUnusable for one that cannot be read.
    """
    folder = KeyFolder(settings.directory / "keys", Purpose.SEAL)
    files = {stored.certificate for stored in (*folder.every(), *folder.retired())}
    if settings.seal:
        files.add(settings.seal.certificate_file)
    found = [load_chain(file)[0] for file in sorted(files) if file.is_file()]
    return frozenset(certificate.public_bytes(Encoding.DER) for certificate in found)
