"""Expiry warnings come in time: 60, 30, 14, 7 and 1 days before, at start and once a day."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.crypto.keys.expiry import Expiry, days_left, expiries, is_degraded
from gateway.crypto.keys.expiry_watch import DAY_SECONDS, ExpiryWatch
from gateway.domain.errors import SettingsInvalid
from gateway.domain.identifiers import IsoCountryCode
from gateway.settings import Settings, load_settings
from tests.pki import DAY, NOW, Authority


def expiry(days: int, lifetime: int = 365, ours: bool = True) -> Expiry:
    return Expiry("server", "CN=epix", NOW + days * DAY, days, lifetime, ours)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    partners = Authority(tmp_path, "partners", until=NOW + 300 * DAY)
    (tmp_path / "list.pem").write_bytes(partners.revocation_list(partners.issue("revoked")))
    make(tmp_path / "mz", Plan(IsoCountryCode("MZ")), DevelopmentCa())
    with (tmp_path / "mz/conf/gateway.toml").open("a") as file:
        file.write(
            f'\n[[revocation]]\nca_file = "{partners.pem}"\nlist_file = "{tmp_path}/list.pem"\n'
        )
    with (tmp_path / "mz/conf/partners.toml").open("a") as file:
        file.write(
            f'\n[[partner]]\nkey = "za"\ncountry = "ZA"\nseal_anchors_file = "{partners.pem}"\n'
        )
    return load_settings(tmp_path / "mz", {})


def test_everything_that_ends_is_known_by_what_it_is_for(settings: Settings) -> None:
    found = expiries(settings, NOW)
    assert {one.purpose for one in found} == {
        "server",
        "client",
        "seal",
        "CA of callers",
        "CA of partners' servers",
        "partner za, seals",
        "CA with revocation",
        "revocation list",
    }
    assert [one.not_after for one in found] == sorted(one.not_after for one in found)
    assert {one.purpose for one in found if one.ours} == {"server", "client", "seal"}
    (anchor,) = [one for one in found if one.purpose == "partner za, seals"]
    assert anchor.days_left == 300


def test_a_file_that_is_gone_does_not_hide_the_others(settings: Settings) -> None:
    (settings.directory / "keys/server/current/certificate.pem").unlink()
    assert "client" in {one.purpose for one in expiries(settings, NOW)}


def test_a_metric_shows_of_each_purpose_the_soonest(settings: Settings) -> None:
    found = dict(days_left(settings, NOW))
    assert set(found) == {one.purpose for one in expiries(settings, NOW)}
    assert found["partner za, seals"] == 300.0


@pytest.mark.parametrize(
    ("days", "soon", "urgent"),
    [
        (61, False, False),
        (60, True, False),
        (8, True, False),
        (7, True, True),
        (0, True, True),
        (-1, True, True),
    ],
)
def test_a_person_is_warned_from_sixty_days_on(days: int, soon: bool, urgent: bool) -> None:
    assert (expiry(days).is_soon, expiry(days).is_urgent) == (soon, urgent)


def test_once_a_day_only_what_is_due_is_told() -> None:
    assert [days for days in range(70, -3, -1) if expiry(days).is_due] == [
        60,
        30,
        14,
        7,
        6,
        5,
        4,
        3,
        2,
        1,
        0,
        -1,
        -2,
    ]


@pytest.mark.parametrize(("lifetime", "first"), [(7, 1), (1, -1), (30, 14), (90, 60)])
def test_what_is_renewed_every_week_is_not_warned_of_from_its_first_day(
    lifetime: int, first: int
) -> None:
    assert next(days for days in range(lifetime, -3, -1) if expiry(days, lifetime).is_soon) == first


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (30, "ends in 30 days, on"),
        (1, "ends tomorrow, on"),
        (0, "ends today, on"),
        (-1, "ended on"),
    ],
)
def test_the_sentence_says_what_ends_and_when(days: int, said: str) -> None:
    assert expiry(days).sentence == f"server: CN=epix {said} {NOW + days * DAY:%Y-%m-%d}"


def test_the_service_says_degraded_in_the_last_week_of_a_certificate_of_ours(
    settings: Settings,
) -> None:
    end = next(one for one in expiries(settings, NOW) if one.purpose == "server").not_after
    assert not is_degraded(settings, end - 8 * DAY)
    assert is_degraded(settings, end - 7 * DAY)
    assert is_degraded(settings, end + DAY)


def test_somebody_elses_certificate_does_not_make_us_degraded(settings: Settings) -> None:
    found = expiries(settings, NOW + 2 * DAY)
    assert any(one.purpose == "revocation list" and one.is_urgent for one in found)
    assert not is_degraded(settings, NOW + 2 * DAY)


def days_of_waiting(moments: list[datetime]) -> Callable[[float], bool]:
    """Passes a day at each wait; ends after the last."""

    def wait(seconds: float) -> bool:
        assert seconds == DAY_SECONDS
        moments.pop(0)
        return len(moments) == 0

    return wait


def test_the_log_tells_at_start_and_then_once_a_day(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    end = next(one for one in expiries(settings, NOW) if one.purpose == "server").not_after
    moments = [end - timedelta(days=days) for days in (45, 31, 30, 29, 7, 6)] + [end]
    with caplog.at_level(logging.WARNING):
        ExpiryWatch(lambda: settings, lambda: moments[0], days_of_waiting(moments)).run()
    told = [record for record in caplog.records if record.message.startswith("server:")]
    assert [record.message.split(", on")[0].rpartition("ends ")[2] for record in told] == [
        "in 45 days",
        "in 30 days",
        "in 7 days",
        "in 6 days",
        "today",
    ]
    assert [record.levelname for record in told] == [
        "WARNING",
        "WARNING",
        "ERROR",
        "ERROR",
        "ERROR",
    ]


def test_a_configuration_that_is_being_edited_does_not_end_the_watch(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def read() -> Settings:
        raise SettingsInvalid("conf/partners.toml, line 3: not TOML.", file="conf/partners.toml")

    moments = [NOW, NOW, NOW]
    ExpiryWatch(read, lambda: NOW, days_of_waiting(moments)).run()
    assert [record.message for record in caplog.records] == [
        "What expires cannot be seen: conf/partners.toml, line 3: not TOML."
    ] * 3
