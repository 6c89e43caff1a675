"""Life cycle of keys: made, requested from a CA, imported, rotated into use, retired.

docs/keys.md describes the steps. A key that is in use stays in use until another is rotated in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.crypto.keys.checks import KeyFiles, check_key, is_development, require_in_date
from gateway.crypto.keys.configured import configured, is_for_development
from gateway.crypto.keys.csr import Applicant
from gateway.crypto.keys.development import CRL_FILE, DevelopmentCa
from gateway.crypto.keys.files import (
    load_chain,
    load_private_key,
    read_passphrase,
    write_secret,
)
from gateway.crypto.keys.folder import (
    KeyFolder,
    StoredKey,
    import_certificate,
    new_key,
    replace_file,
    sha256_of,
    write_request,
)
from gateway.crypto.keys.overview import CertificateView, view_of
from gateway.crypto.keys.purposes import Purpose
from gateway.crypto.keys.revoked import CRL_REASONS, revocation_of, write_revocation
from gateway.domain.errors import KeyUnusable
from gateway.domain.key_revocation import KeyRevocation
from gateway.domain.secret_length import passphrase_too_short
from gateway.exchange.ports import Clock
from gateway.settings import Settings


@dataclass(frozen=True, slots=True)
class KeyLifecycle:
    """The keys of one purpose. Methods raise KeyUnusable for a key or certificate that is unfit."""

    settings: Settings
    purpose: Purpose
    clock: Clock

    @property
    def current_folder(self) -> Path:
        """The link that leads to the key in use: keys/server/current."""
        return self._folder.path / "current"

    @property
    def next(self) -> StoredKey | None:
        """The key that is being prepared."""
        return self._folder.next

    @property
    def is_for_development(self) -> bool:
        """Whether the working directory is marked as one for development."""
        return is_for_development(self.settings)

    @property
    def configured(self) -> KeyFiles | None:
        """The files that the configuration names for this purpose."""
        return configured(self.settings).get(self.purpose)

    def make(
        self, kind: str, passphrase_file: Path | None, pkcs11_uri: str | None, *, encrypted: bool
    ) -> StoredKey:
        """Make the next key, or name one of a PKCS #11 token.

        kind: an element of folder.KINDS.  passphrase_file: its first line encrypts the key, if
        `encrypted`; it holds the PIN of a token. Raises KeyUnusable for a short passphrase.
        """
        # A PIN of a token is short: the token itself bounds how often it is tried.
        passphrase = None
        if passphrase_file and encrypted and not pkcs11_uri:
            passphrase = _new_passphrase(passphrase_file)
        stored = self._folder.prepare(f"{self.clock():%Y-%m-%d}")
        try:
            if pkcs11_uri:
                write_secret(stored.key, f"{pkcs11_uri}\n".encode())
                load_private_key(stored.key, passphrase_file)
            else:
                new_key(stored, kind, passphrase)
        except BaseException:
            stored.key.unlink(missing_ok=True)
            stored.folder.rmdir()
            raise
        self._folder.announce(stored)
        return stored

    def request(self, stored: StoredKey, host: str, passphrase_file: Path | None) -> str:
        """Write the certificate signing request (RFC 2986) of a key; returns its subject, RFC 4514.

        host: name or address under which partners call us.
        """
        authority = self.settings.gateway.authorities[0]
        applicant = Applicant(authority.country.text, authority.code, authority.name, host)
        write_request(stored, self.purpose, applicant, passphrase_file)
        return applicant.subject(self.purpose).rfc4514_string()

    def certify_for_development(self, stored: StoredKey) -> Path:
        """Let the development CA answer the request of a key; returns the file it issued."""
        ca = DevelopmentCa.open(self._keys)
        issued = stored.folder / "issued.pem"
        issued.write_bytes(ca.certify(stored.request.read_bytes()) + ca.certificate)
        return issued

    def import_certificate(
        self, stored: StoredKey, files: Sequence[Path], passphrase_file: Path | None
    ) -> Sequence[CertificateView]:
        """Put the certificate of a key in place; returns it and those above it.

        files: PEM, in any order.
        """
        now = self.clock()
        chain = import_certificate(stored, self.purpose, files, passphrase_file, now)
        return [view_of(certificate, now) for certificate in chain]

    def check(self, stored: StoredKey) -> CertificateView:
        """Check key and certificate before they are used; returns the certificate."""
        now, files = self.clock(), self.configured
        prepared = KeyFiles(
            self.purpose, stored.certificate, stored.key, files.passphrase if files else None
        )
        chain = check_key(prepared, now, development=self.is_for_development)
        require_in_date(self.purpose, chain, now, stored.certificate)
        return view_of(chain[0], now)

    def rotate(self, stored: StoredKey) -> StoredKey | None:
        """Take a key into use, in one step; returns the key that was in use before."""
        return self._folder.rotate(stored)

    def find(self, name: str, *, retired: bool = False) -> StoredKey | None:
        """A key by its folder, or by eight digits or more of its certificate's fingerprint."""
        return self._folder.find(name, retired=retired)

    def certificate(self, stored: StoredKey) -> CertificateView:
        """The certificate of a key."""
        return view_of(load_chain(stored.certificate)[0], self.clock())

    def revocation(self, stored: StoredKey) -> KeyRevocation | None:
        """When and why a key was revoked; None where it is in force."""
        return revocation_of(stored)

    def revoke(self, stored: StoredKey, revocation: KeyRevocation) -> Path | None:
        """Mark a key as revoked, and let the development CA list its certificate.

        Returns the revocation list; None where another CA issued the certificate, which has to be
        asked. Repeated, it changes nothing.
        """
        write_revocation(stored, revocation)
        certificate = load_chain(stored.certificate)[0]
        if not self.is_for_development or not is_development(certificate):
            return None
        list_file = self._keys / CRL_FILE
        before = list_file.read_bytes() if list_file.exists() else None
        listed = DevelopmentCa.open(self._keys).revoke(
            certificate, CRL_REASONS[revocation.cause], revocation.at, before
        )
        replace_file(list_file, listed)
        return list_file

    def retire(self, stored: StoredKey, reason: str) -> Path:
        """Move a key to keys/retired with a dated note; returns where. Never the one in use."""
        lines = [
            f"Retired {self.clock():%Y-%m-%d %H:%M} UTC.",
            f"SHA-256 {sha256_of(stored) or 'without certificate'}",
            reason,
        ]
        return self._folder.retire(stored, "\n".join(line for line in lines if line) + "\n")

    def fingerprint(self, stored: StoredKey) -> str:
        """SHA-256 of the certificate of a key, lower-case hex; empty without a readable one."""
        return sha256_of(stored) or ""

    @property
    def _keys(self) -> Path:
        return self.settings.directory / "keys"

    @property
    def _folder(self) -> KeyFolder:
        return KeyFolder(self._keys, self.purpose)


def _new_passphrase(file: Path) -> bytes:
    passphrase = read_passphrase(file)
    if problem := passphrase_too_short(passphrase):
        raise KeyUnusable(f"The passphrase in {file} {problem}. Write a sentence into it.")
    return passphrase
