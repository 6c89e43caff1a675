"""Sample permits of a stand-in: each case of the sandbox gives the outcome that it names."""

import pytest
from lxml import etree

from gateway.domain.partner import OperationName
from gateway.exchange.sandbox.cases import PERMIT, SandboxCase, sandbox_cases
from gateway.http import HttpRequest
from gateway.wire.namespaces import SOAP_11
from tests.simulator.conftest import stand_in_of

pytestmark = pytest.mark.slow


def message(case: SandboxCase, version: str) -> bytes:
    token = f"<TokenId>{case.token}</TokenId>" if case.token else ""
    lines = "".join(
        f"<CitesPosition><ID>{letter}</ID><InspectedUnitQuantity>{amount}</InspectedUnitQuantity>"
        "</CitesPosition>"
        for letter, amount in case.quantities
    )
    more = f"<ConfirmedQuantities>{lines}</ConfirmedQuantities>" if lines else ""
    # The dialect knows GetFinalCertificate under the name of the hub.
    name = (
        "GetFinalCitesCertificate" if case.operation == OperationName.GET_FINAL else case.operation
    )
    return (
        f'<s:Envelope xmlns:s="{SOAP_11}"><s:Body>'
        f'<v:{name}Request xmlns:v="urn:CitesDataExchange/{version}/">'
        f"<CertificateNumber>{case.number}</CertificateNumber>{token}"
        f"<IsoCountryCode>{case.country}</IsoCountryCode>{more}</v:{name}Request>"
        "</s:Body></s:Envelope>"
    ).encode()


def outcome(body: bytes) -> str:
    """PERMIT, a State, or the code of a fault."""
    root = etree.fromstring(body)
    if fault := root.findtext(".//faultstring"):
        return fault
    return root.findtext(".//State") or PERMIT


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_each_case_of_the_sandbox_gives_its_outcome(version: str) -> None:
    stand_in = stand_in_of(f"standard-{version}")
    got = {}
    cases = [case for case in sandbox_cases() if case.version in (None, version)]
    assert len(cases) > 20
    for case in cases:
        headers = {"content-type": "text/xml"}
        request = HttpRequest("POST", "/", "", headers, message(case, version))
        answer, _ = stand_in(request)
        got[case] = outcome(answer.body)
    assert got == {case: case.outcome for case in cases}
