"""gSOAP, Mono, Apache CXF and SOAP::Lite, each made from our WSDL by its own tools.

Each has one test for both versions of SOAP, so that one worker builds it. Clients of contract
version 2 are run; of version 1 the generated code must compile. What is compiled runs in the long
form alone.
"""

from pathlib import Path

import pytest

from tests import programs
from tests.interop.cxf.building import Cxf
from tests.interop.sandbox import SOAP_VERSIONS, VERSIONS, Sandbox
from tests.interop.stacks import PERMITS, built_once, printed, require_all_read, run

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent


@pytest.mark.long_haul
def test_gsoap(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> None:
    wsdl2h, soapcpp2 = (programs.program(name, "gsoap") for name in ("wsdl2h", "soapcpp2"))
    compiler = programs.program("g++")
    if not Path("/usr/include/stdsoap2.h").exists():
        programs.unavailable("The library of gSOAP is not installed (Debian: libgsoap-dev)")

    def build(folder: Path) -> None:
        (folder / "v1").mkdir(exist_ok=True)
        run([wsdl2h, "-o", "v1.h", sandbox.wsdl("v1")], folder)
        run([soapcpp2, "-C", "-i", "-x", "-d", "v1", "v1.h"], folder)
        run([wsdl2h, "-o", "epix.h", sandbox.wsdl("v2")], folder)
        run([soapcpp2, "-C", "-i", "-x", "epix.h"], folder)
        sources = [HERE / "gsoap" / "client.cpp", *folder.glob("soap*.cpp")]
        run([compiler, "-O0", "-I.", *sources, "-lgsoap++", "-o", "client"], folder)
        run([compiler, "-O0", "-c", "soapEpixSoap11Proxy.cpp"], folder / "v1")

    client = built_once(tmp_path_factory, "gsoap", build) / "client"
    identities = {
        require_all_read(facts)
        for soap in SOAP_VERSIONS
        for facts in printed(client, sandbox.endpoint("v2"), soap, *PERMITS)
    }
    assert len(identities) == 1


@pytest.mark.long_haul
def test_mono_by_the_proxy_of_wsdl_and_over_wcf(
    sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> None:
    wsdl, mcs, mono = (programs.program(name, "mono-devel") for name in ("wsdl", "mcs", "mono"))
    parts = ("System.Web.Services", "System.ServiceModel", "System.Runtime.Serialization")

    def build(folder: Path) -> None:
        references = [f"-r:{part}" for part in parts]
        run([wsdl, sandbox.wsdl("v1"), "-out:V1.cs", "-n:V1"], folder)
        run([mcs, "-target:library", "V1.cs", *references], folder)
        run([wsdl, sandbox.wsdl("v2"), "-out:Epix.cs", "-n:Epix"], folder)
        run([mcs, "-out:client.exe", "Epix.cs", HERE / "mono" / "Client.cs", *references], folder)

    client = built_once(tmp_path_factory, "mono", build) / "client.exe"
    identities = {
        require_all_read(facts)
        for stack in ("asmx", "wcf")
        for soap in SOAP_VERSIONS
        for facts in printed(mono, client, stack, sandbox.endpoint("v2"), soap, *PERMITS)
    }
    assert len(identities) == 1


@pytest.mark.long_haul
def test_cxf(sandbox: Sandbox, cxf: Cxf) -> None:
    answers = cxf.printed(sandbox.wsdl("v2"), *PERMITS)
    assert len(answers) == len(SOAP_VERSIONS)
    assert len({require_all_read(facts) for facts in answers}) == 1


def test_soap_lite(sandbox: Sandbox) -> None:
    perl = programs.program("perl")
    if not list(Path("/usr/share/perl5").glob("SOAP/Lite.pm")):
        programs.unavailable("SOAP::Lite is not installed (Debian: libsoap-lite-perl)")
    script = HERE / "perl" / "client.pl"
    identities = {
        require_all_read(facts)
        for version in VERSIONS
        for soap in SOAP_VERSIONS
        for facts in printed(perl, script, sandbox.endpoint(version), version, soap, *PERMITS)
    }
    assert len(identities) == 1
