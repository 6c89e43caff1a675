"""Mozambique, which serves, and South Africa, whose software signs its requests."""

import http.client
import os
import signal
import ssl
import sys
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from gateway.cli.demo.two_gateways import Country
from tests.crypto.ws_security.message_forging import Signer
from tests.forked.commands import running
from tests.waiting import until

CLIENT = "keys/client/current"


@dataclass(frozen=True)
class World:
    """Mozambique, whose endpoint a test configures, and South Africa, whose software asks.

    permit: number and token of one that South Africa may see.
    """

    mozambique: Country
    south_africa: Country
    permit: dict[str, str]
    signer: Signer
    signer_files: tuple[Path, Path]
    stack: ExitStack
    serving: list[int] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"{self.mozambique.plan.public_address}/epix/v2"

    @property
    def tls(self) -> list[str]:
        keys = self.south_africa.directory
        return [
            str(keys / name)
            for name in (f"{CLIENT}/certificate.pem", f"{CLIENT}/key.pem", "keys/dev-ca.pem")
        ]

    def post(self, message: bytes) -> bytes:
        """Over mutual TLS as South Africa."""
        certificate, key, authority = self.tls
        context = ssl.create_default_context(cafile=authority)
        context.load_cert_chain(certificate, key)
        parts = urlsplit(self.address)
        with closing(
            http.client.HTTPSConnection(
                parts.hostname or "", parts.port, context=context, timeout=10
            )
        ) as connection:
            headers = {"Content-Type": "text/xml; charset=utf-8"}
            connection.request("POST", parts.path, message, headers)
            return connection.getresponse().read()

    def mozambique_serves(self, security: str, more: str = "") -> None:
        """Serve under a configuration: started once, then a new worker process for each."""
        configure(self.mozambique, security, more)
        if not self.serving:
            command = [sys.executable, "-m", "gateway", "serve", "--quiet", "--dir"]
            command.append(str(self.mozambique.directory))
            self.serving.append(self.stack.enter_context(running(command)).process.pid)
            return
        (supervisor,) = self.serving
        before = workers(supervisor)
        os.kill(supervisor, signal.SIGHUP)

        def replaced() -> bool:
            now = workers(supervisor)
            return len(now) == len(before) and not now & before

        until(replaced, "a worker process with the new configuration")


def workers(supervisor: int) -> set[int]:
    """Worker processes of the supervisor, by their name."""
    found = set()
    for child in Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split():
        with suppress(OSError):  # it has ended meanwhile
            if Path(f"/proc/{child}/comm").read_text() == "epix-worker\n":
                found.add(int(child))
    return found


def configure(country: Country, security: str, more: str = "") -> None:
    """Its only partner's [partner.security], and more of conf/gateway.toml."""
    for name, addition in (("partners", f"\n[partner.security]\n{security}\n"), ("gateway", more)):
        path = country.directory / f"conf/{name}.toml"
        untouched = path.with_suffix(".untouched")
        if not untouched.exists():
            untouched.write_bytes(path.read_bytes())
        path.write_text(untouched.read_text(encoding="utf-8") + addition, encoding="utf-8")


OUR_KEY = (
    f'\n[message_security]\ncertificate_file = "{CLIENT}/certificate.pem"\nkey_file ='
    f' "{CLIENT}/key.pem"\n'
)


def of_the_other(world: World, country: Country) -> str:
    other = world.south_africa if country is world.mozambique else world.mozambique
    return f'signer_certificates_file = "{other.directory / CLIENT / "certificate.pem"}"'
