"""zeep with strict settings, given nothing but the address of the WSDL."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
import zeep
from lxml import etree
from zeep.exceptions import Fault
from zeep.transports import Transport

from tests.interop.sandbox import (
    EVERY_DOOR,
    FIRST,
    FOUND,
    ROOTS,
    SCAN,
    SCAN_NAME,
    SEAL_NAME,
    SECOND,
    WITH_ATTACHMENT,
    Sandbox,
    confirmation,
)

pytestmark = pytest.mark.slow

FAULT = "{urn:CitesDataExchange/fault/}"
Service = Any
Connect = Callable[[str, str], Service]


class LoopbackTransport(Transport):
    """Loads nothing from the outside: the WSDL must not send its reader anywhere else."""

    def load(self, url: str) -> bytes:
        assert urlsplit(url).hostname == "127.0.0.1", url
        return super().load(url)


@pytest.fixture(scope="module")
def connect(sandbox: Sandbox) -> Connect:
    """connect("v2", "1.1"): the operations of one port."""
    clients: dict[str, zeep.Client] = {}

    def service(version: str, soap: str) -> Service:
        if version not in clients:
            settings = zeep.Settings(strict=True, xsd_ignore_sequence_order=False)
            clients[version] = zeep.Client(
                sandbox.wsdl(version), transport=LoopbackTransport(), settings=settings
            )
        return clients[version].bind(
            "EpixService", {"1.1": "EpixSoap11", "1.2": "EpixSoap12"}[soap]
        )

    return service


def text(value: Any) -> Any:
    """The text of an element; zeep gives an object where its type has attributes."""
    return value._value_1 if hasattr(value, "_value_1") else value


def lines_of(permit: Any) -> dict[str, Any]:
    """The lines of a permit by their letter."""
    items = permit.SpecifiedSupplyChainConsignment.IncludedSupplyChainConsignmentItem
    return {text(item.ID[0]): item for item in items}


@EVERY_DOOR
def test_zeep_reads_a_permit_with_typed_values(connect: Connect, version: str, soap: str) -> None:
    answer = connect(version, soap).GetNonFinalCitesCertificate(**FIRST)
    assert answer.Composite is False
    permit = answer[ROOTS[version]]
    header = permit.HeaderExchangedDocument
    assert text(header.ID) == FIRST["CertificateNumber"]
    issued = header.IssueDateTime
    assert isinstance(issued, datetime)
    assert issued.utcoffset() is not None
    quantities = {
        line: item.TransportLogisticsPackage[0].ItemQuantity
        for line, item in lines_of(permit).items()
    }
    assert {
        line: (quantity._value_1, quantity.unitCode) for line, quantity in quantities.items()
    } == {
        "A": (Decimal(5), "NAR"),
        "B": (Decimal("12.5"), "KGM"),
        "C": (Decimal(3), "NAR"),
    }
    assert all(isinstance(quantity._value_1, Decimal) for quantity in quantities.values())


@EVERY_DOOR
def test_zeep_reads_the_state_of_the_service(connect: Connect, version: str, soap: str) -> None:
    for state in (
        connect(version, soap).ServiceState(IsoCountryCode="MZ"),
        connect(version, soap).ServiceState(),
    ):
        assert state.State == "OK"
        assert "sandbox" in state.Version
        assert isinstance(state.Time, datetime)
        assert state.Time.utcoffset() is not None


@EVERY_DOOR
def test_zeep_gets_the_bytes_of_an_attachment(connect: Connect, version: str, soap: str) -> None:
    attachment, seal = (
        connect(version, soap).GetNonFinalCitesCertificate(**WITH_ATTACHMENT).Attachments
    )
    assert attachment.AttachmentName == SCAN_NAME
    assert attachment.AttachmentContent == SCAN
    assert (seal.AttachmentName, b"Signature" in seal.AttachmentContent) == (SEAL_NAME, True)


def test_zeep_confirms_at_one_endpoint_and_every_other_endpoint_knows_it(connect: Connect) -> None:
    found = {line: Decimal(quantity) for line, quantity in FOUND.items()}
    first = connect("v1", "1.1").ConfirmQuantities(**confirmation(SECOND, found))
    assert first.ConfirmationId
    for version, soap in (("v1", "1.2"), ("v2", "1.1"), ("v2", "1.2")):
        service = connect(version, soap)
        again = service.ConfirmQuantities(**confirmation(SECOND, found))
        assert (again.State, again.ConfirmationId) == ("ALREADY_CONFIRMED", first.ConfirmationId)
        for operation in (service.GetFinalCitesCertificate, service.GetFinalCertificate):
            assert confirmed_in(operation(**SECOND)[ROOTS[version]], version) == found


def confirmed_in(permit: Any, version: str) -> dict[str, Decimal]:
    """The quantities of box 14."""
    quantity = {"v1": "InspectedUnitQuantity", "v2": "UnitQuantity"}[version]
    return {
        line: item.ExaminationTransportEvent[0][quantity]._value_1
        for line, item in lines_of(permit).items()
    }


@EVERY_DOOR
def test_zeep_sees_why_it_was_refused(connect: Connect, version: str, soap: str) -> None:
    with pytest.raises(Fault) as refused:
        connect(version, soap).ConfirmQuantities(**confirmation(FIRST, {"B": Decimal("12.500001")}))
    fault = refused.value
    assert fault.message == "QuantityExceeded"
    assert fault.code.partition(":")[2] == {"1.1": "Client", "1.2": "Sender"}[soap]
    told = told_in(fault.detail)
    assert (told["Code"], told["Retry"], told["Position"], told["Box"]) == (
        "QuantityExceeded",
        "after-change",
        "B",
        "14",
    )
    assert told["Text"] and told["Incident"]


def told_in(detail: etree._Element) -> dict[str, str | None]:
    """The children of the one Fault in a detail."""
    (fault,) = detail
    assert fault.tag == f"{FAULT}Fault"
    return {etree.QName(child).localname: child.text for child in fault}
