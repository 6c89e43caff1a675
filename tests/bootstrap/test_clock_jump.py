"""A gateway whose clock was set says that it is degraded, until the clock is right again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.bootstrap import build
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.partner import Partner
from gateway.settings import load_settings


def test_a_clock_that_was_set_makes_the_service_degraded(tmp_path: Path) -> None:
    make(tmp_path / "mz", Plan(IsoCountryCode("MZ")), DevelopmentCa())
    wrong = timedelta(0)
    caller = Partner("za", IsoCountryCode("ZA"))
    with build(load_settings(tmp_path / "mz"), lambda: datetime.now(UTC) + wrong) as gateway:
        state = gateway.service.use_cases.service_state
        assert state.report(None, caller).state == "OK"
        wrong = timedelta(hours=-1)
        assert state.report(None, caller).state == "DEGRADED"
        wrong = timedelta(0)
        assert state.report(None, caller).state == "OK"
