"""Key of the token hash: a short one hashes nothing."""

import pytest

from gateway.domain.errors import KeyUnusable
from gateway.exchange.permits.tokens import TokenHasher


@pytest.mark.parametrize("size", [0, 2, 31])
def test_a_short_key_hashes_no_token(size: int) -> None:
    with pytest.raises(KeyUnusable, match=f"at least 32 random bytes, and holds {size}"):
        TokenHasher(b"k" * size)


def test_a_key_of_32_bytes_hashes() -> None:
    assert len(TokenHasher(b"k" * 32).fingerprint) == 32
