"""Idempotent confirmations: each is booked exactly once, in spite of a bad line and of outages.

The gateway is killed at random, and its database becomes unavailable. The sender repeats each
confirmation until it is acknowledged.
"""

import http.client
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest

from gateway.bootstrap import build
from gateway.domain.identifiers import CertificateNumber
from tests.builders import a_position
from tests.databases import POSTGRESQL, both_in_long_form
from tests.long_haul import repetitions
from tests.resilience.bad_line import BadLine
from tests.resilience.nodes import SECRET, Node, node_of, number, token
from tests.resilience.outages import Batches, batches_of, databases, trouble
from tests.waiting import LONGEST_SECONDS

pytestmark = pytest.mark.slow

CONFIRMATIONS = repetitions(short=10, long=160, endurance=2_000)
LINES = "ABCDEFGHIJ"
SEED = 20261124
SENDERS = 6
ENVELOPE = (
    "<e:Envelope"
    ' xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><v:ConfirmQuantitiesRequest '
    'xmlns:v="urn:CitesDataExchange/v2/"><CertificateNumber>{}</CertificateNumber><TokenId>{}</TokenId>'
    "<IsoCountryCode>MZ</IsoCountryCode><ConfirmedQuantities><CitesPosition><ID>{}</ID><InspectedUnitQuantity>{}"
    "</InspectedUnitQuantity></CitesPosition></ConfirmedQuantities></v:ConfirmQuantitiesRequest></e:Body></e:Envelope>"
)
PLACES = [(place, letter) for place in range(CONFIRMATIONS // len(LINES)) for letter in LINES]


class Sender:
    """A partner that confirms.

    attempts: number of requests.  acknowledged: (permit, line) -> ConfirmationId.
    """

    def __init__(self, port: int, certificate: Path, batches: Batches) -> None:
        self._port = port
        self._batches = batches
        self._head = {
            "Host": "epix.example.org",
            "Content-Type": "text/xml",
            "Connection": "close",
            "X-EPIX-Proxy-Secret": SECRET,
            "X-EPIX-Client-Verify": "SUCCESS",
            "X-EPIX-Client-Certificate": quote(certificate.read_text()),
        }
        self.acknowledged: dict[tuple[int, str], bytes] = {}
        self.attempts = 0
        self.refused: Counter[bytes] = Counter()

    def deliver(self, what: tuple[int, str]) -> None:
        place, letter = what
        self._batches.wait_for(PLACES.index(what))
        body = ENVELOPE.format(number(place), token(place), letter, 5).encode()
        deadline = time.monotonic() + LONGEST_SECONDS
        said = b""
        while time.monotonic() < deadline:
            self.attempts += 1
            line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
            try:
                line.request("POST", "/epix/v2", body, self._head)
                answer = line.getresponse()
                said = answer.read()
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
                continue
            finally:
                line.close()
            if answer.status == 200 and b"</ConfirmationId>" in said:
                self.acknowledged[what] = said.partition(b"<ConfirmationId>")[2].partition(b"<")[0]
                return
            self.refused[said.partition(b"<faultstring>")[2].partition(b"<")[0]] += 1
            time.sleep(0.1)
        raise AssertionError(f"{what} was never acknowledged: {said[:300]!r}")


@pytest.mark.xdist_group("resilience")
@pytest.mark.parametrize("kind", both_in_long_form(POSTGRESQL))
def test_each_confirmation_is_booked_exactly_once(tmp_path: Path, kind: str, capsys) -> None:
    began = time.monotonic()
    permits = len(PLACES) // len(LINES)
    with (
        databases(kind, tmp_path, "mz") as shared,
        node_of(tmp_path, shared.urls["mz"], permits, [a_position(each) for each in LINES]) as (
            node,
            (partner,),
        ),
        BadLine(node.port, SEED) as bad,
        ThreadPoolExecutor(SENDERS + 1) as threads,
    ):
        over = threading.Event()
        batches = batches_of(len(PLACES), nodes=1)
        sender = Sender(bad.port, partner.certificate_file, batches)
        broken = threads.submit(trouble, [node], shared.outage, over, SEED, batches)
        try:
            for sent in [threads.submit(sender.deliver, what) for what in PLACES]:
                sent.result()
        finally:
            over.set()
        made = broken.result()
        booked = bookings(node, permits)
    with capsys.disabled():
        print(
            f"\n  {kind}: {len(PLACES)} confirmations in {time.monotonic() - began:.0f} s:"
            f" {sender.attempts} attempts, {dict(made)}, on the line {dict(bad.done)}, faults"
            f" {dict(sender.refused)}"
        )
    assert set(sender.refused) <= {b"ServiceUnavailable"}
    assert {place: len(ids) for place, ids in booked.items()} == dict.fromkeys(PLACES, 1)
    assert {place: ids[0].encode() for place, ids in booked.items()} == sender.acknowledged


def bookings(node: Node, permits: int) -> dict[tuple[int, str], list[str]]:
    """(permit, line) -> the confirmations that count it."""
    found: dict[tuple[int, str], list[str]] = {}
    with build(node.settings) as gateway, gateway.store.begin_work() as work:
        (authority,) = gateway.permits.served.authorities
        for place in range(permits):
            stored = work.permits.get(authority, CertificateNumber.parse(number(place)))
            for confirmation in stored.published.confirmations:
                for letter, _ in confirmation.quantities:
                    found.setdefault((place, letter), []).append(confirmation.id)
    return found
