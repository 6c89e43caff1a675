"""Each dialect, a live stand-in over TLS: what it has answers our client, the rest is refused."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from ssl import create_default_context

import pytest
import zeep

from gateway.bootstrap.simulator import DEFAULT_LOGIN, Simulator, SimulatorOptions
from gateway.crypto.ws_security.username_token import UsernameSecurer
from gateway.dialects import OPERATIONS
from gateway.domain.errors import KeyUnusable, OperationNotAvailable, PartnerFault
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode, TokenId
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.partner import OperationName
from gateway.exchange.ports import SEAL_NAME, MessageSecurity
from gateway.partners.client import PartnerClient
from gateway.wire.namespaces import SOAP_11
from tests.partners.conftest import JournalInMemory
from tests.partners.partner_cases import profile
from tests.pki import Authority
from tests.simulator.conftest import dialects

pytestmark = pytest.mark.slow

COUNTRY = IsoCountryCode("CH")
ASKED = CertificateNumber("CH26EX000001"), TokenId("SANDBOX-7KQ4-2M9X")
FINAL = CertificateNumber("CH26EX000003"), TokenId("SANDBOX-3FNL-4Q7T")
SAMPLE = "MZ26EX000001"
EACH = pytest.mark.parametrize("name", sorted(dialects()))


@pytest.fixture
def stand_in(name: str) -> Iterator[Simulator]:
    options = SimulatorOptions(country=COUNTRY.text, with_tls=True)
    with Simulator(dialects()[name], options=options) as simulator:
        yield simulator


@pytest.fixture
def securer(stand_in: Simulator) -> UsernameSecurer | None:
    login = stand_in.dialect.login
    if login.message_security != "username-digest":
        return None
    age = timedelta(seconds=login.timestamp_seconds or 300)
    password = DEFAULT_LOGIN["password"].encode()
    return UsernameSecurer(
        DEFAULT_LOGIN["username"], password, True, lambda: datetime.now(UTC), age
    )


@pytest.fixture
def client(stand_in: Simulator, securer: UsernameSecurer | None) -> PartnerClient:
    keys = stand_in.keys
    return PartnerClient(
        profile(
            stand_in.address,
            dialect=stand_in.dialect,
            country=COUNTRY,
            ca_file=keys.ca,
            certificate_file=keys.certificate,
            key_file=keys.key,
            service_namespace=stand_in.namespace,
            values={**DEFAULT_LOGIN, "web_service_client_id": "mz-cites"},
        ),
        JournalInMemory(),
        lambda: datetime.now(UTC),
        lambda: "exchange",
        MessageSecurity(ours=securer),
    )


def call(client: PartnerClient, operation: OperationName) -> object:
    if operation is OperationName.SERVICE_STATE:
        return client.state()
    if operation is OperationName.CONFIRM_QUANTITIES:
        return client.confirm(*ASKED, [SeenQuantity("A", "2")])
    return client.certificate(operation, *(FINAL if operation.startswith("GetFinal") else ASKED))


@EACH
@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_a_dialect_has_answers_and_what_it_lacks_is_not_available(
    name: str,
    operation: OperationName,
    stand_in: Simulator,
    client: PartnerClient,
    securer: UsernameSecurer | None,
) -> None:
    if operation in stand_in.dialect.operations:
        answer = call(client, operation)
        assert answer is not None
        assert (stand_in.asked[-1].operation, stand_in.asked[-1].outcome) == (operation, "ok")
        return
    with pytest.raises(OperationNotAvailable):
        call(client, operation)
    assert not stand_in.asked, "something was sent"
    # A client that does not know the dialect, and asks all the same.
    status, body = ask_raw(stand_in, f"{operation}Request", securer)
    assert status == 500
    known = stand_in.dialect.faults.spoken("OperationNotAvailable")
    assert (known.word if known and known.word else "OperationNotAvailable") in body
    assert stand_in.asked[-1].outcome == "OperationNotAvailable"


def ask_raw(stand_in: Simulator, element: str, securer: UsernameSecurer | None) -> tuple[int, str]:
    plain = (
        f'<s:Envelope xmlns:s="{SOAP_11}"><s:Body><v:{element} xmlns:v="{stand_in.namespace}"/>'
        "</s:Body></s:Envelope>"
    ).encode()
    message = securer.secured(plain) if securer else plain
    request = urllib.request.Request(stand_in.address, message, {"Content-Type": "text/xml"})
    context = create_default_context(cafile=stand_in.keys.ca)
    context.load_cert_chain(stand_in.keys.certificate, stand_in.keys.key)
    try:
        with urllib.request.urlopen(request, context=context) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


@EACH
def test_a_permit_comes_sealed_and_marked_as_that_of_a_stand_in(
    name: str, client: PartnerClient
) -> None:
    reply = client.certificate(OperationName.GET_NON_FINAL, *ASKED)
    assert reply.version in dialects()[name].answer.documents
    assert b"Given by a stand-in" in reply.document
    assert reply.attachments[-1].name == SEAL_NAME


@EACH
def test_an_unknown_number_is_refused_in_the_words_of_the_dialect(
    name: str, client: PartnerClient, stand_in: Simulator
) -> None:
    with pytest.raises(PartnerFault) as refused:
        client.certificate(OperationName.GET_NON_FINAL, CertificateNumber("CH26EX999999"), None)
    known = stand_in.dialect.faults.spoken("CertificateNotFound")
    said = (known.word or known.text) if known else "CertificateNotFound"
    assert said in (refused.value.partner_code, refused.value.partner_text)


@EACH
def test_a_stand_in_says_so_on_every_answer(name: str, stand_in: Simulator) -> None:
    context = create_default_context(cafile=stand_in.keys.ca)
    try:
        with urllib.request.urlopen(stand_in.address, context=context) as answer:
            headers = answer.headers
    except urllib.error.HTTPError as refused:
        with refused:
            headers = refused.headers
    assert headers["X-Stand-In"] == f"epix-gateway; dialect={name}"


def test_a_foreign_client_asks_by_the_wsdl_of_the_stand_in() -> None:
    with Simulator(dialects()["standard-v2"]) as simulator:
        client = zeep.Client(f"{simulator.address}?wsdl")
        for port in ("EpixSoap11", "EpixSoap12"):
            service = client.bind("EpixService", port)
            answer = service.GetNonFinalCitesCertificate(SAMPLE, ASKED[1].text, "MZ")
            assert answer.CITESEPermit.HeaderExchangedDocument.ID._value_1 == SAMPLE
            assert service.ServiceState("MZ").Version == "stand-in standard-v2"


def test_a_foreign_client_logs_in_as_the_wsdl_of_the_czech_service_says() -> None:
    with Simulator(dialects()["czech"]) as simulator:
        client = zeep.Client(f"{simulator.address}?wsdl", settings=zeep.Settings(raw_response=True))
        block = client.get_element(f"{{{simulator.namespace}}}AuthenticationSoapHeader")
        header = block(Username="stand-in", Password="stand-in")
        assert client.service.GetDocument(SAMPLE, _soapheaders=[header]).status_code == 200
        wrong = block(Username="stand-in", Password="guessed")
        assert client.service.GetDocument(SAMPLE, _soapheaders=[wrong]).status_code == 500
        assert [each.outcome for each in simulator.asked] == ["ok", "AccessDenied"]


def test_callers_of_a_ca_of_their_own_are_taken(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "own")
    caller = authority.issue("caller", country="MZ")
    options = SimulatorOptions(with_tls=True, client_ca=authority.pem)
    with Simulator(dialects()["swiss"], options=options) as simulator:
        context = create_default_context(cafile=simulator.keys.ca)
        context.load_cert_chain(caller.certificate_file, caller.key_file)
        body = as_empty_state(simulator.namespace)
        request = urllib.request.Request(simulator.address, body, {"Content-Type": "text/xml"})
        with urllib.request.urlopen(request, context=context) as answer:
            assert b"ServiceStateResponse" in answer.read()
        assert simulator.asked[-1].request.certificate == caller.der


def as_empty_state(namespace: str) -> bytes:
    return (
        f'<s:Envelope xmlns:s="{SOAP_11}"><s:Body><v:ServiceStateRequest xmlns:v="{namespace}"/>'
        "</s:Body></s:Envelope>"
    ).encode()


def test_a_file_that_is_no_ca_is_named(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("no certificate")
    options = SimulatorOptions(with_tls=True, client_ca=file)
    with (
        pytest.raises(KeyUnusable, match="is no CA certificate"),
        Simulator(dialects()["swiss"], options=options),
    ):
        pass
