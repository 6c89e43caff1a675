"""Expiry warnings come in time: 60, 30, 14, 7 and 1 days before, and each day of the last week."""

from datetime import timedelta
from pathlib import Path

import pytest

from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.crypto.keys.expiry import (
    Expiry,
    client_expiries,
    days_left,
    expiries,
    is_degraded,
)
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.people.sentence import Sentence
from gateway.settings import Settings, load_settings
from tests.builders import a_shown_certificate
from tests.pki import DAY, NOW, Authority


def expiry(days: int, lifetime: int = 365, ours: bool = True) -> Expiry:
    return Expiry(Sentence("server"), "CN=epix", NOW + days * DAY, days, lifetime, ours)


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
        "paper",
        "CA of callers",
        "CA of partners' servers",
        "partner za, seals",
        "CA with revocation",
        "revocation list",
    }
    assert [one.not_after for one in found] == sorted(one.not_after for one in found)
    assert {one.purpose for one in found if one.ours} == {
        "server",
        "client",
        "seal",
        "paper",
    }
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
    assert str(expiry(days).sentence) == f"server: CN=epix {said} {NOW + days * DAY:%Y-%m-%d}"


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


@pytest.mark.parametrize(
    ("days", "step"), [(45, 60), (31, 60), (30, 30), (15, 30), (8, 14), (7, 7), (6, 6), (-2, -2)]
)
def test_a_warning_is_new_at_each_threshold_and_each_day_of_the_last_week(
    settings: Settings, days: int, step: int
) -> None:
    end = next(one for one in expiries(settings, NOW) if one.purpose == "server").not_after
    found = expiries(settings, end - timedelta(days=days))
    assert next(one for one in found if one.purpose == "server").step == step


def test_client_certificates_of_partners_are_watched_from_when_they_were_shown() -> None:
    old = a_shown_certificate(sha256="aa" * 32, partner="za", not_after=NOW + 5 * DAY)
    renewed = a_shown_certificate(sha256="bb" * 32, partner="za", not_after=NOW + 90 * DAY)
    former = a_shown_certificate(sha256="cc" * 32, partner="ch", not_after=NOW + 5 * DAY)
    stranger = a_shown_certificate(sha256="dd" * 32, not_after=NOW + 5 * DAY)
    (soon,) = client_expiries([old, former, stranger], {"za"}, NOW)
    assert (soon.purpose, soon.days_left, soon.is_urgent) == ("partner za, client", 5, True)
    (last,) = client_expiries([old, renewed, stranger], {"za"}, NOW)
    assert (last.days_left, last.is_soon) == (90, False)
