"""Stand-ins of shipped dialects, and our own client of one."""

import itertools
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from gateway.bootstrap.simulator import Simulator, SimulatorOptions
from gateway.bootstrap.simulator.assembly import make_stand_in
from gateway.crypto.keys.development import DevelopmentCa
from gateway.dialects import Dialect
from gateway.domain.identifiers import IsoCountryCode
from gateway.partners.client import PartnerClient
from gateway.settings.dialects.load import load_dialects
from gateway.simulator.service import StandIn
from tests.partners.conftest import JournalInMemory
from tests.partners.partner_cases import profile


@cache
def dialects() -> dict[str, Dialect]:
    return dict(load_dialects())


@pytest.fixture
def journal() -> JournalInMemory:
    return JournalInMemory()


@pytest.fixture
def client(journal: JournalInMemory) -> Callable[..., PartnerClient]:
    """`client(simulator, read_timeout_seconds=1)`: our client of a stand-in, impatient."""

    def make(simulator: Simulator, **changes: object) -> PartnerClient:
        ids = (f"exchange-{n}" for n in itertools.count(1))
        values = {
            "country": IsoCountryCode("MZ"),
            "connect_timeout_seconds": 1.0,
            "read_timeout_seconds": 0.3,
            "total_timeout_seconds": 0.6,
            "max_reply_bytes": 1024 * 1024,
            "ca_file": simulator.keys.ca if simulator.address.startswith("https:") else None,
            **changes,
        }
        return PartnerClient(
            profile(simulator.address, **values),
            journal,
            lambda: datetime.now(UTC),
            lambda: next(ids),
        )

    return make


def stand_in_of(name: str, **options: object) -> StandIn:
    """A stand-in that listens nowhere. options: of SimulatorOptions."""
    with tempfile.TemporaryDirectory() as folder:
        return make_stand_in(
            dialects()[name], SimulatorOptions(**options), development_ca(), Path(folder)
        )


@cache
def development_ca() -> DevelopmentCa:
    return DevelopmentCa()
