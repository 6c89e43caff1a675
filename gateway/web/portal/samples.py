"""Language samples: a whole program for each operation in each language that partners use.

Each prints number and lines of the permit, the state of a confirmation or that of the service. The
tests copy programs and commands from the page and run them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.web.portal.description import Service
from gateway.web.portal.operations import OperationDescription
from gateway.web.portal.requests import RequestMessage, example_request
from gateway.web.rendering import Message, rendered
from schemas import ContractVersion

_PLAIN = re.compile(r"[A-Za-z0-9 ./:_\[\]-]*")
"""Values that mean themselves between the quotation marks of every language here."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the samples.

    key: in addresses of the page.  lexer: name of its code colours.  file: name of the program.
    needs: programs and libraries to install.  prepare: commands that make code from the WSDL.
    run: commands that run the program.  certificate: commands that make the client certificate
    ready.  `{wsdl}` is the WSDL, `{flags}` and `{libraries}` are options of a compiler.
    """

    key: str
    name: str
    lexer: str
    file: str
    needs: str
    run: tuple[str, ...]
    prepare: tuple[str, ...] = ()
    certificate: tuple[str, ...] = ()


LANGUAGES = (
    Language("curl", "curl", "bash", "sample.sh", "curl", ("sh sample.sh",)),
    Language("python", "Python", "python", "sample.py", "pip install zeep",
             ("python3 sample.py",)),
    Language("java", "Java", "java", "Sample.java", "JDK 17 or later, no library",
             ("java Sample.java",)),
    Language("csharp", "C#", "csharp", "Sample.cs",
             "Mono (mono-devel), or wsdl.exe and csc.exe of the .NET Framework",
             ("mcs Sample.cs -r:Epix.dll -r:System.Web.Services", "mono Sample.exe"),
             ("wsdl -n:Epix -out:Epix.cs {wsdl}",
              "mcs -target:library Epix.cs -r:System.Web.Services"),
             ("cert-sync --user ca.pem",
              # Mono reads the older encryption of PKCS#12 alone.
              "openssl pkcs12 -export -legacy -in client.pem -inkey client.key"
              " -passout env:KEYSTORE_PASSWORD -out csharp.p12")),
    Language("php", "PHP", "php", "sample.php", "PHP with its SOAP extension (php-soap)",
             ("php sample.php",)),
    Language("node", "Node", "javascript", "sample.js", "npm install soap", ("node sample.js",)),
    Language("gsoap", "gSOAP", "cpp", "sample.cpp", "gSOAP (gsoap, libgsoap-dev) and g++",
             ("g++ -I. {flags}sample.cpp soapC.o soapEpixSoap11Proxy.o {libraries} -o sample",
              "./sample"),
             ("wsdl2h -o epix.h {wsdl}", "soapcpp2 -C -i -x epix.h",
              "g++ -I. {flags}-c soapC.cpp soapEpixSoap11Proxy.cpp"),
             ("cat client.pem client.key > both.pem",)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sample:
    """A program in a language, and the commands to run it."""

    language: Language
    text: Message
    prepare: tuple[str, ...]
    run: tuple[str, ...]


def samples(
    service: Service, version: ContractVersion, operation: OperationDescription
) -> Iterator[Sample]:
    """The program of every language for an operation."""
    address = f"{service.public_address}/epix/{version.name}"
    request = example_request(service, operation.name)
    for value in (address, request.number, request.token, request.country):
        if not _PLAIN.fullmatch(value):
            raise ValueError(f"{value!r} cannot stand in the samples")
    with_certificate = service.needs_certificate
    # Code generators cannot show a client certificate: they read the WSDL of the bundle.
    options = {
        "wsdl": f"wsdl/epix-{version.name}.wsdl" if with_certificate else f"{address}?wsdl",
        "flags": "-DWITH_OPENSSL " if with_certificate else "",
        "libraries": "-lgsoapssl++ -lssl -lcrypto" if with_certificate else "-lgsoap++",
    }
    values = {
        "service": service,
        "version": version,
        "operation": operation,
        "request": request,
        "message": request_text(version, request),
        "address": address,
        "with_attributes": version.name != "v1",
    }
    for language in LANGUAGES:
        prepare = (*(language.certificate if with_certificate else ()), *language.prepare)
        yield Sample(
            language,
            rendered(f"samples/{language.file}.jinja", {**values, "language": language}),
            tuple(command.format_map(options) for command in prepare),
            tuple(command.format_map(options) for command in language.run),
        )


def request_text(version: ContractVersion, request: RequestMessage) -> Message:
    """A message as XML."""
    return rendered("portal/request.xml", {"version": version, "request": request})


def curl_text(service: Service, version: ContractVersion, request: RequestMessage) -> Message:
    """The command that sends a message with curl."""
    return rendered(
        "samples/sample.sh.jinja",
        {
            "service": service,
            "address": f"{service.public_address}/epix/{version.name}",
            "request": request,
            "message": request_text(version, request),
        },
    )
