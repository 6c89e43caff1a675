"""Key files: reading and writing private keys, certificate chains and passphrases.

A key file is PEM, or one line with a PKCS #11 URI. Every error names the file and the command that
is the remedy.
"""

import os
import stat
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from gateway.crypto.keys.pkcs11 import load_token_key
from gateway.crypto.policy import PrivateKey, require_key, require_key_of
from gateway.crypto.x509_reading import certificates_of_pem
from gateway.domain.errors import AlgorithmRefused, KeyUnusable

_PRIVATE_KEY = b"PRIVATE KEY-----"
_GROUP_AND_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def load_private_key(path: Path, passphrase_file: Path | None) -> PrivateKey:
    """The key of a file that only its owner may read: PEM, or one line `pkcs11:...` (RFC 7512).

    passphrase_file: the passphrase of an encrypted key, or the PIN of the token. It is not read
    where none is needed.
    Raises KeyUnusable naming the file, the reason and the command that is the remedy.
    """
    pem = read_secret(path)
    if _is_certificate(pem):
        raise KeyUnusable(
            f"{path} holds no PEM private key but a certificate. Exchange certificate_file and"
            " key_file, or make a new key: `epix-gateway keys new PURPOSE`."
        )
    if pem.startswith(b"pkcs11:"):
        return load_token_key(
            pem.decode("ascii", errors="replace").strip(), path, _pin(path, passphrase_file)
        )
    key: object
    try:
        key = load_pem_private_key(pem, None)
    except TypeError:
        key = _decrypted(path, pem, passphrase_file)
    except (ValueError, UnsupportedAlgorithm):
        raise _no_key(path) from None
    if isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        try:
            require_key(key.public_key())
            return key
        except AlgorithmRefused:
            pass
    raise KeyUnusable(
        f"{path} holds a key of a kind that is not accepted: EC P-256, P-384, P-521 or RSA of 3072"
        " bits and more are. `epix-gateway keys new PURPOSE` makes one."
    )


def load_chain(path: Path) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file in its order, our own first. Raises KeyUnusable."""
    try:
        content = path.read_bytes()
        chain = tuple(certificates_of_pem(content))
    except OSError as error:
        raise _unreadable(path, error) from None
    except ValueError:
        if _PRIVATE_KEY in content:
            raise KeyUnusable(
                f"{path} holds no PEM certificate but a private key. Exchange certificate_file and"
                " key_file, or put the certificate there that the CA has issued: `epix-gateway keys"
                " import PURPOSE FILE`."
            ) from None
        raise KeyUnusable(
            f"{path} holds no PEM certificate that can be read. Put the certificate there that the"
            " CA has issued: `epix-gateway keys import PURPOSE FILE`."
        ) from None
    for certificate in chain:
        try:
            require_key_of(certificate)
        except AlgorithmRefused:
            raise KeyUnusable(
                f"{path} holds a certificate whose key is of a kind that is not accepted"
                f" ({certificate.subject.rfc4514_string()}). Ask the CA for one with EC P-256 or"
                " RSA of 3072 bits: `epix-gateway keys new PURPOSE`, then `epix-gateway keys"
                " request PURPOSE`."
            ) from None
    return chain


def read_passphrase(path: Path) -> bytes:
    """The first line of a file, without its end. Raises KeyUnusable."""
    line = read_secret(path).partition(b"\n")[0].rstrip(b"\r")
    if not line:
        raise KeyUnusable(
            f"{path} is empty; its first line must be the passphrase. Write it with an editor."
        )
    return line


def read_secret(path: Path) -> bytes:
    """The content of a file that only its owner may read.

    Raises KeyUnusable for a file with wider permissions, or one that cannot be read.
    """
    try:
        with path.open("rb") as file:
            # fstat on the open file: the path could be replaced between a check and the read.
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & _GROUP_AND_OTHERS:
                raise KeyUnusable(
                    f"{path} can be read by others than its owner. Mend it: `chmod 600 {path}`."
                )
            return file.read()
    except OSError as error:
        raise _unreadable(path, error) from None


def write_secret(path: Path, content: bytes) -> None:
    """Write a new file that only its owner can read, with these permissions from the start.

    Raises FileExistsError.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def _is_certificate(pem: bytes) -> bool:
    return b"-----BEGIN CERTIFICATE-----" in pem and _PRIVATE_KEY not in pem


def _pin(path: Path, passphrase_file: Path | None) -> str:
    if passphrase_file is None:
        raise KeyUnusable(
            f"{path} names a key in a token, and no PIN is given. Name a file with it as"
            " passphrase_file in conf/gateway.toml; `epix-gateway check-config` tries it."
        )
    return read_passphrase(passphrase_file).decode("utf-8", errors="replace")


def _decrypted(path: Path, pem: bytes, passphrase_file: Path | None) -> object:
    if passphrase_file is None:
        raise KeyUnusable(
            f"{path} is encrypted, and no passphrase is given. Name a file with it as"
            " passphrase_file in conf/gateway.toml; `epix-gateway check-config` tries it."
        )
    try:
        return load_pem_private_key(pem, read_passphrase(passphrase_file))
    except (ValueError, UnsupportedAlgorithm):
        raise KeyUnusable(
            f"{path} cannot be opened with the passphrase in {passphrase_file}. Put the right one"
            f" there; `openssl pkey -noout -in {path} -passin file:{passphrase_file}` tries it."
        ) from None


def _no_key(path: Path) -> KeyUnusable:
    return KeyUnusable(
        f"{path} holds no PEM private key. Make a new one: `epix-gateway keys new PURPOSE`."
    )


def _unreadable(path: Path, error: OSError) -> KeyUnusable:
    reason = (error.strerror or "unknown reason").lower()
    return KeyUnusable(f"{path} cannot be read: {reason}. See who may: `ls -l {path}`.")
