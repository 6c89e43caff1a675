"""Can this key, and this chain of certificates, be used? Whatever is wrong is said with the command that mends it."""

import os
import stat
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from gateway.domain.errors import AlgorithmRefused, KeyUnusable
from gateway.signatures.pkcs11 import load_token_key
from gateway.signatures.policy import PrivateKey, require_key

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def load_private_key(path: Path, passphrase_file: Path | None) -> PrivateKey:
    """The key of a file that only its owner may read: PEM, or the one line `pkcs11:...` that says where it lies.

    passphrase_file: holds the passphrase of an encrypted key, or the PIN of the token; not read where none is needed.
    Raises KeyUnusable naming the file, the reason and the command that mends it.
    """
    pem = read_secret(path)
    if pem.startswith(b"pkcs11:"):
        return load_token_key(pem.decode("ascii", errors="replace").strip(), path, _pin(path, passphrase_file))
    key: object
    try:
        key = load_pem_private_key(pem, None)
    except TypeError:
        key = _opened(path, pem, passphrase_file)
    except (ValueError, UnsupportedAlgorithm):
        raise _no_key(path) from None
    if isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        try:
            require_key(key.public_key())
            return key
        except AlgorithmRefused:
            pass
    raise KeyUnusable(
        f"{path} holds a key of a kind that is not accepted: EC P-256, P-384, P-521 or RSA of 3072 bits and more are. "
        "`epix-gateway keys new PURPOSE` makes one."
    )


def load_chain(path: Path) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file in its order, our own first. Raises KeyUnusable."""
    try:
        chain = tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except OSError as error:
        raise _unreadable(path, error) from None
    except ValueError:
        raise KeyUnusable(
            f"{path} holds no PEM certificate that can be read. Put the certificate there that the CA has issued: "
            "`epix-gateway keys import PURPOSE FILE`."
        ) from None
    for certificate in chain:
        try:
            require_key(certificate.public_key())
        except (AlgorithmRefused, ValueError, UnsupportedAlgorithm):
            raise KeyUnusable(
                f"{path} holds a certificate whose key is of a kind that is not accepted "
                f"({certificate.subject.rfc4514_string()}). Ask the CA for one with EC P-256 or RSA of 3072 bits: "
                "`epix-gateway keys new PURPOSE`, then `epix-gateway keys request PURPOSE`."
            ) from None
    return chain


def read_passphrase(path: Path) -> bytes:
    """The first line of a file, without its end. Raises KeyUnusable."""
    line = read_secret(path).partition(b"\n")[0].rstrip(b"\r")
    if not line:
        raise KeyUnusable(f"{path} is empty; its first line must be the passphrase. Write it with an editor.")
    return line


def read_secret(path: Path) -> bytes:
    """The content of a file that only its owner may read. Raises KeyUnusable."""
    try:
        with path.open("rb") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & _OTHERS:
                raise KeyUnusable(f"{path} can be read by others than its owner. Mend it: `chmod 600 {path}`.")
            return file.read()
    except OSError as error:
        raise _unreadable(path, error) from None


def _pin(path: Path, passphrase_file: Path | None) -> str:
    if passphrase_file is None:
        raise KeyUnusable(
            f"{path} names a key in a token, and no PIN is given. Name a file with it as passphrase_file in "
            "conf/gateway.toml; `epix-gateway check-config` tries it."
        )
    return read_passphrase(passphrase_file).decode("utf-8", errors="replace")


def _opened(path: Path, pem: bytes, passphrase_file: Path | None) -> object:
    if passphrase_file is None:
        raise KeyUnusable(
            f"{path} is encrypted, and no passphrase is given. Name a file with it as passphrase_file in "
            "conf/gateway.toml; `epix-gateway check-config` tries it."
        )
    try:
        return load_pem_private_key(pem, read_passphrase(passphrase_file))
    except (ValueError, UnsupportedAlgorithm):
        raise KeyUnusable(
            f"{path} cannot be opened with the passphrase in {passphrase_file}. Put the right one there; "
            f"`openssl pkey -noout -in {path} -passin file:{passphrase_file}` tries it."
        ) from None


def _no_key(path: Path) -> KeyUnusable:
    return KeyUnusable(f"{path} holds no PEM private key. Make a new one: `epix-gateway keys new PURPOSE`.")


def _unreadable(path: Path, error: OSError) -> KeyUnusable:
    reason = (error.strerror or "unknown reason").lower()
    return KeyUnusable(f"{path} cannot be read: {reason}. See who may: `ls -l {path}`.")
