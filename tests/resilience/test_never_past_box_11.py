"""The same line is confirmed fifty times at the same moment: never more than box 11 says."""

import http.client
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from threading import Barrier
from urllib.parse import quote

import pytest

from gateway.bootstrap import build
from gateway.domain.endorsement import Role
from gateway.domain.quantity import Quantity
from gateway.exchange.keep_ledger import PermitName
from tests.builders import a_position
from tests.databases import BOTH, empty_database
from tests.pki import Identity
from tests.resilience.nodes import SECRET, Node, node_of, number, token
from tests.resilience.test_exactly_once_in import ENVELOPE

PARTNERS, EACH, BOX_11 = 50, 5, 52
SHIPMENTS = range(1, 51)


def confirmed(node: Node, partner: Identity, together: Barrier, amount: int = EACH) -> str:
    """ConfirmationId, or the word of the fault; asked again as long as the gateway is too busy."""
    head = {
        "Host": "epix.example.org", "Content-Type": "text/xml", "X-EPIX-Proxy-Secret": SECRET,
        "X-EPIX-Client-Verify": "SUCCESS", "X-EPIX-Client-Certificate": quote(partner.certificate_file.read_text()),
    }  # fmt: skip
    line = http.client.HTTPConnection("127.0.0.1", node.port, timeout=30)
    line.connect()
    together.wait()
    said = ""
    for _ in range(20):
        line.request("POST", "/epix/v2", ENVELOPE.format(number(0), token(0), "A", amount), head)
        said = line.getresponse().read().decode()
        if "ServiceUnavailable" not in said:
            break
    line.close()
    assert "ServiceUnavailable" not in said
    return said.partition("<faultstring>")[2].partition("<")[0] or "booked"


@pytest.mark.xdist_group("resilience")
@pytest.mark.parametrize("kind", BOTH)
def test_fifty_at_once_book_no_more_than_there_is(tmp_path: Path, kind: str) -> None:
    line = a_position("A", quantity=Quantity(Decimal(BOX_11), "NAR"))
    with empty_database(tmp_path, kind) as url, node_of(tmp_path, url, 1, [line], PARTNERS) as (node, partners):
        together = Barrier(PARTNERS)
        with ThreadPoolExecutor(PARTNERS) as threads:
            outcomes = Counter(threads.map(lambda partner: confirmed(node, partner, together), partners))
        with build(node.settings) as gateway:
            published = gateway.keep_ledger.of(PermitName("MZ", number(0)))
    assert outcomes == {"booked": BOX_11 // EACH, "QuantityExceeded": PARTNERS - BOX_11 // EACH}
    (kept,) = published.ledger
    assert (kept.confirmed_at_import, len(published.confirmations)) == (50, BOX_11 // EACH)


@pytest.mark.xdist_group("resilience")
@pytest.mark.parametrize("kind", BOTH)
def test_fifty_shipments_of_one_partner_at_once_book_what_fits(tmp_path: Path, kind: str) -> None:
    line = a_position("A", quantity=Quantity(Decimal(300), "NAR"))
    with (
        empty_database(tmp_path, kind) as url,
        node_of(tmp_path, url, 1, [line], in_parts=True) as (node, (partner,)),
    ):
        together = Barrier(len(SHIPMENTS))
        with ThreadPoolExecutor(len(SHIPMENTS)) as threads:
            said = list(threads.map(lambda amount: confirmed(node, partner, together, amount), SHIPMENTS))
        booked = [amount for amount, outcome in zip(SHIPMENTS, said, strict=True) if outcome == "booked"]
        node.kill()
        node.start()
        again = {confirmed(node, partner, Barrier(1), amount) for amount in booked}
        with build(node.settings) as gateway:
            published = gateway.keep_ledger.of(PermitName("MZ", number(0)))
    assert set(said) == {"booked", "QuantityExceeded"}
    assert again == {"booked"}, "a repeat is answered as the first, also after the gateway was killed"
    (kept,) = published.ledger
    assert [kept.confirmed_at_import, len(published.confirmations)] == [sum(booked), len(booked)]
    refused = set(SHIPMENTS) - set(booked)
    assert 0 <= kept.remaining(Role.IMPORT) < min(refused)
