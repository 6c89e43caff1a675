"""`partners test` and the look of `partners add`, towards real TLS servers on this machine."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.demo.two_gateways import TwoGateways, make
from tests.cli.conftest import NUMBER, Answer, Call, copied
from tests.cli.test_partners_commands import BY, Za
from tests.forked.commands import running as serving_gateway
from tests.partners.partner_cases import envelope
from tests.partners.partner_server import running, says
from tests.partners.test_tls import server_context
from tests.pki import DAY, NOW, SERVER, Authority, Identity

pytestmark = pytest.mark.slow
UP = says(envelope("partner_state.xml"))
TWO_O_CLOCK = (NOW - DAY / 24).replace(minute=0, second=0)


@dataclass
class Night:
    """Mozambique at night; South Africa answers with a certificate of its own CA."""

    za: Za
    serve: Callable[..., str]

    def registered(self, address: str) -> None:
        answer = self.za.add(
            self.za.file(self.za.ca.issue("c", country="ZA"), address=address), *BY
        )
        assert answer.status == 0, answer.err

    def tried(self, *words: str) -> Answer:
        return self.za.call("partners", "test", "za", "--dir", self.za.directory, *words)

    def step(self, name: str) -> dict[str, Any]:
        steps = self.tried("--json").json["steps"]
        return next(each for each in steps if each["step"] == name)


@pytest.fixture
def night(directory: Path, tmp_path: Path, call: Call) -> Iterator[Night]:
    with ExitStack() as stack:

        def serve(identity: Identity, clients: Authority | None = None) -> str:
            context = server_context(identity, clients)
            return stack.enter_context(running(UP, context)).address

        yield Night(Za(directory, Authority(tmp_path, "za-ca"), call), serve)


def test_a_server_certificate_that_expired_at_two_o_clock_is_the_cause(night: Night) -> None:
    over = night.za.ca.issue("za-server", SERVER, hosts=["127.0.0.1"], until=TWO_O_CLOCK)
    night.registered(night.serve(over))
    answer = night.tried()
    text = " ".join(answer.out.split())
    assert answer.status == 1
    assert f"Expired on {TWO_O_CLOCK:%Y-%m-%d at %H:%M UTC}: CN=za-server" in text
    assert "The partner must act." in text
    assert "Contact there: J. Nkosi, +27 12" in text
    assert night.step("certificate")["acts"] == "partner"
    assert night.step("ServiceState")["result"] == "not-tried"


def test_our_own_certificate_that_expired_at_two_o_clock_is_the_cause(night: Night) -> None:
    """The side whose certificate has expired learns it, where the other one only refuses it."""
    server = night.za.ca.issue("za-server", SERVER, hosts=["127.0.0.1"])
    ours = Authority(night.za.directory.parent, "mz-ca")
    over = ours.issue("mz-client", country="MZ", until=TWO_O_CLOCK)
    current = night.za.directory / "keys/client/current"
    shutil.copy(over.certificate_file, current / "certificate.pem")
    shutil.copy(over.key_file, current / "key.pem")
    night.registered(night.serve(server, clients=ours))
    answer = night.tried()
    assert answer.status == 1
    text = " ".join(answer.out.split())
    assert f"Expired on {TWO_O_CLOCK:%Y-%m-%d at %H:%M UTC}: CN=mz-client" in text
    assert "We must act." in text
    assert night.step("our certificate")["acts"] == "we"
    refused = night.step("ServiceState")
    assert (refused["result"], refused["acts"]) == ("failed", "we")
    assert "because it has expired. Renew it." in refused["text"]


def test_a_server_of_another_ca_is_not_registered(night: Night, tmp_path: Path) -> None:
    stranger = Authority(tmp_path, "stranger").issue("s", SERVER, hosts=["127.0.0.1"])
    za = night.za
    words = ("partners", "add", za.file(address=night.serve(stranger)), *BY, "--dir", za.directory)
    answer = za.call(*words)
    assert answer.status == 1
    assert "Nothing was changed. Partner za (ZA) was not trusted" in answer.err
    assert za.registered == {}


def test_the_ca_of_a_partner_without_a_file_is_taken_from_what_its_server_shows(
    night: Night, tmp_path: Path
) -> None:
    ca = Authority(tmp_path, "shown-ca")
    server = ca.issue("shown", SERVER, hosts=["127.0.0.1"])
    # With a client CA of its own a server of Python sends the chain above its certificate.
    address = night.serve(server, clients=ca)
    za = night.za
    words = ("--country", "ZA", "--address", address, *BY, "--dir", za.directory)
    answer = za.call("partners", "add", *words)
    assert answer.status == 0, answer.err
    assert (za.directory / za.registered["za"]["ca_file"]).read_bytes() == ca.pem.read_bytes()
    assert "CN=shown-ca" in answer.out
    alone = night.serve(server)
    answer = za.call("partners", "add", "--country", "KE", "--address", alone, *words[4:])
    assert (answer.status, "no CA above it" in answer.err) == (1, True)


@pytest.fixture(scope="module")
def gateways(tmp_path_factory: pytest.TempPathFactory) -> TwoGateways:
    """Two gateways that do not know each other."""
    made = make(tmp_path_factory.mktemp("strangers"))
    for country in made.both:
        file = country.directory / "conf/partners.toml"
        file.write_text(file.read_text().partition("\n[[partner]]")[0] + "\n")
    return made


def test_two_gateways_introduce_each_other_and_exchange_a_permit(
    gateways: TwoGateways, tmp_path: Path, token_file: Path, call: Call
) -> None:
    pair = copied(gateways, tmp_path)
    mz, za = (country.directory for country in pair.both)
    files = {}
    for name, directory in (("mz", mz), ("za", za)):
        files[name] = tmp_path / f"{name}.toml"
        assert call("partners", "export", files[name], "--dir", directory).status == 0
    example = Path(__file__).parents[2] / "adapters/national/examples/mozambique.json"
    assert call("publish", example, "--dir", mz).status == 0
    assert call("partners", "add", files["za"], "--offline", *BY, "--dir", mz).status == 0
    with serving_gateway([sys.executable, "-m", "gateway", "serve", "--quiet", "--dir", str(mz)]):
        assert call("partners", "add", files["mz"], *BY, "--dir", za).status == 0
        words = ("--permit", NUMBER, "--token-file", token_file, "--dir", za)
        tried = call("partners", "test", "mz", *words, "--json")
        assert tried.status == 0, tried.out
        assert {step["result"] for step in tried.json["steps"]} == {"ok"}
        asked = call("ask", "MZ", NUMBER, "--token-file", token_file, "--dir", za, "--json")
        assert (asked.status, asked.json["paper"]["needed"]) == (0, True)
