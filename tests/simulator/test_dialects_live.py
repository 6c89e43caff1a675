"""Each dialect, a live stand-in over TLS: what it has answers our client, the rest is refused."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ssl import create_default_context

import pytest

from gateway.bootstrap.simulator import DEFAULT_LOGIN, Simulator, SimulatorOptions
from gateway.crypto.ws_security.username_token import UsernameSecurer
from gateway.dialects import OPERATIONS
from gateway.domain.errors import OperationNotAvailable, PartnerFault
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode, TokenId
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.partner import OperationName
from gateway.exchange.ports import SEAL_NAME, MessageSecurity
from gateway.partners.client import PartnerClient
from gateway.wire.namespaces import SOAP_11
from tests.partners.conftest import JournalInMemory
from tests.partners.partner_cases import profile
from tests.simulator.conftest import dialects

pytestmark = pytest.mark.slow

COUNTRY = IsoCountryCode("CH")
ASKED = CertificateNumber("CH26EX000001"), TokenId("SANDBOX-7KQ4-2M9X")
FINAL = CertificateNumber("CH26EX000003"), TokenId("SANDBOX-3FNL-4Q7T")
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
