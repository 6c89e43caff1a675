"""Streaming encryption of files with a passphrase, in the format of age.

The format is age v1 (https://age-encryption.org/v1) with a passphrase recipient (scrypt), so that
the tool `age` decrypts the files. Libraries for age encrypt with a passphrase only content that
fits in memory, which a backup does not. The primitives are those of `cryptography`; the tests
compare with such a library.

    header    version, recipient (salt, work factor, wrapped file key), MAC over the header
    payload   nonce, then chunks of 64 KiB under ChaCha20-Poly1305, each with 16 bytes of tag

Every byte is authenticated before the reader gets it. The last chunk is marked, so that a truncated
file is detected.
"""

import io
import os
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from typing import BinaryIO

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from gateway.domain.errors import BackupInvalid

WORK_FACTOR = 18
"""log2 of scrypt's N: one attempt takes 256 MB and about a second, as with age itself."""

_MAX_WORK_FACTOR = 20
"""Upper limit when reading, so that a forged file cannot use up memory: 2^20 takes 1 GB."""
_VERSION = b"age-encryption.org/v1\n"
_LABEL = b"age-encryption.org/v1/scrypt"
_MAC_LINE = b"---"
_MAX_LINE = 128
_FILE_KEY = _SALT = _NONCE = _TAG = 16
_CHUNK = 64 * 1024
_NO_BACKUP = (
    "This file is no backup of epix-gateway: it is not encrypted as one is (age, with a"
    " passphrase)."
)
_DAMAGED = "The backup is damaged: it was changed, or is not whole."


