"""Foreign SOAP clients of a gateway that sends journal heads: they leave the header aside."""

import socket
import sys
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
import zeep

from gateway.bootstrap import build
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.identifiers import IsoCountryCode
from gateway.settings import ServerMode, load_settings
from gateway.wire.namespaces import JOURNAL_HEADS
from tests.forked.commands import running
from tests.interop.sandbox import EVERY_DOOR, FIRST, FOUND, ROOTS, SECOND, Sandbox, confirmation
from tests.interop.scripted import ScriptedClient
from tests.interop.test_zeep import LoopbackTransport
from tests.waiting import LONGEST_SECONDS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gateway with the permits of the sandbox, whose only caller agreed on heads.

    The records of its permits are sealed, so that there is a head.
    """
    folder = tmp_path_factory.mktemp("heads") / "gateway"
    with socket.create_server(("127.0.0.1", 0)) as probe:
        listen = f"127.0.0.1:{probe.getsockname()[1]}"
    mozambique, mode = IsoCountryCode("MZ"), ServerMode.PLAIN_LOOPBACK
    plan = Plan(mozambique, "ANAC", "Mozambique", listen=listen, mode=mode)
    make(
        folder,
        plan,
        DevelopmentCa(),
        '[[partner]]\nkey = "sandbox"\ncountry = "ZA"\nexchange_heads = true\n'
        'seal_anchors_file = "keys/dev-ca.pem"\n',
    )
    file = Path(str(resources.files("adapters.national.examples") / "sandbox.json"))
    with build(load_settings(folder, {})) as gateway:
        for record in gateway.permits.source_of(file).records(file):
            gateway.permits.publish.publish(record)
        gateway.journal.seal.seal_up_to(gateway.clock())
    return folder


@pytest.fixture(scope="module")
def sandbox(directory: Path) -> Iterator[Sandbox]:
    """It serves, and offers its head in each answer."""
    command = [sys.executable, "-m", "gateway", "serve", "--quiet", "--dir", str(directory)]
    with running(command, ready_seconds=LONGEST_SECONDS) as server:
        started = Sandbox(server.address)
        client = zeep.Client(started.wsdl("v2"), transport=LoopbackTransport())
        assert offers_heads(client)
        yield started


def offers_heads(client: zeep.Client) -> bool:
    with client.settings(raw_response=True):
        answer = client.service.ServiceState()
    return JOURNAL_HEADS.encode() in answer.content


@EVERY_DOOR
def test_zeep_reads_permits_and_confirms(sandbox: Sandbox, version: str, soap: str) -> None:
    client = zeep.Client(
        sandbox.wsdl(version), transport=LoopbackTransport(), settings=zeep.Settings(strict=True)
    )
    service = client.bind("EpixService", {"1.1": "EpixSoap11", "1.2": "EpixSoap12"}[soap])
    assert service.GetNonFinalCitesCertificate(**FIRST)[ROOTS[version]] is not None
    assert service.ConfirmQuantities(**confirmation(SECOND, FOUND)).ConfirmationId
    assert service.ServiceState().State == "OK"


@EVERY_DOOR
def test_php_reads_permits_and_confirms(
    php: list[str], sandbox: Sandbox, version: str, soap: str
) -> None:
    permit, confirmed, state = ScriptedClient(php, sandbox).answers(
        version,
        soap,
        ("GetNonFinalCitesCertificate", FIRST),
        ("ConfirmQuantities", confirmation(SECOND, FOUND)),
        ("ServiceState", {}),
    )
    assert ROOTS[version] in permit
    assert confirmed["ConfirmationId"]
    assert state["State"] == "OK"
