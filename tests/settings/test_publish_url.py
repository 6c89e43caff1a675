"""[database] publish_url: the same PostgreSQL for the role that publishes, in place of `url`."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from gateway.settings import DatabaseSettings

SERVE = "postgresql://epix_serve@db1/epix"
PUBLISH = "postgresql://epix_publish@db1/epix"


def test_the_role_that_publishes_has_the_same_time_limits(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text(f"{SERVE}\n", encoding="utf-8")
    settings = DatabaseSettings(url_file=file, publish_url=PUBLISH, lock_timeout_seconds=7.0)
    publishing = settings.for_publishing()
    assert (publishing.address, publishing.lock_timeout_seconds) == (PUBLISH, 7.0)
    assert settings.address == SERVE


def test_without_it_nothing_is_another() -> None:
    settings = DatabaseSettings(url=SERVE)
    assert settings.for_publishing() is settings


@pytest.mark.parametrize("url", ["sqlite:///data/gateway.sqlite", None])
def test_it_needs_a_server_on_both_sides(url: str | None) -> None:
    with pytest.raises(ValidationError, match="PostgreSQL on both sides"):
        DatabaseSettings(url=url, publish_url=PUBLISH)
