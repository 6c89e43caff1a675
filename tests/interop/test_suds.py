"""suds, given nothing but the address of the WSDL; it speaks SOAP 1.1."""

from datetime import datetime
from typing import Any

import pytest
from suds import WebFault
from suds.client import Client

from tests.interop.sandbox import FIRST, FOUND, ROOTS, SECOND, VERSIONS, Sandbox, confirmation
from tests.interop.stacks import require_all_read
from tests.long_haul import thinned

pytestmark = pytest.mark.slow


def fault_of(operation: Any, **parameters: Any) -> dict[str, str]:
    """What a fault says, as suds reads it."""
    with pytest.raises(WebFault) as refused:
        operation(**parameters)
    told = refused.value.fault.detail.Fault
    return {name: told[name] for name in ("Code", "Retry", "Position", "Box") if name in told}


def lines_of(answer: Any, version: str, *path: str) -> dict[str, str]:
    """Quantity and unit of each line."""
    found = {}
    for line in answer[ROOTS[version]].SpecifiedSupplyChainConsignment[
        "IncludedSupplyChainConsignmentItem"
    ]:
        quantity = line[path[0]][0][path[1]]
        found[str(line.ID[0])] = f"{quantity.value} {quantity._unitCode}"
    return found


@pytest.mark.parametrize("version", thinned(VERSIONS, ["v2"]))
def test_suds(sandbox: Sandbox, version: str) -> None:
    client = Client(sandbox.wsdl(version), cache=None, port="EpixSoap11")
    call = client.service
    permit = call.GetNonFinalCitesCertificate(**FIRST)
    header = permit[ROOTS[version]].HeaderExchangedDocument
    assert isinstance(header.IssueDateTime, datetime)
    assert header.IssueDateTime.utcoffset() is not None
    endorsed = ("ExaminationTransportEvent",)
    endorsed += ({"v1": "InspectedUnitQuantity", "v2": "UnitQuantity"}[version],)
    require_all_read(
        {
            "number": str(header.ID),
            "lines": lines_of(permit, version, "TransportLogisticsPackage", "ItemQuantity"),
            "not_final": fault_of(call.GetFinalCertificate, **FIRST),
            "too_much": fault_of(call.ConfirmQuantities, **confirmation(FIRST, {"B": "12.500001"})),
            "confirmation": call.ConfirmQuantities(**confirmation(SECOND, FOUND)).ConfirmationId,
            "final": lines_of(call.GetFinalCertificate(**SECOND), version, *endorsed),
            "final_of_hub": lines_of(call.GetFinalCitesCertificate(**SECOND), version, *endorsed),
            "state": call.ServiceState().State,
        }
    )
