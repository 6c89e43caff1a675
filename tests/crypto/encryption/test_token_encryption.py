"""Token encryption: a token in the outbox is decrypted under its own key and name only."""

import pytest

from gateway.crypto.encryption.token_encryption import TokenCipher
from gateway.domain.errors import KeyUnusable

CIPHER = TokenCipher(b"k" * 32)
TOKEN = "QX7K-42M9-SECRET"


def test_what_was_shut_opens_again_and_is_never_the_same_twice() -> None:
    one, other = CIPHER.encrypt(TOKEN, "id"), CIPHER.encrypt(TOKEN, "id")
    assert one != other
    assert TOKEN.encode() not in one
    assert CIPHER.decrypt(one, "id") == CIPHER.decrypt(other, "id") == TOKEN


@pytest.mark.parametrize("place", [0, 11, 12, -1])
def test_a_changed_byte_is_found(place: int) -> None:
    kept = bytearray(CIPHER.encrypt(TOKEN, "id"))
    kept[place] ^= 1
    with pytest.raises(KeyUnusable):
        CIPHER.decrypt(bytes(kept), "id")


@pytest.mark.parametrize("kept", [b"", b"short", bytes(12), bytes(28)])
def test_what_is_no_token_of_ours_does_not_open(kept: bytes) -> None:
    with pytest.raises(KeyUnusable):
        CIPHER.decrypt(kept, "id")


@pytest.mark.parametrize("secret", [b"", b"ab", b"k" * 31])
def test_a_short_key_encrypts_nothing(secret: bytes) -> None:
    with pytest.raises(KeyUnusable, match=r"tokens\.key_file must hold at least 32 random bytes"):
        TokenCipher(secret)


def test_neither_key_nor_name_can_be_another() -> None:
    kept = CIPHER.encrypt(TOKEN, "id")
    with pytest.raises(KeyUnusable):
        CIPHER.decrypt(kept, "another")
    with pytest.raises(KeyUnusable, match="token key"):
        TokenCipher(b"x" * 32).decrypt(kept, "id")
