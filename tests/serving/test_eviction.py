"""Eviction at a limit: address before time, none that is young, else the newcomer is refused."""

from dataclasses import dataclass

import pytest

from gateway.serving.capacity.eviction import client_address, slowest

YOUNG = 5.0


@dataclass(eq=False)
class Connection:
    address: str
    waiting_since: float


def several(address: str, *since: float) -> list[Connection]:
    return [Connection(address, moment) for moment in since]


def evicted(connections: list[Connection], newcomer: str) -> Connection | None:
    return slowest(connections, newcomer, 100.0, YOUNG)


def test_of_one_address_the_slowest_makes_room() -> None:
    """So it is behind a reverse proxy: all connections have its address, or none."""
    connections = several("", 60.0, 40.0, 99.0)
    assert evicted(connections, "") is connections[1]


def test_none_that_is_young_makes_room_for_its_own_address() -> None:
    assert evicted(several("flood", *[95.1] * 10), "flood") is None


def test_the_address_with_most_makes_room_though_others_are_slower() -> None:
    partner, flood = several("partner", 10.0, 11.0), several("flood", 94.0, 93.0, 95.0)
    assert evicted(partner + flood, "another") is flood[1]
    assert evicted(partner + flood, "flood") is flood[1]


def test_a_flood_of_young_ones_takes_no_place_of_an_address_with_fewer() -> None:
    connections = several("partner", 10.0) + several("flood", *[99.0] * 20)
    assert evicted(connections, "flood") is None


def test_a_flood_of_young_ones_shuts_nobody_else_out() -> None:
    flood = several("flood", 98.0, *[99.0] * 20)
    assert evicted(several("partner", 10.0) + flood, "another") is flood[0]


def test_without_a_flood_the_young_ones_of_an_address_with_many_are_left_alone() -> None:
    connections = several("a", 99.0, 99.0) + several("b", 99.0) + several("c", 60.0)
    assert evicted(connections, "new") is connections[3]


@pytest.mark.parametrize(
    ("host", "address"),
    [
        (None, ""),
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_an_ipv6_client_counts_by_its_network(host: str | None, address: str) -> None:
    assert client_address(host) == address
