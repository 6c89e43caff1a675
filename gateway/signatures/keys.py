"""Which keys do we have, and which of them counts? One folder for each purpose, one folder in it for each key.

    keys/server/current -> 2026-11-21        what the configuration names: current/key.pem, current/certificate.pem
    keys/server/next    -> 2027-02-01        being prepared, until it is rotated in
    keys/server/2026-11-21/key.pem           PEM, or one line pkcs11:... for a key in a token
    keys/server/2026-11-21/request.pem       what was sent to the CA
    keys/server/2026-11-21/certificate.pem   what the CA issued, ours first, then those above it
    keys/retired/server-2025-11-02/note.txt  when and why; nothing is ever deleted

A link is changed in one step, so key and certificate change together.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from gateway.domain.errors import KeyUnusable
from gateway.signatures.certificates import fingerprint
from gateway.signatures.development import write_secret
from gateway.signatures.key_checks import fits, issued, require_in_date, require_right_uses
from gateway.signatures.key_files import load_chain, load_private_key
from gateway.signatures.key_purposes import Purpose
from gateway.signatures.policy import PrivateKey
from gateway.signatures.requests import Applicant, request

KEY, REQUEST, CERTIFICATE, NOTE = "key.pem", "request.pem", "certificate.pem", "note.txt"
CURRENT, NEXT = "current", "next"
_RETIRED = "retired"
KINDS = ("ec-p256", "rsa-3072")


@dataclass(frozen=True, slots=True)
class StoredKey:
    """One key of ours. folder: where it lies.  role: `current`, `next`, or `previous`."""

    folder: Path
    role: str

    @property
    def key(self) -> Path:
        """Its key file."""
        return self.folder / KEY

    @property
    def request(self) -> Path:
        """The request for its certificate."""
        return self.folder / REQUEST

    @property
    def certificate(self) -> Path:
        """Its certificate with the chain; may not be there yet."""
        return self.folder / CERTIFICATE


@dataclass(frozen=True, slots=True)
class KeyFolder:
    """The keys of one purpose. keys: the folder `keys` of a working directory."""

    keys: Path
    purpose: Purpose

    @property
    def path(self) -> Path:
        """`keys/server`."""
        return self.keys / self.purpose

    @property
    def current(self) -> StoredKey | None:
        """What is used today."""
        return self._linked(CURRENT)

    @property
    def next(self) -> StoredKey | None:
        """What is being prepared."""
        found = self._linked(NEXT)
        current = self.current
        return None if found and current and found.folder == current.folder else found

    def every(self) -> Iterator[StoredKey]:
        """Each key, by name."""
        if self.path.is_dir():
            roles = {stored.folder: stored.role for stored in (self.next, self.current) if stored}
            for folder in sorted(self.path.iterdir()):
                if folder.is_dir() and not folder.is_symlink():
                    yield StoredKey(folder, roles.get(folder, "previous"))

    def retired(self) -> Iterator[StoredKey]:
        """Each that was put away."""
        for folder in sorted((self.keys / _RETIRED).glob(f"{self.purpose}-*")):
            yield StoredKey(folder, _RETIRED)

    def prepare(self, name: str) -> StoredKey:
        """A folder for the next key. name: begins its name. Raises KeyUnusable where one is being prepared already."""
        if self.next is not None:
            raise KeyUnusable(
                f"{self.path / NEXT} is being prepared already. Go on with it: `epix-gateway keys request "
                f"{self.purpose}`; or put it away: `epix-gateway keys retire {self.purpose} {self.next.folder.name}`."
            )
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = _fresh(self.path, name)
        folder.mkdir(mode=0o700)
        return StoredKey(folder, NEXT)

    def announce(self, stored: StoredKey) -> None:
        """Make it the next one, now that its key is there."""
        _link(self.path / NEXT, stored.folder.name)

    def install(self, name: str, certificate: bytes, key: bytes) -> None:
        """Put a first key in place, such as that of the development CA. key: PEM, not encrypted."""
        stored = self.prepare(name)
        write_secret(stored.key, key)
        stored.certificate.write_bytes(certificate)
        _link(self.path / CURRENT, stored.folder.name)

    def rotate(self, stored: StoredKey) -> StoredKey | None:
        """Make the next key the current one, in one step; gives the one before it."""
        before = self.current
        _link(self.path / CURRENT, stored.folder.name)
        (self.path / NEXT).unlink(missing_ok=True)
        return StoredKey(before.folder, "previous") if before else None

    def retire(self, stored: StoredKey, note: str) -> Path:
        """Put a key away under keys/retired with a note; gives where. Never the current one."""
        (self.keys / _RETIRED).mkdir(mode=0o700, exist_ok=True)
        away = _fresh(self.keys / _RETIRED, f"{self.purpose}-{stored.folder.name}")
        (stored.folder / NOTE).write_text(note, encoding="utf-8")
        stored.folder.rename(away)
        if stored.role == NEXT:
            (self.path / NEXT).unlink(missing_ok=True)
        return away

    def find(self, word: str) -> StoredKey | None:
        """By the name of its folder, or by the first eight digits or more of its certificate's fingerprint."""
        digits = word.replace(":", "").lower()
        matching = [
            stored
            for stored in self.every()
            if stored.folder.name == word or (len(digits) >= 8 and (sha256_of(stored) or "").startswith(digits))
        ]
        return matching[0] if len(matching) == 1 else None

    def _linked(self, link: str) -> StoredKey | None:
        place = self.path / link
        return StoredKey(self.path / place.readlink(), link) if place.is_symlink() and place.is_dir() else None


