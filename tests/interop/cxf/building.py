"""Client of Apache CXF: packages by Maven, code from the WSDL by `wsdl2java`, then compiled."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import programs
from tests.interop.stacks import built_once, printed, run

HERE = Path(__file__).parent
WSDL = HERE.parents[2] / "wsdl" / "epix-v2.wsdl"
_SHORT_RUN = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""For Java programs of a few seconds."""


@dataclass(frozen=True, slots=True)
class Cxf:
    """The compiled client. class_path: its packages and itself."""

    java: str
    class_path: str

    def printed(self, wsdl: str, *words: str | Path) -> list[dict[str, Any]]:
        """What it read: over SOAP 1.1, then 1.2."""
        return printed(self.java, *_SHORT_RUN, "-cp", self.class_path, "Client", wsdl, *words)

    def service(self, address: str, folder: Path) -> list[str]:
        """The command that serves the permits of a folder (Service.java)."""
        return [self.java, *_SHORT_RUN, "-cp", self.class_path, "Service", address, str(folder)]


def cxf_client(factory: pytest.TempPathFactory) -> Cxf:
    """The client of contract version 2; of version 1 the generated code is compiled with it.

    Maven fetches the packages that pom.xml names, which takes a network or its local repository.
    """
    java, javac = (programs.program(name, "default-jdk-headless") for name in ("java", "javac"))
    maven = programs.program("mvn", "maven")

    def build(folder: Path) -> None:
        try:
            fetched = subprocess.run(
                [maven, "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:build-classpath",
                 f"-Dmdep.outputFile={folder / 'packages'}"],
                capture_output=True,
                text=True,
                timeout=240,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            programs.unavailable("Maven could not fetch CXF within four minutes")
        if fetched.returncode:
            programs.unavailable(f"Maven could not fetch CXF: {fetched.stdout[-500:]}")
        packages = (folder / "packages").read_text()
        tool = "org.apache.cxf.tools.wsdlto.WSDLToJava"
        for version, package in (("v1", "v1"), ("v2", "epix")):
            options = ("-d", "generated", "-p", package, WSDL.with_name(f"epix-{version}.wsdl"))
            run([java, *_SHORT_RUN, "-cp", packages, tool, *options], folder)
        service = folder / "Service.java"
        text = (HERE / "Service.java").read_text(encoding="utf-8")
        service.write_text(text.replace('"WSDL"', f'"{WSDL.as_uri()}"'), encoding="utf-8")
        sources = [*folder.glob("generated/**/*.java"), HERE / "Client.java", service]
        run([javac, "-nowarn", "-cp", packages, "-d", "classes", *sources], folder)

    folder = built_once(factory, "cxf", build)
    packages = (folder / "packages").read_text()
    return Cxf(java, os.pathsep.join((packages, str(folder / "classes"))))
