"""Concurrent confirmations: thirty of the same line never exceed the quantity of box 11."""

import http.client
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from decimal import Decimal
from threading import Barrier
from urllib.parse import quote

import pytest

from gateway.bootstrap import build
from gateway.domain.ledger.endorsement import LedgerLine, Role
from gateway.domain.permit.quantity import Quantity
from gateway.exchange.permits.own_permits import PermitName
from tests.builders import a_position
from tests.databases import POSTGRESQL, both_in_long_form, empty_database
from tests.pki import Identity
from tests.resilience.nodes import SECRET, Node, node_of, number, token
from tests.resilience.test_exactly_once_in import ENVELOPE

pytestmark = pytest.mark.slow

PARTNERS, EACH = 30, 5
SHIPMENTS = range(1, 31)
BOX_11 = {"A": 52, "B": 150}


def confirmed(
    node: Node, partner: Identity, together: Barrier, place: int, line: str, amount: int
) -> str:
    """ConfirmationId, or the word of the fault; asked again as long as the gateway is too busy."""
    head = {
        "Host": "epix.example.org",
        "Content-Type": "text/xml",
        "X-EPIX-Proxy-Secret": SECRET,
        "X-EPIX-Client-Verify": "SUCCESS",
        "X-EPIX-Client-Certificate": quote(partner.certificate_file.read_text()),
    }
    body = ENVELOPE.format(number(place), token(place), line, amount)
    said = ""
    with closing(http.client.HTTPConnection("127.0.0.1", node.port, timeout=30)) as connection:
        connection.connect()
        together.wait()
        for _ in range(20):
            connection.request("POST", "/epix/v2", body, head)
            said = connection.getresponse().read().decode()
            if "ServiceUnavailable" not in said:
                break
    assert "ServiceUnavailable" not in said
    return said.partition("<faultstring>")[2].partition("<")[0] or "booked"


@pytest.fixture(scope="module", params=both_in_long_form(POSTGRESQL))
def node_and_partners(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[tuple[Node, Sequence[Identity]]]:
    """A node with two permits. Each has the lines A and B, and may be used in several shipments."""
    lines = [
        a_position(letter, quantity=Quantity(Decimal(box_11), "NAR"))
        for letter, box_11 in BOX_11.items()
    ]
    folder = tmp_path_factory.mktemp("node")
    with (
        empty_database(folder, request.param) as database,
        node_of(folder, database, 2, lines, PARTNERS, in_parts=True) as found,
    ):
        yield found


def published(node: Node, place: int, line: str) -> tuple[LedgerLine, int]:
    """The line in the ledger, and the number of confirmations of its permit."""
    with build(node.settings) as gateway:
        permit = gateway.permits.ledger.permit(PermitName("MZ", number(place)))
    (kept,) = (each for each in permit.ledger if each.position == line)
    return kept, len(permit.confirmations)


@pytest.mark.xdist_group("resilience")
def test_thirty_at_once_book_no_more_than_there_is(node_and_partners) -> None:
    node, partners = node_and_partners
    together = Barrier(PARTNERS)
    with ThreadPoolExecutor(PARTNERS) as threads:
        outcomes = Counter(
            threads.map(lambda partner: confirmed(node, partner, together, 0, "A", EACH), partners)
        )
    fitting = BOX_11["A"] // EACH
    assert outcomes == {"booked": fitting, "QuantityExceeded": PARTNERS - fitting}
    kept, confirmations = published(node, 0, "A")
    assert (kept.confirmed_at_import, confirmations) == (fitting * EACH, fitting)


@pytest.mark.xdist_group("resilience")
def test_thirty_shipments_of_one_partner_at_once_book_what_fits(node_and_partners) -> None:
    node, (partner, *_) = node_and_partners
    together = Barrier(len(SHIPMENTS))
    with ThreadPoolExecutor(len(SHIPMENTS)) as threads:
        said = list(
            threads.map(
                lambda amount: confirmed(node, partner, together, 1, "B", amount), SHIPMENTS
            )
        )
    booked = [
        amount for amount, outcome in zip(SHIPMENTS, said, strict=True) if outcome == "booked"
    ]
    node.kill()
    node.start()
    again = {confirmed(node, partner, Barrier(1), 1, "B", amount) for amount in booked}
    assert set(said) == {"booked", "QuantityExceeded"}
    assert again == {"booked"}, (
        "a repeat is answered as the first, also after the gateway was killed"
    )
    kept, confirmations = published(node, 1, "B")
    assert [kept.confirmed_at_import, confirmations] == [sum(booked), len(booked)]
    refused = set(SHIPMENTS) - set(booked)
    assert 0 <= kept.remaining(Role.IMPORT) < min(refused)