def sha256_of(stored: StoredKey) -> str | None:
    """Fingerprint of its certificate; None without a readable one."""
    try:
        return fingerprint(load_chain(stored.certificate)[0].public_bytes(Encoding.DER))
    except KeyUnusable:
        return None


def new_key(stored: StoredKey, kind: str, passphrase: bytes | None) -> None:
    """Make a key in a prepared folder: PKCS #8, encrypted where there is a passphrase. kind: one of KINDS."""
    key: PrivateKey = (
        rsa.generate_private_key(65537, 3072) if kind == "rsa-3072" else ec.generate_private_key(ec.SECP256R1())
    )
    encryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    write_secret(stored.key, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))


def write_request(stored: StoredKey, purpose: Purpose, applicant: Applicant, passphrase_file: Path | None) -> bytes:
    """Write the request for a key's certificate; gives it. Raises KeyUnusable where the key cannot be opened."""
    pem = request(purpose, applicant, load_private_key(stored.key, passphrase_file))
    _replace(stored.request, pem)
    return pem


def import_certificate(
    stored: StoredKey, purpose: Purpose, files: Sequence[Path], passphrase_file: Path | None, now: datetime
) -> tuple[x509.Certificate, ...]:
    """Take what the CA has issued: checked, put in order, and in place in one step. files: PEM, in any order.

    Raises KeyUnusable for one that does not fit key, purpose or date, or whose chain does not lead to a root.
    """
    key = load_private_key(stored.key, passphrase_file)
    given = list(dict.fromkeys(certificate for file in files for certificate in load_chain(file)))
    ours = next((certificate for certificate in given if fits(key, certificate)), None)
    if ours is None:
        raise KeyUnusable(
            f"{files[0]} holds no certificate for the key in {stored.key}. Send the CA the request that belongs to it: "
            f"`epix-gateway keys request {purpose}`."
        )
    require_right_uses(purpose, ours, files[0])
    chain = _chain(ours, given, files[0], purpose)
    require_in_date(purpose, chain, now, files[0])
    _replace(stored.certificate, b"".join(certificate.public_bytes(Encoding.PEM) for certificate in chain))
    return chain


def _chain(
    ours: x509.Certificate, given: Sequence[x509.Certificate], file: Path, purpose: Purpose
) -> tuple[x509.Certificate, ...]:
    """From ours to the root, the root itself left out: whoever checks must know that one already."""
    chain = [ours]
    while not issued(chain[-1], chain[-1]):
        above = next((one for one in given if one not in chain and issued(chain[-1], one)), None)
        if above is None:
            raise KeyUnusable(
                f"{file}: the chain ends before its root, the certificate of {chain[-1].issuer.rfc4514_string()} is "
                f"missing. Get it from the CA: `epix-gateway keys import {purpose} {file} --chain ITS-FILE`."
            )
        chain.append(above)
    return tuple(chain[:-1]) or (ours,)


def _fresh(parent: Path, name: str) -> Path:
    """A path that is not there yet: the name, or the name with a number."""
    paths = (parent / (name if number == 1 else f"{name}-{number}") for number in range(1, 10_000))
    return next(path for path in paths if not path.exists())


def _link(link: Path, name: str) -> None:
    new = link.with_name(f".{link.name}-new")
    new.unlink(missing_ok=True)
    new.symlink_to(name)
    new.replace(link)


def _replace(path: Path, content: bytes) -> None:
    """All of the new content or all of the old, whatever happens."""
    new = path.with_name(f".{path.name}-new")
    with new.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
