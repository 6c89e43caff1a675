"""Partial shipments: they add up, a repeat counts once, and the last makes the permit final."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree

from gateway.bootstrap import Gateway, build
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.identifiers import IsoCountryCode, TokenId
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.permits.own_permits import PermitName
from gateway.exchange.ports import NationalRecord
from gateway.http import HttpRequest, settled
from gateway.settings import ServerMode, load_settings
from tests.builders import a_permit, a_position
from tests.databases import BOTH, SQLITE, migrated_database

pytestmark = pytest.mark.slow

NUMBER, TOKEN = "MZ26EX000001", "PARTS-7KQ4-2M9X"
THIS = PermitName("MZ", NUMBER)
OFFICER = ResponsiblePerson("J. Macuácua", "the season is over")
ENVELOPE = (
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"'
    ' xmlns:v="urn:CitesDataExchange/v2/"><e:Body>'
    "<v:{0}Request><CertificateNumber>{1}</CertificateNumber><TokenId>{2}</TokenId><IsoCountryCode>MZ</IsoCountryCode>"
    "{3}</v:{0}Request></e:Body></e:Envelope>"
)
LINE = (
    "<ConfirmedQuantities><CitesPosition><ID>A</ID><InspectedUnitQuantity>{}</InspectedUnitQuantity></CitesPosition>"
    "</ConfirmedQuantities>"
)


@dataclass
class Partner:
    """South Africa, at the endpoint of one gateway."""

    gateway: Gateway

    def confirms(self, amount: str) -> tuple[str, str]:
        """State and id, or the word of the fault and nothing."""
        answer = self._ask("ConfirmQuantities", LINE.format(amount))
        return answer.findtext(".//State") or answer.findtext(".//faultstring"), answer.findtext(
            ".//ConfirmationId"
        )

    def final(self) -> str | None:
        """Box 14 of the line, or the word of the fault."""
        answer = self._ask("GetFinalCertificate")
        seen = answer.find(".//{*}ExaminationTransportEvent/{*}UnitQuantity")
        return answer.findtext(".//faultstring") if seen is None else seen.text

    def _ask(self, operation: str, content: str = "") -> etree._Element:
        body = ENVELOPE.format(operation, NUMBER, TOKEN, content).encode()
        answer = settled(
            self.gateway.service.site(
                HttpRequest("POST", "/epix/v2", "", {"content-type": "text/xml"}, body)
            )
        )
        return etree.fromstring(answer.body)


ON_BOTH = pytest.mark.parametrize("start", BOTH, indirect=True)
"""Where nodes meet in the database; tests/store has the ledger itself on both."""


@pytest.fixture(params=[SQLITE])
def start(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[], Partner]]:
    """Starts a node on one database; each call another. The permit is for five specimens."""
    directory = tmp_path / "mz"
    make(
        directory,
        Plan(IsoCountryCode("MZ"), listen="127.0.0.1:9", mode=ServerMode.PLAIN_LOOPBACK),
        DevelopmentCa(),
    )
    file = directory / "conf/gateway.toml"
    file.write_text(
        file.read_text().replace("# partial_shipments = []", 'partial_shipments = ["EXPORT"]')
    )
    with migrated_database(tmp_path, request.param) as url, ExitStack() as nodes:
        settings = load_settings(directory, {"EPIX_DATABASE__URL": url})
        with build(settings) as first:
            first.permits.publish.publish(
                NationalRecord(
                    "parts", 1, a_permit(NUMBER, positions=(a_position("A"),)), TokenId.parse(TOKEN)
                )
            )
        yield lambda: Partner(nodes.enter_context(build(settings)))


def test_shipments_add_up_and_the_permit_is_final_with_the_last(
    start: Callable[[], Partner],
) -> None:
    partner = start()
    assert partner.confirms("2")[0] == "CONFIRMED"
    assert partner.final() == "CertificateNotFinal"
    assert partner.confirms("4") == ("QuantityExceeded", None)
    assert partner.confirms("3")[0] == "CONFIRMED"
    assert partner.final() == "5"


@ON_BOTH
def test_a_repeat_is_answered_as_the_first_after_a_restart_and_on_another_node(
    start: Callable[[], Partner],
) -> None:
    one, other = start(), start()
    _, first = one.confirms("2")
    _, second = other.confirms("1")
    one.gateway.close()
    for partner in (other, start()):
        assert partner.confirms("2.0") == ("ALREADY_CONFIRMED", first)
        assert partner.confirms("1") == ("ALREADY_CONFIRMED", second)
    (line,) = other.gateway.permits.ledger.permit(THIS).ledger
    assert line.confirmed_at_import == 3


def test_a_closed_permit_is_final_and_takes_no_further_shipment(
    start: Callable[[], Partner],
) -> None:
    partner = start()
    _, first = partner.confirms("2")
    partner.gateway.permits.ledger.close(THIS, OFFICER)
    assert partner.final() == "2"
    assert partner.confirms("1") == ("QuantityExceeded", None)
    assert partner.confirms("2") == ("ALREADY_CONFIRMED", first)
    partner.gateway.permits.ledger.reopen(THIS, OFFICER)
    assert partner.final() == "CertificateNotFinal"
    assert partner.confirms("3")[0] == "CONFIRMED"
