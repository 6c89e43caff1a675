"""Probes from the settings: who is probed, how often, and within which bounds."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from gateway.bootstrap import Gateway, build, jobs_of
from gateway.bootstrap.parts import partners
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.identifiers import IsoCountryCode
from gateway.exchange.service import maintenance
from gateway.settings import load_settings
from tests.partners import partner_server

NOON = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
PARTNER = '\n[[partner]]\nkey = "{}"\ncountry = "{}"\n'
ADDRESS = 'address = "http://127.0.0.1:{}/epix/v2"\n'
Make = Callable[..., Gateway]


@pytest.fixture
def a_gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Makes a gateway with these tables of partners. Its clock stands an hour later each time."""
    monkeypatch.setattr(maintenance, "CACHE_SECONDS", 0.0)
    hours = iter(NOON + timedelta(hours=each) for each in range(1000))

    with ExitStack() as stack:

        def made(tables: str, **environment: str) -> Gateway:
            for name, value in environment.items():
                monkeypatch.setenv(name, value)
            make(tmp_path / "mz", Plan(IsoCountryCode("MZ")), DevelopmentCa(), tables)
            return stack.enter_context(build(load_settings(tmp_path / "mz"), lambda: next(hours)))

        yield made


def test_nobody_is_probed_unless_the_settings_say_so(a_gateway: Make) -> None:
    gateway = a_gateway(PARTNER.format("za", "ZA") + ADDRESS.format(9))
    assert gateway.availability.probed == []
    assert "probing" not in {job.name for job in jobs_of(gateway)}


def test_the_interval_of_a_partner_goes_before_that_of_all(a_gateway: Make) -> None:
    tables = [
        PARTNER.format(key, key.upper()) + more
        for key, more in {
            "za": ADDRESS.format(9),
            "ch": ADDRESS.format(9) + "probe_seconds = 60\n",
            "fr": ADDRESS.format(9) + "probe_seconds = 0\n",
            "de": "",
            "be": ADDRESS.format(9) + "enabled = false\n",
        }.items()
    ]
    gateway = a_gateway("".join(tables), EPIX_CLIENT__PROBE_SECONDS="300")
    assert [(partner.key, seconds) for partner, seconds in gateway.availability.probed] == [
        ("za", timedelta(seconds=300)),
        ("ch", timedelta(seconds=60)),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("answer", ["huge", "silent"])
def test_a_hostile_partner_costs_a_probe_bounded_time_and_room(
    a_gateway: Make, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr(partners, "PROBE_SECONDS", 0.5)
    over = Event()
    answers = {
        "huge": partner_server.says(b" " * 1_000_000),
        "silent": partner_server.writes(b"HTTP/1.1 200 OK\r\n", then=over.wait),
    }
    with partner_server.running(answers[answer]) as hostile:
        table = PARTNER.format("za", "ZA") + ADDRESS.format(hostile.port) + "probe_seconds = 60\n"
        gateway = a_gateway(table)
        (probing,) = (job for job in jobs_of(gateway) if job.name == "probing")
        gateway.maintenance.declare(closed=True, person="T. Sitoe", reason="restored")
        for _ in range(3):
            probing.run(lambda: False)
        assert hostile.asked == [], "a closed service asks nobody"
        gateway.maintenance.declare(closed=False, person="T. Sitoe", reason="looked at")
        for _ in range(2):
            probing.run(lambda: False)
        assert len(hostile.asked) == 1
        (record,) = gateway.store.journal.latest(10)
        assert len(record.answer) <= partners.PROBE_BYTES + 1
        (reach,) = gateway.availability.reachability()
        assert reach.is_failing
        over.set()
