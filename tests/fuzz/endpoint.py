"""Fuzzer of the SOAP endpoint: damaged requests, and rules that every answer keeps. See README.md.

    python -m tests.fuzz.endpoint --inputs 100000 --seed 1

The rules: no exception; an allowed status and content type; well-formed, of one version of SOAP,
the caller at fault and never the server; nothing of the inside; headers in order; within two
seconds. Nothing is given or booked without the right number and token.
"""

import re
import tempfile
from argparse import Namespace
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from xml.parsers import expat

from gateway.bootstrap import build, prepare_sandbox
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.identifiers import IsoCountryCode
from gateway.http import HttpAnswer, HttpRequest, settled
from gateway.settings import ServerMode, load_settings
from tests.fuzz.campaign import Broken, Try, main
from tests.fuzz.mutations import TEXTS, mutated
from tests.soap.endpoint import ADDRESS, DOCUMENTS, SOAP_11, SOAP_12, Endpoint, document

Site = Callable[[HttpRequest], HttpAnswer]

SEAL = re.compile(rb"<AttachmentContent>[A-Za-z0-9+/=]*</AttachmentContent>")
"""A seal is another one in each run, and base64 can spell any short word."""
INSIDE = re.compile(
    rb"Traceback|File \"|\.py\b|lxml|libxml|spyne|Exception|0x[0-9a-f]{6,}|"
    rb"site-packages|/usr/|/home/|gateway\.|"
    rb"SCHEMAV|NoneType|SELECT |sqlite|not expected|unexpected"
    rb" EOF|StartTag|QX7K-42M9-SECRET|SANDBOX-7KQ4",
    re.IGNORECASE,
)
_BLAMES = {b"Client", b"MustUnderstand", b"VersionMismatch", b"Sender"}
_STATUSES = {500, 415}
_TYPES = {SOAP_11: "text/xml; charset=utf-8", SOAP_12: "application/soap+xml; charset=utf-8"}
_PLAIN = "text/plain; charset=utf-8"
_OPERATIONS = (
    "GetNonFinalCitesCertificate", "GetFinalCertificate", "GetFinalCitesCertificate",
    "ConfirmQuantities", "ServiceState",
)  # fmt: skip
_HEADERS: Mapping[str, list[str]] = {
    "content-type": [
        "text/xml", "text/xml; charset=UTF-16", "text/xml; charset=iso-8859-1",
        "text/xml; charset=utf-7", "text/plain", "", "text/xml;;;",
        'application/soap+xml; action="urn:ServiceState"', "application/soap+xml; charset=utf-8",
        "multipart/related; boundary=x",
        'multipart/related; type="application/xop+xml"; boundary="epix"; start="<root>"',
        "application/xop+xml", 'text/xml; charset="',
        'multipart/related; type="application/xop+xml"; boundary="epix"',
    ],
    "soapaction": [
        '""', "urn:ServiceState", '"urn:GetNonFinalCitesCertificate"', "x" * 3000, '"', "\xff\x00",
        "urn:%s",
    ],
    "accept": [
        "*/*", "multipart/related", "multipart/related;q=0", "multipart" * 500, "text/xml", ",,,",
        'multipart/related; q="',
    ],
    "content-encoding": ["identity", "gzip", "deflate, gzip", ""],
    "if-none-match": ["*", '"x"', "W/"],
    "authorization": ["Bearer QX7K-42M9-SECRET"],
    "x-odd": ["\r\nset-cookie: a", "\x00", "x" * 9000],
}  # fmt: skip


@dataclass(frozen=True)
class Seed:
    """A good request."""

    version: str
    content_type: str
    body: bytes


