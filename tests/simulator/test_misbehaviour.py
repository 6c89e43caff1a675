"""Misbehaviour of a partner: each kind costs our client bounded time and memory, and is named."""

import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from gateway.bootstrap.simulator import Simulator, SimulatorOptions
from gateway.crypto.permit_seal.verify import PermitSealVerifier, read_anchors
from gateway.domain.errors import (
    PartnerFault,
    PartnerReplyInvalid,
    PartnerTimeout,
    PartnerUnreachable,
)
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode, TokenId
from gateway.domain.partner import OperationName
from gateway.domain.verdict import SealStatus
from gateway.exchange.ports import SEAL_NAME, PartnerReply
from gateway.partners.client import PartnerClient
from gateway.simulator.misbehaviour import Misbehaviour
from tests.partners.conftest import JournalInMemory
from tests.simulator.conftest import dialects

pytestmark = pytest.mark.slow

NUMBER, TOKEN = CertificateNumber("MZ26EX000001"), TokenId("SANDBOX-7KQ4-2M9X")
LONGEST_SECONDS = 3.0
"""Deadlines of this client end at 1.6 s; the rest is for a busy machine."""
MOST_BYTES = 8 * 1024 * 1024
"""Of memory at a time: an answer may have 1 MiB."""
FAILS_WITH = {
    Misbehaviour.SLOW: PartnerTimeout,
    Misbehaviour.DEAD: PartnerTimeout,
    Misbehaviour.DRIP: PartnerTimeout,
    Misbehaviour.CUT: PartnerReplyInvalid,
    Misbehaviour.HUGE: PartnerReplyInvalid,
    Misbehaviour.WRONG_XML: PartnerReplyInvalid,
    Misbehaviour.FAULT_200: PartnerFault,
}

SAYS = {
    Misbehaviour.CUT: "broke off in the middle",
    Misbehaviour.HUGE: "more than 1048576 bytes",
    Misbehaviour.WRONG_XML: "not an XML message",
}


@pytest.fixture(scope="module", params=["plain", "TLS"])
def stand_in(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    options = SimulatorOptions(with_tls=request.param == "TLS")
    with Simulator(dialects()["standard-v2"], options=options) as simulator:
        yield simulator


def ask(client: PartnerClient) -> PartnerReply:
    return client.certificate(OperationName.GET_NON_FINAL, NUMBER, TOKEN)


@pytest.mark.parametrize("kind", FAILS_WITH)
def test_each_kind_costs_bounded_time_and_memory_and_is_named(
    kind: Misbehaviour,
    stand_in: Simulator,
    client: Callable[..., PartnerClient],
    journal: JournalInMemory,
) -> None:
    stand_in.misbehave(None)
    asking = client(stand_in)
    ask(asking)  # the libraries are loaded
    stand_in.misbehave(kind)
    tracemalloc.start()
    began = time.monotonic()
    try:
        with pytest.raises(FAILS_WITH[kind], match=SAYS.get(kind, ".")):
            ask(asking)
        seconds = time.monotonic() - began
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert seconds < LONGEST_SECONDS
    assert peak < MOST_BYTES
    assert journal.exchanges[-1].outcome == FAILS_WITH[kind].__name__


def verdict(simulator: Simulator, reply: PartnerReply) -> SealStatus:
    anchors = read_anchors(simulator.keys.ca)
    verifier = PermitSealVerifier(anchors, IsoCountryCode("MZ"), lambda: datetime.now(UTC))
    seals = [each.content for each in reply.attachments if each.name == SEAL_NAME]
    return verifier.judge(reply.document, seals).verdict.worth


def test_a_permit_of_a_stand_in_is_sealed_and_its_seal_holds(
    stand_in: Simulator, client: Callable[..., PartnerClient]
) -> None:
    stand_in.misbehave(None)
    reply = ask(client(stand_in))
    assert NUMBER.text.encode() in reply.document
    assert verdict(stand_in, reply) is SealStatus.SEALED_VALID


def test_a_bad_signature_does_not_hold(
    stand_in: Simulator, client: Callable[..., PartnerClient]
) -> None:
    stand_in.misbehave(Misbehaviour.BAD_SIGNATURE)
    reply = ask(client(stand_in))
    assert NUMBER.text.encode() in reply.document
    assert verdict(stand_in, reply) is SealStatus.SEALED_BROKEN


def test_a_wrong_permit_has_another_number_and_a_seal_that_holds(
    stand_in: Simulator, client: Callable[..., PartnerClient]
) -> None:
    stand_in.misbehave(Misbehaviour.WRONG_PERMIT)
    reply = ask(client(stand_in))
    assert NUMBER.text.encode() not in reply.document
    assert verdict(stand_in, reply) is SealStatus.SEALED_VALID


def test_a_stand_in_that_is_gone_is_unreachable(client: Callable[..., PartnerClient]) -> None:
    with Simulator(dialects()["standard-v2"]) as simulator:
        asking = client(simulator)
    with pytest.raises(PartnerUnreachable):
        ask(asking)
