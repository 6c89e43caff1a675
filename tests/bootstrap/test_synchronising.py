"""Synchronisation by itself: a job of each source, once for all nodes, with figures and alerts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.bootstrap import build, describe_source
from gateway.bootstrap.gateway import Gateway
from gateway.bootstrap.jobs import jobs_of
from gateway.bootstrap.parts.alerts import current_alerts
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.errors import RecordInvalid
from gateway.domain.identifiers import IsoCountryCode
from gateway.exchange.alerts.alert import AlertKind
from gateway.operations import Health, Scrape
from gateway.settings import load_settings
from gateway.store.national.changes import QueryChanges
from tests.cli.national.synchronised import NAME, National, national_system

CHANGE = "UPDATE permit SET stamp_no = 'MZ 9', changed_at = :mark WHERE id = 3"


@pytest.fixture
def national(tmp_path: Path) -> National:
    make(tmp_path / "mz", Plan(IsoCountryCode("MZ"), "ANAC"), DevelopmentCa())
    return national_system(tmp_path / "mz", lambda *_: None)


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def nodes(national: National, clock: Clock) -> Iterator[tuple[Gateway, Gateway]]:
    settings = load_settings(national.directory)
    with build(settings, clock) as one, build(settings, clock) as other:
        yield one, other


def run(gateway: Gateway, name: str = NAME) -> None:
    (job,) = (job for job in jobs_of(gateway) if job.name == f"sync-{name}")
    assert job.interval_seconds == 60
    job.run(lambda: False)


def read(gateway: Gateway) -> tuple[int, int]:
    ((state, _),) = gateway.national.states.all()
    return state.counts.read, state.counts.published + state.counts.changed


def alerts(gateway: Gateway) -> list[str]:
    found = current_alerts(gateway.settings)
    return [str(alert.sentence) for alert in found if alert.kind is AlertKind.SOURCE]


@pytest.mark.slow
def test_of_two_nodes_one_takes_what_changed(
    national: National, nodes: tuple[Gateway, Gateway], clock: Clock
) -> None:
    one, other = nodes
    run(one)
    assert read(one) == (4, 4)
    national.change(CHANGE)
    clock.now += timedelta(seconds=59)
    run(other)
    assert read(other) == (4, 4), "the other node has just run"
    clock.now += timedelta(seconds=1)
    run(other)
    assert read(one) == (4, 1)


def test_a_closed_service_takes_nothing(nodes: tuple[Gateway, Gateway]) -> None:
    gateway, _ = nodes
    gateway.maintenance.declare(closed=True, person="T. Sitoe", reason="restored")
    run(gateway)
    assert gateway.national.states.all() == []


@pytest.mark.slow
def test_a_run_that_is_stopped_goes_on_with_the_next(
    national: National, nodes: tuple[Gateway, Gateway]
) -> None:
    file = national.directory / f"conf/national/{NAME}.toml"
    text = file.read_text(encoding="utf-8").replace("[sync]\n", "[sync]\npage = 1\noverlap = 0\n")
    file.write_text(text, encoding="utf-8")
    gateway, _ = nodes
    described = describe_source(national.directory, NAME)
    use_case = gateway.national.synchronise(described).use_case
    state = use_case.run(lambda: True)
    assert (state.counts.published, state.ended_at) == (1, None)
    state = use_case.run()
    assert (state.counts.read, state.counts.published) == (4, 3)
    assert state.ended_at is not None


@pytest.mark.slow
def test_a_run_that_is_stopped_in_the_overlap_does_not_go_back(
    national: National, nodes: tuple[Gateway, Gateway]
) -> None:
    file = national.directory / f"conf/national/{NAME}.toml"
    text = file.read_text(encoding="utf-8").replace("[sync]\n", "[sync]\npage = 1\n")
    file.write_text(text, encoding="utf-8")
    gateway, _ = nodes
    described = describe_source(national.directory, NAME)
    use_case = gateway.national.synchronise(described).use_case
    reached = use_case.run().mark
    stopped = use_case.run(lambda: True)
    assert (stopped.counts.read, stopped.mark) == (1, reached)


@pytest.mark.slow
def test_figures_and_alerts_say_how_it_goes(
    national: National, nodes: tuple[Gateway, Gateway], clock: Clock, tmp_path: Path
) -> None:
    gateway, _ = nodes
    health = Health({"store": gateway.store.check}, is_closed=lambda: False)
    scrape = Scrape(
        tmp_path, health, list, list, lambda: 0.0, lambda: 0, "1", sources=gateway.national.figures
    )
    label = f'{{source="{NAME}"}}'
    assert f"epix_source_lag_seconds{label} +Inf" in scrape.text().decode()
    national.change("UPDATE permit SET expiry_date = 'never' WHERE id = 3")
    run(gateway)
    text = scrape.text().decode()
    assert f"epix_source_refused_records{label} 1.0" in text
    assert f"epix_source_failing{label} 0.0" in text
    assert f"epix_source_last_success_timestamp_seconds{label} " in text
    assert alerts(gateway) == []
    file = national.directory / "data/ecites.sqlite"
    away = file.rename(file.with_suffix(".away"))
    clock.now += timedelta(minutes=1)
    with pytest.raises(RecordInvalid):
        run(gateway)
    assert f"epix_source_failing{label} 1.0" in scrape.text().decode()
    (said,) = alerts(gateway)
    assert NAME in said
    assert "There is no database" in said
    away.rename(file)
    clock.now += timedelta(minutes=1)
    run(gateway)
    assert alerts(gateway) == []


@pytest.mark.slow
def test_a_source_that_stands_still_is_an_alert(
    nodes: tuple[Gateway, Gateway], clock: Clock
) -> None:
    gateway, _ = nodes
    run(gateway)
    ((state, _),) = gateway.national.states.all()
    still = replace(state, progress_at=clock.now - timedelta(minutes=16))
    gateway.national.states.save(still)
    (said,) = alerts(gateway)
    assert "has not run since" in said


@pytest.mark.slow
def test_a_description_with_mistakes_is_an_alert(national: National) -> None:
    file = national.directory / f"conf/national/{NAME}.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("[sync]", "[sync]\nevery = 1"))
    with build(load_settings(national.directory)) as gateway:
        (said,) = alerts(gateway)
        assert "sync.every" in said
        assert not [job for job in jobs_of(gateway) if job.name.startswith("sync-")]


@pytest.mark.slow
def test_runs_that_begin_and_never_get_on_are_an_alert(
    nodes: tuple[Gateway, Gateway], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway, _ = nodes
    run(gateway)

    def broken(*_: object) -> object:
        raise TypeError

    monkeypatch.setattr(QueryChanges, "page", broken)
    for _ in range(16):
        clock.now += timedelta(minutes=1)
        with pytest.raises(TypeError):
            run(gateway)
    (state, _), *_ = gateway.national.states.all()
    assert clock.now - state.progress_at == timedelta(minutes=16)
