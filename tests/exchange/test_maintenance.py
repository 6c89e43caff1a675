"""Maintenance mode: cached for a second, and kept while the database is away."""

import pytest

from gateway.domain.errors import InvalidRequest, ServiceUnavailable, UnderMaintenance
from gateway.exchange.service.maintenance import Maintenance
from tests.exchange.conftest import NOON


class Modes:
    def __init__(self) -> None:
        self.declared = []
        self.asked = 0
        self.gone = False

    def current(self):
        self.asked += 1
        if self.gone:
            raise ServiceUnavailable("gone")
        return self.declared[-1] if self.declared else None

    def declare(self, mode):
        self.declared.append(mode)


@pytest.fixture
def modes() -> Modes:
    return Modes()


@pytest.fixture
def clock() -> list[float]:
    return [100.0]


@pytest.fixture
def maintenance(modes, clock) -> Maintenance:
    return Maintenance(modes, lambda: NOON, lambda: clock[0])


def test_a_service_that_nobody_closed_is_open(maintenance) -> None:
    maintenance.require_open()


def test_what_another_node_declared_is_noticed_within_a_second(maintenance, modes, clock) -> None:
    assert not maintenance.is_on()
    Maintenance(modes, lambda: NOON, lambda: 0.0).declare(
        closed=True, person="T. Sitoe", reason="disks"
    )
    assert not maintenance.is_on()
    clock[0] += 1.0
    with pytest.raises(UnderMaintenance):
        maintenance.require_open()


def test_a_thousand_requests_of_one_second_ask_once(maintenance, modes) -> None:
    for _ in range(1000):
        maintenance.is_on()
    assert modes.asked == 1


def test_what_the_database_said_last_holds_while_it_is_gone(maintenance, modes, clock) -> None:
    maintenance.declare(closed=True, person="T. Sitoe", reason="disks")
    assert maintenance.is_on()
    modes.gone = True
    clock[0] += 5.0
    assert maintenance.is_on()


@pytest.mark.parametrize(
    ("person", "reason"), [("", "disks"), ("T. Sitoe", " "), ("T. Sitoe", "x" * 501)]
)
def test_nobody_closes_it_in_silence(maintenance, modes, person, reason) -> None:
    with pytest.raises(InvalidRequest):
        maintenance.declare(closed=True, person=person, reason=reason)
    assert modes.declared == []
