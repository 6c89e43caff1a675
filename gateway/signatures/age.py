"""How is a file encrypted with a passphrase, while it is being written and while it is being read?

The form is that of age (https://age-encryption.org/v1) with its passphrase recipient, so that the tool `age` opens what
is written here. Libraries for it encrypt with a passphrase only what is whole in memory, which a backup is not; the
primitives are those of `cryptography`, and the tests compare with such a library. What is read has been authenticated
before it is given, and a file that was cut off is noticed at its end.
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
"""Power of two: a try takes 256 MB and about a second, as with age itself."""

_HIGHEST_WORK_FACTOR = 20
_VERSION = b"age-encryption.org/v1\n"
_LABEL = b"age-encryption.org/v1/scrypt"
_MAC_LINE = b"---"
_LONGEST_LINE = 128
_FILE_KEY = _SALT = _NONCE = _TAG = 16
_CHUNK = 64 * 1024
_NO_BACKUP = "This file is no backup of epix-gateway: it is not encrypted as one is (age, with a passphrase)."
_DAMAGED = "The backup is damaged: it was changed, or is not whole."


class AgeWriter:
    """Encrypts what is written; `finish` writes the end, without which nobody takes the file for whole."""

    def __init__(self, file: BinaryIO, passphrase: bytes, work_factor: int = WORK_FACTOR) -> None:
        self._file = file
        key, salt, nonce = os.urandom(_FILE_KEY), os.urandom(_SALT), os.urandom(_NONCE)
        wrapped = ChaCha20Poly1305(_stretched(passphrase, salt, work_factor)).encrypt(bytes(12), key, None)
        head = b"%s-> scrypt %s %d\n%s\n%s" % (_VERSION, _text(salt), work_factor, _text(wrapped), _MAC_LINE)
        file.write(b"%s %s\n" % (head, _text(_mac(key, head).finalize())) + nonce)
        self._chunks = _Chunks(key, nonce)
        self._waiting = bytearray()

    def write(self, content: bytes) -> None:
        """More of the content; it may wait until there is a whole chunk."""
        self._waiting += content
        whole = max(0, (len(self._waiting) - 1) // _CHUNK) * _CHUNK  # the last chunk is never empty
        for begin in range(0, whole, _CHUNK):
            self._file.write(self._chunks.shut(bytes(self._waiting[begin : begin + _CHUNK]), last=False))
        del self._waiting[:whole]

    def finish(self) -> None:
        """Write the last chunk."""
        self._file.write(self._chunks.shut(bytes(self._waiting), last=True))


class AgeReader(io.RawIOBase):
    """Decrypts what is read. Raises BackupInvalid, here for a wrong passphrase, later for a file that is damaged."""

    def __init__(self, file: BinaryIO, passphrase: bytes) -> None:
        super().__init__()
        self._file = file
        key = _opened_head(file, passphrase)
        nonce = file.read(_NONCE)
        if len(nonce) != _NONCE:
            raise BackupInvalid(_DAMAGED)
        self._chunks = _Chunks(key, nonce)
        self._next = file.read(_CHUNK + _TAG)
        self._ready = memoryview(b"")
        self._over = False

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: object) -> int:
        """Some bytes; none at the end."""
        while not self._ready and not self._over:
            self._ready = memoryview(self._chunk())
        wanted = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        count = min(len(wanted), len(self._ready))
        wanted[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _chunk(self) -> bytes:
        sealed, self._next = self._next, self._file.read(_CHUNK + _TAG)
        self._over = not self._next
        try:
            return self._chunks.open(sealed, last=self._over)
        except InvalidTag:
            raise BackupInvalid(_DAMAGED) from None


class _Chunks:
    """The payload, 64 KiB at a time: each has its number, and the last says that it is the last."""

    def __init__(self, key: bytes, nonce: bytes) -> None:
        self._cipher = ChaCha20Poly1305(HKDF(SHA256(), 32, salt=nonce, info=b"payload").derive(key))
        self._number = 0

    def shut(self, content: bytes, *, last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(last), content, None)

    def open(self, sealed: bytes, *, last: bool) -> bytes:
        return self._cipher.decrypt(self._nonce(last), sealed, None)

    def _nonce(self, last: bool) -> bytes:
        self._number += 1
        return (self._number - 1).to_bytes(11, "big") + bytes([last])


def _opened_head(file: BinaryIO, passphrase: bytes) -> bytes:
    """The key of the file."""
    lines = [file.readline(_LONGEST_LINE) for _ in range(4)]
    version, recipient, body, mac_line = lines
    kind, _, arguments = recipient.rstrip(b"\n").partition(b" ")
    words = arguments.split(b" ")
    if version != _VERSION or kind != b"->" or words[0] != b"scrypt" or len(words) != 3:
        raise BackupInvalid(_NO_BACKUP)
    try:
        salt, wrapped, mac = _bytes(words[1]), _bytes(body[:-1]), _bytes(mac_line[len(_MAC_LINE) + 1 : -1])
        work_factor = int(words[2])
        if mac_line != b"%s %s\n" % (_MAC_LINE, _text(mac)):
            raise ValueError
    except (NotBase64, ValueError):
        raise BackupInvalid(_DAMAGED) from None
    if len(salt) != _SALT or len(wrapped) != _FILE_KEY + _TAG or not 1 <= work_factor <= _HIGHEST_WORK_FACTOR:
        raise BackupInvalid(_DAMAGED)
    try:
        key = ChaCha20Poly1305(_stretched(passphrase, salt, work_factor)).decrypt(bytes(12), wrapped, None)
    except InvalidTag:
        raise BackupInvalid("The passphrase is not the one that this backup was made with.") from None
    try:
        _mac(key, version + recipient + body + _MAC_LINE).verify(mac)
    except InvalidSignature:
        raise BackupInvalid(_DAMAGED) from None
    return key


def _stretched(passphrase: bytes, salt: bytes, work_factor: int) -> bytes:
    return Scrypt(salt=_LABEL + salt, length=32, n=1 << work_factor, r=8, p=1).derive(passphrase)


def _mac(key: bytes, head: bytes) -> HMAC:
    mac = HMAC(HKDF(SHA256(), 32, salt=None, info=b"header").derive(key), SHA256())
    mac.update(head)
    return mac


def _text(content: bytes) -> bytes:
    return b64encode(content).rstrip(b"=")


def _bytes(text: bytes) -> bytes:
    return b64decode(text + b"=" * (-len(text) % 4), validate=True)
