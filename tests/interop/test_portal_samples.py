"""Samples of the portal: programs and commands are copied from its pages, and run.

All programs of an operation print the same. What they must print is read from the answer that the
sample of curl gets.
"""

import os
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree, html

from gateway.domain.partner import OperationName
from tests import programs
from tests.interop.sandbox import VERSIONS, Sandbox, a_sandbox
from tests.long_haul import thinned

pytestmark = pytest.mark.slow

NEEDED = {
    "python": ["python3"],
    "java": ["java", "javac"],
    "csharp": ["mono", "mcs", "wsdl", "cert-sync", "openssl"],
    "php": ["php"],
    "node": ["node"],
    "gsoap": ["g++", "wsdl2h", "soapcpp2"],
}
PACKAGES = {
    "javac": "default-jdk-headless", "java": "default-jdk-headless", "mono": "mono-devel",
    "mcs": "mono-devel", "wsdl": "mono-devel", "cert-sync": "mono-devel", "php": "php-cli",
    "node": "nodejs", "wsdl2h": "gsoap", "soapcpp2": "gsoap",
}  # fmt: skip
IN_SHORT_FORM = ("python", "php")
"""The others compile or fetch first, which takes longer than all else here."""
LANGUAGES = thinned(NEEDED, IN_SHORT_FORM)
SHAPES = (
    OperationName.GET_NON_FINAL,
    OperationName.CONFIRM_QUANTITIES,
    OperationName.SERVICE_STATE,
)
"""tests/web/test_samples.py shows that samples of the other operations differ in names alone."""
PASSWORD = "sandbox"
"""Of client.p12, as the page of the sandbox says it."""


@dataclass(frozen=True)
class Portal:
    """The pages of a sandbox, and a folder in which samples are run."""

    sandbox: Sandbox
    folder: Path
    environment: dict[str, str]

    def get(self, path: str) -> bytes:
        """A page or a file. The certificate is that of a throw-away CA: it is not verified."""
        context = ssl._create_unverified_context()
        with urllib.request.urlopen(f"{self.sandbox.address}{path}", context=context) as answer:
            content: bytes = answer.read()
            return content

    def copied(self, version: str, operation: str, *ids: str) -> list[str]:
        """Texts of blocks on the page of an operation; those that it does not have are empty."""
        page = html.fromstring(self.get(f"/epix/{version}/{operation}"))
        found = (page.find(f".//*[@id='{name}']") for name in ids)
        return ["" if block is None else block.text_content() for block in found]

    def run(self, commands: str) -> str:
        """What the commands print."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]
        return done.stdout

    def expected(self, version: str, operation: str) -> str:
        """What every program must print, by the answer to the sample of curl."""
        (command,) = self.copied(version, operation, "sample-curl")
        body = etree.fromstring(self.run(command).encode())[-1]
        if operation.startswith("Get"):
            number = body.findtext(".//{*}HeaderExchangedDocument/{*}ID")
            lines = [
                f"{line.findtext('{*}ID')} {quantity.text} {quantity.get('unitCode')}"
                for line in body.iter("{*}IncludedSupplyChainConsignmentItem")
                for quantity in line.iter("{*}ItemQuantity")
            ]
            assert number and len(lines) == 3
            return "\n".join([number, *lines, ""])
        state = body.findtext(".//State")
        if operation == OperationName.SERVICE_STATE:
            assert state == "OK"
            return "OK\n"
        # It was confirmed by curl, or by a test before.
        return f"ALREADY_CONFIRMED {body.findtext('.//ConfirmationId')}\n"

    def check(self, language: str, version: str, operations: Sequence[OperationName]) -> None:
        """Copy and run the program of each operation; what must be made once is made once."""
        for place, operation in enumerate(operations):
            ids = (f"sample-{language}", f"prepare-{language}", f"run-{language}")
            text, prepare, run = self.copied(version, operation, *ids)
            assert text and run
            name = run.split("\n")[0].split()
            (file,) = {word for word in name if word.lower().startswith("sample.")}
            (self.folder / file).write_text(text)
            if place == 0:
                self.run(prepare)
            expected = self.expected(version, operation)
            assert self.run(run) == expected, operation


def environment_in(folder: Path, node_modules: Path | None) -> dict[str, str]:
    """Programs of the virtual environment come first, settings of a user from the folder."""
    own = Path(sys.executable).parent
    return {
        "PATH": f"{own}:{os.environ['PATH']}",
        "HOME": str(folder),
        "NODE_PATH": str(node_modules or ""),
        "KEYSTORE_PASSWORD": PASSWORD,
        "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",  # a run of a second
        "LANG": "C.UTF-8",
    }


Start = Callable[[str, Sandbox], Portal]


@pytest.fixture
def start(request: pytest.FixtureRequest, tmp_path: Path) -> Start:
    """start("php", sandbox): the portal, where the programs that the language needs are there."""

    def started(language: str, sandbox: Sandbox) -> Portal:
        programs.program("curl")
        folder = tmp_path / language
        folder.mkdir()
        for name in NEEDED.get(language, ()):
            programs.program(name, PACKAGES.get(name))
        modules = None
        if language == "php":
            programs.php("soap")
        if language == "gsoap" and not Path("/usr/include/stdsoap2.h").exists():
            programs.unavailable("The library of gSOAP is not installed (Debian: libgsoap-dev)")
        if language == "node":
            modules = Path(request.getfixturevalue("node")[1]).parent / "node_modules"
        return Portal(sandbox, folder, environment_in(folder, modules))

    return started


@pytest.mark.parametrize("version", VERSIONS)
def test_the_sample_of_curl_runs_for_every_operation(
    start: Start, sandbox: Sandbox, version: str
) -> None:
    portal = start("curl", sandbox)
    for operation in OperationName:
        assert portal.expected(version, operation)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_sample_runs_and_prints_what_the_service_answers(
    start: Start, sandbox: Sandbox, language: str
) -> None:
    start(language, sandbox).check(language, "v2", SHAPES)


@pytest.mark.long_haul  # the short form runs those of v2
def test_each_sample_of_v1_shows_the_client_certificate_of_a_sandbox_for_a_team(
    start: Start,
) -> None:
    """Samples of v1 that read no permit are those of v2 (tests/web/test_samples.py).

    Mono verifies names of hosts, no numbers, so the sandbox has a name.
    """
    options = ("--with-tls", "--public-address", "https://localhost:{port}")
    with a_sandbox(*options) as team:
        for language in LANGUAGES:
            portal = start(language, team)
            for name in ("ca.pem", "client.pem", "client.key", "client.p12"):
                (portal.folder / name).write_bytes(portal.get(f"/epix/sandbox/{name}"))
            if "wsdl/" in portal.copied("v1", SHAPES[0], f"prepare-{language}")[0]:
                (portal.folder / "bundle.zip").write_bytes(portal.get("/epix/epix-integration.zip"))
                portal.run("python3 -m zipfile -e bundle.zip . && mv epix/wsdl epix/schemas .")
            portal.check(language, "v1", SHAPES[:1])
