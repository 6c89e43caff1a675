"""In which form does the message come, and in which does the caller want the answer?

Taken: `text/xml` (SOAP 1.1), `application/soap+xml` (SOAP 1.2), and `multipart/related; type="application/xop+xml"`
(MTOM) around either. The media type only says how to read; which SOAP it is, the envelope alone decides.
Compressed requests are not taken: they save nothing at this size. Source: wire contract, sections 2 and 7.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.soap.names import Soap
from gateway.soap.refusals import UnsupportedMedia

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - the `token` of RFC 9110, section 5.6.2
_TYPE = re.compile(rf"[ \t]*({_TOKEN}/{_TOKEN})[ \t]*")
_PARAMETER = re.compile(rf';[ \t]*(?:({_TOKEN})=(?:({_TOKEN})|"((?:[^"\\\x00-\x08\x0a-\x1f]|\\[\t -~])*)")[ \t]*)?')
_ENVELOPES = {"text/xml": Soap.V1_1, "application/soap+xml": Soap.V1_2}
_PACKAGE = "multipart/related"
_XOP = "application/xop+xml"
_LONGEST = 1_024


@dataclass(frozen=True, slots=True)
class MediaType:
    """A parsed Content-Type: type in lower case, parameters by lower-case name."""

    name: str
    parameters: Mapping[str, str]

    @classmethod
    def parse(cls, text: str) -> "MediaType | None":
        """None where the text is not exactly one media type (RFC 9110, section 8.3.1)."""
        found = _TYPE.match(text) if len(text) <= _LONGEST else None
        if not found:
            return None
        parameters: dict[str, str] = {}
        at = found.end()
        while at < len(text):
            parameter = _PARAMETER.match(text, at)
            if not parameter:
                return None
            name, bare, quoted = parameter.groups()
            if name:
                if name.lower() in parameters:
                    return None
                parameters[name.lower()] = bare if bare is not None else re.sub(r"\\(.)", r"\1", quoted)
            at = parameter.end()
        return cls(found[1].lower(), parameters)

    @property
    def soap(self) -> Soap | None:
        """The version of SOAP whose media type this is."""
        return _ENVELOPES.get(self.name)

    @property
    def is_package(self) -> bool:
        """Whether it is an MTOM package."""
        return self.name == _PACKAGE and self.parameters.get("type", "").lower() == _XOP

    @property
    def of_root(self) -> "MediaType | None":
        """Of the root part of a package (`application/xop+xml; type="text/xml"`): the envelope's own media type."""
        inner = MediaType.parse(self.parameters.get("type", "")) if self.name == _XOP else None
        if not inner or not inner.soap:
            return None
        return MediaType(inner.name, {**inner.parameters, **{k: v for k, v in self.parameters.items() if k != "type"}})


def media_type(headers: Mapping[str, str]) -> MediaType:
    """The media type of a request. Raises UnsupportedMedia for any other than the three, and for compressed ones."""
    if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise UnsupportedMedia("Compressed requests are not taken here.", ("Accept-Encoding", "identity"))
    text = headers.get("content-type", "")
    media = _USUAL.get(text) or MediaType.parse(text)
    if media is None or not (media.soap or media.is_package):
        raise UnsupportedMedia(
            "A request is text/xml (SOAP 1.1), application/soap+xml (SOAP 1.2), or either in an MTOM package "
            "(multipart/related with type application/xop+xml).",
            ("Accept", "text/xml, application/soap+xml, multipart/related"),
        )
    return media


_USUAL = {
    text: MediaType.parse(text)
    for text in ("text/xml", "text/xml; charset=utf-8", "text/xml;charset=UTF-8", "text/xml; charset=UTF-8",
                 "application/soap+xml", "application/soap+xml; charset=utf-8")
}  # fmt: skip


def wants_package(headers: Mapping[str, str], request: MediaType) -> bool:
    """Whether the answer may be an MTOM package: the request was one, or Accept names multipart/related."""
    if request.is_package:
        return True
    accept = headers.get("accept", "")
    if "multipart" not in accept.lower():
        return False
    for choice in accept.split(","):
        media = MediaType.parse(choice)
        if media and media.name == _PACKAGE:
            return not re.fullmatch(r"0(\.0*)?", media.parameters.get("q", "1"))
    return False
