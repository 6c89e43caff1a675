"""Filter of withdrawn permits: what is in it is always found, its rate and size are as said."""

import pytest

from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.paper.withdrawn import SALT_BYTES, WithdrawnPermits

ANAC = Authority(IsoCountryCode("MZ"), "ANAC")
SALT = bytes(range(SALT_BYTES))


def permits(count: int, first: int = 0) -> list[tuple[Authority, str]]:
    return [(ANAC, f"MZ26EX{place:06}") for place in range(first, first + count)]


def test_every_withdrawn_permit_is_found_and_hardly_another() -> None:
    found = WithdrawnPermits.of(permits(1000), SALT)
    assert all(permit in found for permit in permits(1000))
    assert sum(permit in found for permit in permits(20_000, 1000)) <= 1
    assert (Authority(IsoCountryCode("ZA"), "ANAC"), "MZ26EX000001") not in found


def test_it_takes_three_bytes_for_each() -> None:
    found = WithdrawnPermits.of(permits(1000), SALT)
    assert 2400 < len(found.coded) < 2750
    found.require_whole()


def test_none_withdrawn() -> None:
    found = WithdrawnPermits.of([], SALT)
    assert (found.count, found.coded) == (0, b"")
    assert permits(1)[0] not in found
    found.require_whole()


def test_another_salt_is_another_filter() -> None:
    assert (
        WithdrawnPermits.of(permits(5), SALT).coded
        != WithdrawnPermits.of(permits(5), SALT[::-1]).coded
    )


@pytest.mark.parametrize(
    "broken",
    [
        WithdrawnPermits(b"short", 0, b""),
        WithdrawnPermits(SALT, 2, b"\0\0"),
        WithdrawnPermits(SALT, 1, b"\xff" * 3),
        WithdrawnPermits(SALT, 1, b"\0" * 4),
        WithdrawnPermits(SALT, 2_000_000, b""),
        WithdrawnPermits(SALT, -1, b""),
    ],
)
def test_a_damaged_filter_is_refused(broken: WithdrawnPermits) -> None:
    with pytest.raises(ValueError, match="filter"):
        broken.require_whole()
