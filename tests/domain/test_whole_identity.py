"""A unique beginning of an identifier stands for the whole."""

import pytest

from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import whole_identity

KNOWN = ["0192f0c1-aaaa", "0192f0c1-bbbb", "0192f0c1-bbbb-1"]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (" 0192F0C1-A ", "0192f0c1-aaaa"),
        ("0192f0c1-bbbb", "0192f0c1-bbbb"),
        ("0192f0c1-bbbb-", "0192f0c1-bbbb-1"),
        ("ffff", "ffff"),
        ("019", "019"),
    ],
)
def test_a_beginning_is_completed_where_it_is_unique(text: str, whole: str) -> None:
    assert whole_identity(text, KNOWN) == whole


def test_a_beginning_of_several_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="Several ids begin with 0192f0c1-b"):
        whole_identity("0192f0c1-b", KNOWN)
