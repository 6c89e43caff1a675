"""Services under test in memory of this process: no port is opened."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import pytest

from gateway.bootstrap import build
from gateway.bootstrap.conformance.plan import ServiceOptions, conformance_plan
from gateway.cli.sandbox.directory import make_sandbox
from gateway.cli.sandbox.options import sandbox_options
from gateway.conformance.case import CaseResult
from gateway.conformance.exchange import Received, Sent
from gateway.conformance.run import Plan
from gateway.conformance.sandbox_permits import sandbox_permits
from gateway.http import HttpRequest, Site, settled
from gateway.settings import ListenAddress

ADDRESS = "http://127.0.0.1:9"
Answering = Callable[[Sent], Received]
Change = Callable[[Sent, Received], Received]


@dataclass
class Wire:
    """The port `Wire` by a function. exchanges: those so far, in their order."""

    answer: Answering
    exchanges: list[tuple[Sent, Received]] = field(default_factory=list)

    def send(self, sent: Sent) -> Received:
        received = self.answer(sent)
        self.exchanges.append((sent, received))
        return received


def repeated(exchanges: Sequence[tuple[Sent, Received]], change: Change = lambda _, it: it) -> Wire:
    """A way on which the same requests get the same answers again, changed by a function."""
    answers: dict[str, deque[Received]] = {}
    for sent, received in exchanges:
        answers.setdefault(repr(sent), deque()).append(received)

    def answer(sent: Sent) -> Received:
        return change(sent, answers[repr(sent)].popleft())

    return Wire(answer)


def of_site(site: Site, path: str) -> Answering:
    """The answers of a gateway's site at a path."""

    def answer(sent: Sent) -> Received:
        headers = {name.lower(): value for name, value in sent.headers.items()}
        found = settled(site(HttpRequest(sent.method, path, sent.query, headers, sent.body)))
        return Received(found.status, dict(found.headers)["Content-Type"], found.body, 0.01)

    return answer


def a_plan(*wires: Wire, versions: tuple[str, ...] = ("v2", "v1"), **changes: object) -> Plan:
    """A plan against wires, an address for each."""
    plans = [_unsent(version) for version in versions[: len(wires)]]
    endpoints = [endpoint for plan in plans for endpoint in plan.endpoints]
    by_address = {endpoint.address: wire for endpoint, wire in zip(endpoints, wires, strict=True)}
    values: dict[str, object] = {
        "endpoints": endpoints,
        "way_to": lambda endpoint: by_address[endpoint.address],
        "pause": lambda: None,
    }
    return replace(_unsent("v2"), **{**values, **changes})


@cache
def _unsent(version: str) -> Plan:
    """The plan against one address, of which nothing is sent."""
    service = ServiceOptions(version="v1" if version == "v1" else "v2")
    addresses, permits = [f"{ADDRESS}/epix/{version}"], sandbox_permits()
    return conformance_plan(addresses, "MZ", permits, service, per_second=1_000, may_confirm=True)


@pytest.fixture(scope="session")
def sandbox_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site of a sandbox, without TLS."""
    options = sandbox_options(ListenAddress("127.0.0.1", 9), None, None, tls=False)
    settings = make_sandbox(Path(tmp_path_factory.mktemp("sandbox")), options)
    with build(settings) as gateway:
        yield gateway.service.site


@pytest.fixture(scope="session")
def own_wires(sandbox_site: Site) -> tuple[Wire, Wire]:
    """Ways to both contract versions of the sandbox; its quantities are confirmed once."""
    return Wire(of_site(sandbox_site, "/epix/v2")), Wire(of_site(sandbox_site, "/epix/v1"))


@pytest.fixture(scope="session")
def own_results(own_wires: tuple[Wire, Wire]) -> list[CaseResult]:
    """The results of a whole run against the sandbox."""
    return list(a_plan(*own_wires).results())
