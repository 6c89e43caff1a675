"""MTOM packages: the strict division into parts, for requests and for answers of partners.

Input: a Content-Type, a line feed, a body. Nothing comes out that did not go in, and no more of it.
What the reader of requests takes, the more lenient one of answers takes as the same message.
"""

from pathlib import Path

from gateway.domain.errors import InvalidRequest, MessageTooLarge
from gateway.partners.faults import Unreadable
from gateway.partners.mtom import ReceivedPackage, unpack
from gateway.soap.mtom import PackageWriter, root_part
from gateway.soap.reading.limits import MessageLimits
from gateway.wire.media_type import MediaType
from gateway.wire.mtom import PackageLimits, split_package
from gateway.wire.soap_version import SoapVersion
from tests.fuzz.campaign import Broken
from tests.fuzz.coverage_guided.target import Target
from tests.fuzz.refusals import only
from tests.soap.endpoint import Endpoint

_MEDIA = (
    b'multipart/related; type="application/xop+xml"; boundary="epix"; start="<root@epix>";'
    b' start-info="text/xml"'
)
_ROOT = b'Content-Type: application/xop+xml; charset=UTF-8; type="text/xml"\r\n'
_ID = "01990000-0000-7000-8000-000000000001"


def make(_folder: Path) -> Target:
    """Both readers and the writer."""
    return Target(
        _attempt,
        _seeds(),
        ("gateway/wire/mtom.py", "gateway/wire/media_type.py", "gateway/soap/mtom.py",
         "gateway/partners/mtom.py"),
    )  # fmt: skip


def _attempt(data: bytes) -> str:
    head, _, body = data.partition(b"\n")
    declared = head.decode("latin-1")
    answer: ReceivedPackage | None = None
    with only(Unreadable, data) as lenient:
        answer = unpack(declared, body)
        out = len(answer.root) + sum(map(len, answer.parts.values()))
        if out > len(body) or len(answer.parts) >= 100:
            raise Broken(f"{out} bytes came out of {len(body)}", data)
    media = MediaType.parse(declared)
    if media is None or not media.is_package:
        return f"answer {lenient.outcome}"
    with only((InvalidRequest, MessageTooLarge), data) as strict:
        content, _ = root_part(body, media, MessageLimits())
        if content not in body:
            raise Broken("the envelope does not stand in the package", data)
        if answer is None or answer.root != content:
            raise Broken("the two readers see two messages", data)
    _round_trip(body, data)
    return f"request {strict.outcome}"


def _round_trip(content: bytes, data: bytes) -> None:
    """A package that we write is read as what went in, whatever an attachment holds."""
    writer = PackageWriter(_ID, [])
    writer.include(content)
    if f"epix-{_ID}".encode() in content:
        return  # the id of an exchange cannot be known when an attachment is made
    media, package = writer.write(b"<envelope/>", SoapVersion.V1_1)
    parameters = MediaType.parse(media)
    assert parameters is not None
    parts = split_package(bytes(package), parameters.parameters["boundary"], PackageLimits(3, 2048))
    if [part.content for part in parts] != [b"<envelope/>", content]:
        raise Broken("a package of our own is read otherwise", data)


def _seeds() -> list[bytes]:
    envelope = Endpoint().plain().encode()

    def package(*parts: bytes) -> bytes:
        return _MEDIA + b"\n--epix\r\n" + b"\r\n--epix\r\n".join(parts) + b"\r\n--epix--\r\n"

    root = _ROOT + b"Content-ID: <root@epix>\r\n"
    binary = root + b"Content-Transfer-Encoding: binary\r\n\r\n" + envelope
    included = b"Content-ID: <1@epix>\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\nREVG"
    folded = _ROOT.replace(b"; type", b";\r\n type") + b"Content-ID: <root@epix>\r\n\r\n"
    return [
        package(binary),
        package(binary, included),
        package(folded + envelope),
        package(included, binary),
        package(_ROOT + b"\r\n" + envelope).replace(b'start="<root@epix>"; ', b"", 1),
        b"text/xml; charset=utf-8\n" + envelope,
    ]