class AgeWriter:
    """Encrypts what is written. `finish` writes the last chunk; a file without it is damaged."""

    def __init__(self, file: BinaryIO, passphrase: bytes, work_factor: int = WORK_FACTOR) -> None:
        self._file = file
        key, salt, nonce = os.urandom(_FILE_KEY), os.urandom(_SALT), os.urandom(_NONCE)
        wrapped = ChaCha20Poly1305(_derived_key(passphrase, salt, work_factor)).encrypt(
            bytes(12), key, None
        )
        header = b"%s-> scrypt %s %d\n%s\n%s" % (
            _VERSION,
            _text(salt),
            work_factor,
            _text(wrapped),
            _MAC_LINE,
        )
        file.write(b"%s %s\n" % (header, _text(_mac(key, header).finalize())) + nonce)
        self._chunks = _Chunks(key, nonce)
        self._buffer = bytearray()

    def write(self, content: bytes) -> None:
        """Add content. It is buffered until there is a whole chunk and one byte more."""
        self._buffer += content
        # One byte at least stays in the buffer: the last chunk must not be empty.
        whole = max(0, (len(self._buffer) - 1) // _CHUNK) * _CHUNK
        for begin in range(0, whole, _CHUNK):
            chunk = bytes(self._buffer[begin : begin + _CHUNK])
            self._file.write(self._chunks.encrypt(chunk, last=False))
        del self._buffer[:whole]

    def finish(self) -> None:
        """Write the last chunk."""
        self._file.write(self._chunks.encrypt(bytes(self._buffer), last=True))


class AgeReader(io.RawIOBase):
    """Decrypts what is read.

    Raises BackupInvalid: at once for a wrong passphrase, while reading for a damaged file.
    """

    def __init__(self, file: BinaryIO, passphrase: bytes) -> None:
        super().__init__()
        self._file = file
        key = _file_key(file, passphrase)
        nonce = file.read(_NONCE)
        if len(nonce) != _NONCE:
            raise BackupInvalid(_DAMAGED)
        self._chunks = _Chunks(key, nonce)
        self._next = file.read(_CHUNK + _TAG)
        self._plaintext = memoryview(b"")
        self._at_end = False

    def readable(self) -> bool:
        """True, as io.RawIOBase asks."""
        return True

    def readinto(self, buffer: object) -> int:
        """Read some bytes into a buffer; gives their number, 0 at the end."""
        while not self._plaintext and not self._at_end:
            self._plaintext = memoryview(self._chunk())
        wanted = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        count = min(len(wanted), len(self._plaintext))
        wanted[:count] = self._plaintext[:count]
        self._plaintext = self._plaintext[count:]
        return count

    def _chunk(self) -> bytes:
        # Reading one chunk ahead tells whether this one is the last, and so how it was encrypted.
        ciphertext, self._next = self._next, self._file.read(_CHUNK + _TAG)
        self._at_end = not self._next
        try:
            return self._chunks.decrypt(ciphertext, last=self._at_end)
        except InvalidTag:
            raise BackupInvalid(_DAMAGED) from None


class _Chunks:
    """Cipher of the payload, 64 KiB a chunk. Nonce: 11 bytes of counter, 1 byte of last-flag.

    The counter detects reordered or missing chunks, the flag a truncated file.
    """

    def __init__(self, key: bytes, nonce: bytes) -> None:
        self._cipher = ChaCha20Poly1305(HKDF(SHA256(), 32, salt=nonce, info=b"payload").derive(key))
        self._number = 0

    def encrypt(self, content: bytes, *, last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(last), content, None)

    def decrypt(self, ciphertext: bytes, *, last: bool) -> bytes:
        return self._cipher.decrypt(self._nonce(last), ciphertext, None)

    def _nonce(self, last: bool) -> bytes:
        self._number += 1
        return (self._number - 1).to_bytes(11, "big") + bytes([last])


def _file_key(file: BinaryIO, passphrase: bytes) -> bytes:
    """The file key, unwrapped from the header with the passphrase.

    Raises BackupInvalid: no such file, another passphrase, or a damaged header.
    """
    lines = [file.readline(_MAX_LINE) for _ in range(4)]
    version, recipient, body, mac_line = lines
    arrow, _, arguments = recipient.rstrip(b"\n").partition(b" ")
    fields = arguments.split(b" ")
    if version != _VERSION or arrow != b"->" or fields[0] != b"scrypt" or len(fields) != 3:
        raise BackupInvalid(_NO_BACKUP)
    try:
        salt, wrapped, mac = (
            _bytes(fields[1]),
            _bytes(body[:-1]),
            _bytes(mac_line[len(_MAC_LINE) + 1 : -1]),
        )
        work_factor = int(fields[2])
        # base64 has several spellings for one value; only the canonical one is accepted.
        if mac_line != b"%s %s\n" % (_MAC_LINE, _text(mac)):
            raise ValueError
    except (NotBase64, ValueError):
        raise BackupInvalid(_DAMAGED) from None
    if (
        len(salt) != _SALT
        or len(wrapped) != _FILE_KEY + _TAG
        or not 1 <= work_factor <= _MAX_WORK_FACTOR
    ):
        raise BackupInvalid(_DAMAGED)
    try:
        key = ChaCha20Poly1305(_derived_key(passphrase, salt, work_factor)).decrypt(
            bytes(12), wrapped, None
        )
    except InvalidTag:
        raise BackupInvalid(
            "The passphrase is not the one that this backup was made with."
        ) from None
    try:
        _mac(key, version + recipient + body + _MAC_LINE).verify(mac)
    except InvalidSignature:
        raise BackupInvalid(_DAMAGED) from None
    return key


def _derived_key(passphrase: bytes, salt: bytes, work_factor: int) -> bytes:
    return Scrypt(salt=_LABEL + salt, length=32, n=1 << work_factor, r=8, p=1).derive(passphrase)


def _mac(key: bytes, header: bytes) -> HMAC:
    mac = HMAC(HKDF(SHA256(), 32, salt=None, info=b"header").derive(key), SHA256())
    mac.update(header)
    return mac


def _text(content: bytes) -> bytes:
    """Base64 without padding, as age writes it."""
    return b64encode(content).rstrip(b"=")


def _bytes(text: bytes) -> bytes:
    return b64decode(text + b"=" * (-len(text) % 4), validate=True)
