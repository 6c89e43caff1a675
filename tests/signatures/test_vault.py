"""A token that waits in the outbox opens under its own key and name only."""

import pytest

from gateway.domain.errors import KeyUnusable
from gateway.signatures.vault import TokenVault

VAULT = TokenVault(b"k" * 32)
TOKEN = "QX7K-42M9-SECRET"


def test_what_was_shut_opens_again_and_is_never_the_same_twice() -> None:
    one, other = VAULT.shut(TOKEN, "id"), VAULT.shut(TOKEN, "id")
    assert one != other
    assert TOKEN.encode() not in one
    assert VAULT.open(one, "id") == VAULT.open(other, "id") == TOKEN


@pytest.mark.parametrize("place", [0, 11, 12, -1])
def test_a_changed_byte_is_found(place: int) -> None:
    kept = bytearray(VAULT.shut(TOKEN, "id"))
    kept[place] ^= 1
    with pytest.raises(KeyUnusable):
        VAULT.open(bytes(kept), "id")


@pytest.mark.parametrize("kept", [b"", b"short", bytes(12), bytes(28)])
def test_what_is_no_token_of_ours_does_not_open(kept: bytes) -> None:
    with pytest.raises(KeyUnusable):
        VAULT.open(kept, "id")


def test_neither_key_nor_name_can_be_another() -> None:
    kept = VAULT.shut(TOKEN, "id")
    with pytest.raises(KeyUnusable):
        VAULT.open(kept, "another")
    with pytest.raises(KeyUnusable, match="token key"):
        TokenVault(b"x" * 32).open(kept, "id")