@dataclass
class Target:
    """The endpoint under test. forget: empties the records of a backend in memory."""

    site: Site
    seeds: list[Seed]
    good: Seed
    permit: bytes
    forget: Callable[[], None] = field(default=lambda: None)
    number: int = 0

    def attempt(self, random: Random) -> str:
        """Try one damaged request."""
        request = self._request(random)
        try:
            answer = self.site(request)
            return look_at(request, answer, self.permit)
        except Broken:
            raise
        except Exception as escaped:
            raise Broken("an exception escaped", repr(request).encode()) from escaped
        finally:
            self.forget()

    def ask_well(self) -> None:
        """The good request still gets the right permit."""
        good = self.good
        request = HttpRequest(
            "POST", f"/epix/{good.version}", "", {"content-type": good.content_type}, good.body
        )
        answer = self.site(request)
        if answer.status != 200 or self.permit not in answer.body:
            raise Broken("the good request got no permit", answer.body)
        self.forget()

    def _request(self, random: Random) -> HttpRequest:
        seed = random.choice(self.seeds)
        headers = {"content-type": seed.content_type}
        body, method, path, query = seed.body, "POST", f"/epix/{seed.version}", ""
        roll = random.random()
        if roll < 0.90:
            body = mutated(random, body, [other.body for other in self.seeds])
        if roll > 0.80:
            for name in random.sample(sorted(_HEADERS), random.choice((1, 1, 2, 3))):
                headers[name] = random.choice(_HEADERS[name])
                if random.random() < 0.3:
                    headers[name] = mutated(random, headers[name].encode("latin-1"), TEXTS).decode(
                        "latin-1"
                    )
        if roll > 0.97:
            method = random.choice(
                ("GET", "HEAD", "PUT", "OPTIONS", "TRACE", "post", "PROPFIND", "X" * 500, "")
            )
            query = mutated(
                random, random.choice((b"wsdl", b"xsd=fault.xsd", b"xsd=", b"")), TEXTS
            ).decode("latin-1")
            if random.random() < 0.5:
                path = mutated(random, path.encode(), TEXTS).decode("latin-1")
        return HttpRequest(method, path, query, headers, body)


def look_at(request: HttpRequest, answer: HttpAnswer, permit: bytes) -> str:
    """The outcome in a word. Raises Broken where the answer breaks a rule."""
    shown = (
        repr(request).encode()
        + b" -> "
        + repr((answer.status, answer.headers, answer.body[:3000])).encode()
    )

    def must(holds: object, what: str) -> None:
        if not holds:
            raise Broken(what, shown)

    headers = dict(answer.headers)
    must(len(headers) == len(answer.headers), "a header stands twice")
    must(headers.get("X-Content-Type-Options") == "nosniff", "no nosniff")
    must(
        not any(re.search(r"[\r\n\x00]", value) for value in headers.values()),
        "a header holds a line end",
    )
    media = headers.get("Content-Type", "")
    rendered_at_start = media.startswith(
        "text/html"
    )  # and those of a sandbox show its sample token
    own_words = SEAL.sub(b"", answer.body.replace(permit, b""))
    must(rendered_at_start or not INSIDE.search(own_words), "the inside leaked")
    must(not INSIDE.search(repr(headers).encode()), "the inside leaked into headers")
    if media == _PLAIN or answer.status in (304, 404, 405):
        must(answer.status in (304, 404, 405), f"plain text with status {answer.status}")
        return str(answer.status)
    if request.method != "POST":
        must(answer.status in (200, 304), "a page of odd status")
        return f"{request.method[:4]} {answer.status}"
    must(
        "Cache-Control" in headers and headers["Cache-Control"] == "no-store",
        "an answer may be stored",
    )
    body = answer.body
    if media.startswith("multipart/related"):
        must(answer.status == 200, "a fault in a package")
        body = body[body.index(b"\r\n\r\n") + 4 : body.rindex(b"\r\n--epix-")].partition(
            b"\r\n--epix-"
        )[0]
    try:
        soap, names, texts = _read(body)
    except expat.ExpatError as error:
        raise Broken(f"not well-formed: {error}", shown) from error
    must(soap in _TYPES, "no envelope")
    if media != _TYPES[soap]:
        must(media.startswith("multipart/related"), f"{soap} as {media}")
    if f"{soap} Fault" not in names:
        must(answer.status == 200, "no fault and not 200")
        return "answered"
    must(answer.status in _STATUSES, f"a fault with status {answer.status}")
    side = (texts.get("faultcode") or texts.get(f"{soap} Value") or "").rpartition(":")[2].encode()
    must(side in _BLAMES, f"{side!r} is blamed")
    return texts.get("faultstring") or texts.get(f"{soap} Text") or "?"


def _read(body: bytes) -> tuple[str, set[str], dict[str, str]]:
    """Namespace of the root, names of elements, and the first text in each.

    By expat, which keeps nothing.
    """
    names: list[str] = []
    texts: dict[str, str] = {}
    stack: list[str] = []
    reader = expat.ParserCreate(namespace_separator=" ")

    def start(name: str, _: dict[str, str]) -> None:
        names.append(name)
        stack.append(name)

    reader.StartElementHandler = start
    reader.EndElementHandler = lambda _: stack.pop()
    reader.CharacterDataHandler = lambda text: texts.setdefault(stack[-1], text)
    reader.Parse(body, True)
    root, _, name = names[0].partition(" ")
    return root if name == "Envelope" else "", set(names), texts


