"""Partners on loopback, a journal one can look into, and a PKI that is thrown away."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.exchange.ports import Exchange
from gateway.partners.client import PartnerClient
from tests.partners.partner_cases import envelope, profile
from tests.partners.partner_server import Answer, Partner, running, says
from tests.pki import SERVER, Authority, Identity


@dataclass
class JournalInMemory:
    """The Journal port."""

    exchanges: list[Exchange] = field(default_factory=list)

    def record(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)

    @property
    def only(self) -> Exchange:
        (exchange,) = self.exchanges
        return exchange


@pytest.fixture
def journal() -> JournalInMemory:
    return JournalInMemory()


@pytest.fixture
def endpoint(journal: JournalInMemory) -> Callable[..., PartnerClient]:
    """`endpoint(address, read_timeout_seconds=1)`: a client whose clock ticks a second per look."""
    began = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    moments = (began + timedelta(seconds=n) for n in itertools.count())
    identifiers = (f"exchange-{n}" for n in itertools.count(1))

    def make(address: str, **changes: Any) -> PartnerClient:
        return PartnerClient(
            profile(address, **changes), journal, lambda: next(moments), lambda: next(identifiers)
        )

    return make


@pytest.fixture
def partner() -> Iterator[Callable[..., Partner]]:
    """`partner(answer)`: a partner that runs until the test ends."""
    with ExitStack() as stack:
        yield lambda answer, tls=None: stack.enter_context(running(answer, tls))


@pytest.fixture
def asking(
    partner: Callable[..., Partner], endpoint: Callable[..., PartnerClient]
) -> Callable[..., tuple[PartnerClient, Partner]]:
    """`asking(answer or name of an envelope, **profile)`: a client and the partner it asks."""

    def make(answer: Answer | str, **changes: Any) -> tuple[PartnerClient, Partner]:
        there = partner(says(envelope(answer)) if isinstance(answer, str) else answer)
        return endpoint(there.address, **changes), there

    return make


@dataclass(frozen=True)
class Pki:
    folder: Path
    ca: Authority
    stranger: Authority
    server: Identity
    client: Identity


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    folder = tmp_path_factory.mktemp("pki")
    ca, stranger = Authority(folder, "ca"), Authority(folder, "stranger")
    return Pki(
        folder,
        ca,
        stranger,
        ca.issue("server", SERVER, hosts=["127.0.0.1"]),
        ca.issue("client", country="ZA"),
    )
