"""Key folder: our keys on disk, one folder for each purpose, in it one folder for each key.

    keys/server/current -> 2026-11-21        in use: the configuration names current/key.pem and
                                             current/certificate.pem
    keys/server/next    -> 2027-02-01        being prepared, until it is rotated in
    keys/server/2026-11-21/key.pem           PEM, or one line pkcs11:... for a key in a token
    keys/server/2026-11-21/request.pem       what was sent to the CA
    keys/server/2026-11-21/certificate.pem   what the CA issued, ours first, then those above it
    keys/seal/2026-11-21/revoked.json        only there: since when the key counts no more, and why
    keys/retired/server-2025-11-02/note.txt  when and why; nothing is ever deleted

A symbolic link is replaced in one step (rename), so key and certificate change together; after a
crash either the old pair or the new one is current.
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

from gateway.crypto.keys.certificates import fingerprint
from gateway.crypto.keys.checks import fits, require_in_date, require_key_usage
from gateway.crypto.keys.csr import Applicant, request
from gateway.crypto.keys.files import load_chain, load_private_key, write_secret
from gateway.crypto.keys.purposes import Purpose
from gateway.crypto.policy import PrivateKey
from gateway.crypto.trust import is_issued_by
from gateway.domain.errors import KeyUnusable
from gateway.hardening import private_opener

KEY, REQUEST, CERTIFICATE, NOTE = "key.pem", "request.pem", "certificate.pem", "note.txt"
CURRENT, NEXT = "current", "next"
_RETIRED = "retired"
KEY_TYPES = ("ec-p256", "rsa-3072")


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key of ours in its folder. role: `current`, `next`, `previous` or `retired`."""

    folder: Path
    role: str

    @property
    def key(self) -> Path:
        """The key file."""
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
        """The key in use; None where there is no link or it points nowhere."""
        return self._linked(CURRENT)

    @property
    def next(self) -> StoredKey | None:
        """The key in preparation; None where there is none, or it is the current one already."""
        found = self._linked(NEXT)
        current = self.current
        return None if found and current and found.folder == current.folder else found

    def every(self) -> Iterator[StoredKey]:
        """Every key that is not retired, by the name of its folder."""
        if self.path.is_dir():
            roles = {stored.folder: stored.role for stored in (self.next, self.current) if stored}
            for folder in sorted(self.path.iterdir()):
                if folder.is_dir() and not folder.is_symlink():
                    yield StoredKey(folder, roles.get(folder, "previous"))

    def retired(self) -> Iterator[StoredKey]:
        """Every retired key, by the name of its folder."""
        for folder in sorted((self.keys / _RETIRED).glob(f"{self.purpose}-*")):
            yield StoredKey(folder, _RETIRED)

    def prepare(self, name: str) -> StoredKey:
        """Make a folder for the next key. name: its name, a number is added where it is taken.

        Raises KeyUnusable where a key is in preparation already.
        """
        if self.next is not None:
            raise KeyUnusable(
                f"{self.path / NEXT} is being prepared already. Go on with it: `epix-gateway keys"
                f" request {self.purpose}`; or put it away: `epix-gateway keys retire"
                f" {self.purpose} {self.next.folder.name}`."
            )
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = _unused_path(self.path, name)
        folder.mkdir(mode=0o700)
        return StoredKey(folder, NEXT)

    def announce(self, stored: StoredKey) -> None:
        """Make a prepared folder the next key, once its key file is written."""
        _link(self.path / NEXT, stored.folder.name)

    def install(self, name: str, certificate: bytes, key: bytes) -> None:
        """Install a first key, such as one of the development CA. key: PEM, not encrypted."""
        stored = self.prepare(name)
        write_secret(stored.key, key)
        stored.certificate.write_bytes(certificate)
        _link(self.path / CURRENT, stored.folder.name)

    def rotate(self, stored: StoredKey) -> StoredKey | None:
        """Make a key the current one, in one step; gives the key that was current before."""
        before = self.current
        _link(self.path / CURRENT, stored.folder.name)
        (self.path / NEXT).unlink(missing_ok=True)
        return StoredKey(before.folder, "previous") if before else None

    def retire(self, stored: StoredKey, note: str) -> Path:
        """Move a key to keys/retired with a note; gives the new folder. Never the current key."""
        (self.keys / _RETIRED).mkdir(mode=0o700, exist_ok=True)
        retired = _unused_path(self.keys / _RETIRED, f"{self.purpose}-{stored.folder.name}")
        (stored.folder / NOTE).write_text(note, encoding="utf-8")
        stored.folder.rename(retired)
        if stored.role == NEXT:
            (self.path / NEXT).unlink(missing_ok=True)
        return retired

    def find(self, name: str, *, retired: bool = False) -> StoredKey | None:
        """The key by the name of its folder, or by 8 digits or more of its fingerprint.

        retired: look among the retired keys too. None where no key matches, or several.
        """
        digits = name.replace(":", "").lower()
        matching = [
            stored
            for stored in (*self.every(), *(self.retired() if retired else ()))
            if stored.folder.name == name
            or (len(digits) >= 8 and (sha256_of(stored) or "").startswith(digits))
        ]
        return matching[0] if len(matching) == 1 else None

    def _linked(self, link: str) -> StoredKey | None:
        place = self.path / link
        return (
            StoredKey(self.path / place.readlink(), link)
            if place.is_symlink() and place.is_dir()
            else None
        )