def in_memory() -> Target:
    """Both endpoints before whole use cases in memory: as quick as it gets."""
    endpoints = {version: Endpoint(version) for version in ("v1", "v2")}

    def site(request: HttpRequest) -> HttpAnswer:
        version = "v2" if request.path.startswith("/epix/v2") else "v1"
        return settled(endpoints[version].endpoint(request))

    def forget() -> None:
        for endpoint in endpoints.values():
            watched = endpoint.watch.exchanges, endpoint.watch.refusals, endpoint.watch.alerts
            for kept in (
                endpoint.backend.asked,
                endpoint.backend.booked,
                endpoint.backend.journal,
                *watched,
            ):
                kept.clear()

    seeds = _seeds(endpoints)
    return Target(site, seeds, seeds[0], document("v1"), forget)


def on_disk(folder: Path) -> Target:
    """A whole gateway with its SQLite database, journal included, and the sandbox's permits."""
    directory = folder / "gateway"
    plan = Plan(IsoCountryCode("MZ"), "ANAC", listen="127.0.0.1:9", mode=ServerMode.PLAIN_LOOPBACK)
    make(directory, plan, DevelopmentCa())
    settings = load_settings(directory)
    prepare_sandbox(settings)
    gateway = build(settings)
    unsettled = gateway.service.site

    def site(request: HttpRequest) -> HttpAnswer:
        return settled(unsettled(request))

    seeds = [
        Seed(
            seed.version,
            seed.content_type,
            seed.body.replace(b"QX7K-42M9-SECRET", b"SANDBOX-7KQ4-2M9X"),
        )
        for seed in _seeds({version: Endpoint(version) for version in ("v1", "v2")})
    ]
    good = seeds[0]
    answer = site(
        HttpRequest(
            "POST", f"/epix/{good.version}", "", {"content-type": good.content_type}, good.body
        )
    ).body
    permit = re.search(rb"<([\w:]*CBFShip)\b.*</\1>", answer, re.DOTALL)
    assert permit, answer
    return Target(site, seeds, good, permit[0], gateway.service.metrics.flush)


def _seeds(endpoints: Mapping[str, Endpoint]) -> list[Seed]:
    seeds = []
    for version, endpoint in endpoints.items():
        for soap in (SOAP_11, SOAP_12):
            contents = [endpoint.request(name) for name in _OPERATIONS[:3]]
            contents.append(endpoint.confirmation(("A", "5"), ("B", "2.5"), ("C", "1")))
            contents.append(endpoint.request("ServiceState", number="", token=""))
            for content in contents:
                header = '<h:Trace xmlns:h="urn:trace" s:mustUnderstand="0">x</h:Trace>'
                seeds.append(
                    Seed(version, _TYPES[soap], endpoint.envelope(content, soap=soap).encode())
                )
                seeds.append(
                    Seed(
                        version,
                        _TYPES[soap],
                        endpoint.envelope(content, header, soap=soap).encode(),
                    )
                )
            seeds.append(_packed(version, soap, endpoint.plain(soap).encode()))
    for file in sorted((DOCUMENTS / "envelopes").glob("request_*.xml")):
        media = _TYPES[SOAP_12] if "soap12" in file.name else "text/xml"
        seeds.append(Seed("v1", media, file.read_bytes().replace(b"ADDRESS", ADDRESS.encode())))
    return seeds


def _packed(version: str, soap: str, envelope: bytes) -> Seed:
    inner = _TYPES[soap].partition(";")[0]
    head = (
        f'Content-Type: application/xop+xml; charset=UTF-8; type="{inner}"\r\nContent-ID:'
        " <root@epix>\r\n\r\n"
    )
    media = (
        'multipart/related; type="application/xop+xml"; boundary="epix"; start="<root@epix>";'
        f' start-info="{inner}"'
    )
    return Seed(version, media, b"--epix\r\n" + head.encode() + envelope + b"\r\n--epix--\r\n")


def _prepared(stack: ExitStack) -> Callable[[Namespace], tuple[Try, Callable[[], None]]]:
    def prepare(asked: Namespace) -> tuple[Try, Callable[[], None]]:
        if asked.backend == "memory":
            target = in_memory()
        else:
            target = on_disk(
                Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="epix-fuzz-")))
            )
        return target.attempt, target.ask_well

    return prepare


if __name__ == "__main__":
    with ExitStack() as stack:
        main(
            "Damaged requests, by the million, at the SOAP endpoint.",
            _prepared(stack),
            "memory",
            "disk",
        )
