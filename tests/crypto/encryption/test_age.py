"""Files encrypted with a passphrase, exchanged with another implementation of the age format."""

import io
from base64 import b64decode

import pyrage
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.crypto.encryption.age import AgeReader, AgeWriter
from gateway.domain.errors import BackupInvalid

PASSPHRASE = "correct horse battery staple"
CHUNK = 64 * 1024
HIGHEST = 20
"""Work factor that is accepted from others."""

ENCRYPTED_BY_ANOTHER = (
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBpbThHSnlxTk5jMlc3ODd4TFMzTHNBIDIwClhNcHUyR3AxSVZwcTA4elN5"
    "bS83TTd0VjJMS1pjVmtjTkFpWUI5azljUFkKLS0tIExMSjVaSDR3Mm0zbExLY3pOTnVtNGJVTmhVS1JTaTR3WjdFd0YvZGlTY1UK"
    "kE+pKK7lQtaz4gPTmIT4H5Z+wIca/JQpjYlGhS5DtWTsvwj9NLkeEQVFo1lLuBoutlEQ31JyokmlTg=="
)
HEAD_OF_ANOTHER = b"""age-encryption.org/v1
-> scrypt rF0/NwblUHHTpgQgRpe5CQ 10
gUjEymFKMVXQEKdMMHL24oYexjE3TIC0O0zGSqJ2aUY
--- IOXiQYStkoT1mvZW2tFOqZdhRVvj58egABx/sWfZQbc
"""
"""Source: test vector `scrypt` of the age format (C2SP/CCTV), work factor 10."""
FAST = 4
"""Work factor of those tests that are not about it."""


def encrypted(content: bytes, work_factor: int = FAST, piece: int = 100_000) -> bytes:
    file = io.BytesIO()
    writer = AgeWriter(file, PASSPHRASE.encode(), work_factor)
    for begin in range(0, len(content), piece):
        writer.write(content[begin : begin + piece])
    writer.finish()
    return file.getvalue()


def decrypted(ciphertext: bytes, passphrase: str = PASSPHRASE) -> bytes:
    return io.BufferedReader(AgeReader(io.BytesIO(ciphertext), passphrase.encode())).read()


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 200_001])
def test_another_implementation_opens_what_we_have_shut(length: int) -> None:
    content = bytes(place % 251 for place in range(length))
    assert pyrage.passphrase.decrypt(encrypted(content), PASSPHRASE) == content
    assert decrypted(encrypted(content, piece=7_777)) == content


def test_we_open_the_head_of_another_implementation() -> None:
    """The body is made here by RFC 5869 and RFC 8439, with the file key of the vector."""
    nonce, last = bytes(range(16)), b"\0" * 11 + b"\1"
    key = HKDF(hashes.SHA256(), 32, nonce, b"payload").derive(b"YELLOW SUBMARINE")
    body = ChaCha20Poly1305(key).encrypt(last, b"age", None)
    assert decrypted(HEAD_OF_ANOTHER + nonce + body, "password") == b"age"


@pytest.mark.slow
@pytest.mark.long_haul
def test_we_decrypt_a_file_of_another_implementation_at_the_highest_work_factor() -> None:
    assert decrypted(b64decode(ENCRYPTED_BY_ANOTHER)) == b"written by another program"


@pytest.mark.slow
@pytest.mark.long_haul
def test_we_decrypt_a_long_file_of_another_implementation_up_to_our_work_factor() -> None:
    content = b"written by another program" * 10_000
    # pyrage chooses the work factor that takes one second on this machine.
    encrypted = pyrage.passphrase.encrypt(content, PASSPHRASE)
    if int(encrypted.split(b"\n")[1].split()[-1]) <= HIGHEST:
        assert decrypted(encrypted) == content
    else:
        with pytest.raises(BackupInvalid):
            decrypted(encrypted)


@pytest.mark.slow
def test_each_try_of_a_passphrase_costs_as_much_as_with_age_itself() -> None:
    file = io.BytesIO()
    AgeWriter(file, b"x")
    assert file.getvalue().split(b"\n")[1].endswith(b" 18")


def test_another_passphrase_opens_nothing() -> None:
    with pytest.raises(BackupInvalid, match="passphrase is not the one"):
        decrypted(encrypted(b"secret"), "Correct horse battery staple")


def test_a_bit_changed_anywhere_is_noticed() -> None:
    ciphertext = encrypted(bytes(CHUNK + 300))
    places = [*range(220), *range(220, len(ciphertext), 1013), len(ciphertext) - 1]
    for place in places:
        changed = bytearray(ciphertext)
        changed[place] ^= 1
        with pytest.raises(BackupInvalid):
            decrypted(bytes(changed))


def test_a_file_cut_off_anywhere_is_noticed() -> None:
    ciphertext = encrypted(bytes(2 * CHUNK + 300))
    head = len(ciphertext) - (2 * CHUNK + 300 + 3 * 16)
    for length in [
        *range(0, head, 7),
        head,
        head + CHUNK + 16,
        head + 2 * (CHUNK + 16),
        len(ciphertext) - 1,
    ]:
        with pytest.raises(BackupInvalid):
            decrypted(ciphertext[:length])


def test_chunks_exchanged_repeated_or_appended_are_noticed() -> None:
    ciphertext = encrypted(bytes(3 * CHUNK))
    size = CHUNK + 16
    head, one, two, three = (
        ciphertext[: -3 * size],
        ciphertext[-3 * size : -2 * size],
        ciphertext[-2 * size : -size],
        ciphertext[-size:],
    )
    for chunks in (
        two + one + three,
        one + one + two + three,
        one + two + three + three,
        one + three,
        three,
    ):
        with pytest.raises(BackupInvalid):
            decrypted(head + chunks)


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"PK\x03\x04" + bytes(200),
        b"SQLite format 3\x00" + bytes(200),
        b"age-encryption.org/v1\n-> X25519 abc\nabc\n--- abc\n",
        b"age-encryption.org/v2\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 10\n\n---",
        b"x" * 1_000_000,
    ],
)
def test_another_kind_of_file_is_told_as_such(file: bytes) -> None:
    with pytest.raises(BackupInvalid, match="is no backup"):
        decrypted(file)


@pytest.mark.parametrize("factor", [b"21", b"63", b"0", b"-1", b"9" * 60, b"x"])
def test_a_file_that_asks_for_absurd_work_is_refused_at_once(factor: bytes) -> None:
    head = encrypted(b"").split(b"\n")
    head[1] = head[1].rpartition(b" ")[0] + b" " + factor
    with pytest.raises(BackupInvalid):
        decrypted(b"\n".join(head))