def sha256_of(stored: StoredKey) -> str | None:
    """Fingerprint of the certificate, lower-case hex; None without a readable certificate."""
    try:
        return fingerprint(load_chain(stored.certificate)[0].public_bytes(Encoding.DER))
    except KeyUnusable:
        return None


def new_key(stored: StoredKey, key_type: str, passphrase: bytes | None) -> None:
    """Generate a key in a prepared folder, as PKCS #8.

    key_type: from KEY_TYPES.  passphrase: encrypts the key; None: not encrypted.
    """
    key: PrivateKey = (
        rsa.generate_private_key(65537, 3072)
        if key_type == "rsa-3072"
        else ec.generate_private_key(ec.SECP256R1())
    )
    encryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    write_secret(stored.key, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))


def write_request(
    stored: StoredKey, purpose: Purpose, applicant: Applicant, passphrase_file: Path | None
) -> bytes:
    """Write the certificate request of a key; gives it (PEM).

    Raises KeyUnusable where the key cannot be read.
    """
    pem = request(purpose, applicant, load_private_key(stored.key, passphrase_file))
    replace_file(stored.request, pem)
    return pem


def import_certificate(
    stored: StoredKey,
    purpose: Purpose,
    files: Sequence[Path],
    passphrase_file: Path | None,
    now: datetime,
) -> tuple[x509.Certificate, ...]:
    """Check the certificates that the CA has issued, order the chain, and put it in place.

    files: PEM, in any order.  now: aware.  Gives the chain, ours first, without the root.
    Raises KeyUnusable for a certificate that does not fit key, purpose or date, or whose chain does
    not lead to a root.
    """
    key = load_private_key(stored.key, passphrase_file)
    candidates = list(
        dict.fromkeys(certificate for file in files for certificate in load_chain(file))
    )
    ours = next((certificate for certificate in candidates if fits(key, certificate)), None)
    if ours is None:
        raise KeyUnusable(
            f"{files[0]} holds no certificate for the key in {stored.key}. Send the CA the request"
            f" that belongs to it: `epix-gateway keys request {purpose}`."
        )
    require_key_usage(purpose, ours, files[0])
    chain = _chain(ours, candidates, files[0], purpose)
    require_in_date(purpose, chain, now, files[0])
    replace_file(
        stored.certificate,
        b"".join(certificate.public_bytes(Encoding.PEM) for certificate in chain),
    )
    return chain


def _chain(
    ours: x509.Certificate, candidates: Sequence[x509.Certificate], file: Path, purpose: Purpose
) -> tuple[x509.Certificate, ...]:
    """The chain from ours upwards, without the root: a verifier must have the root already."""
    chain = [ours]
    while not is_issued_by(chain[-1], chain[-1]):
        issuers = (
            candidate
            for candidate in candidates
            if candidate not in chain and is_issued_by(chain[-1], candidate)
        )
        issuer = next(issuers, None)
        if issuer is None:
            raise KeyUnusable(
                f"{file}: the chain ends before its root, the certificate of"
                f" {chain[-1].issuer.rfc4514_string()} is missing. Get it from the CA:"
                f" `epix-gateway keys import {purpose} {file} --chain ITS-FILE`."
            )
        chain.append(issuer)
    # A self-signed certificate of ours is its own root and stays.
    return tuple(chain[:-1]) or (ours,)


def _unused_path(parent: Path, name: str) -> Path:
    """A path that does not exist yet: the name, or the name with a number."""
    paths = (parent / (name if number == 1 else f"{name}-{number}") for number in range(1, 10_000))
    return next(path for path in paths if not path.exists())


def _link(link: Path, name: str) -> None:
    """Point a symbolic link to a name, atomically: a rename replaces the old link."""
    new = link.with_name(f".{link.name}-new")
    new.unlink(missing_ok=True)
    new.symlink_to(name)
    new.replace(link)


def replace_file(path: Path, content: bytes) -> None:
    """Replace a file atomically: after a crash it has all of the new content or all of the old."""
    new = path.with_name(f".{path.name}-new")
    with open(new, "wb", opener=private_opener) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
