"""Media types: parsing of Content-Type, and the media types of SOAP envelopes and MTOM packages.

Source: RFC 9110, sections 5.6 and 8.3.1; RFC 2387; XOP 1.0, section 5; RFC 3902 (action).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.wire.soap_version import SoapVersion

MULTIPART = "multipart/related"

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - the `token` of RFC 9110, section 5.6.2
_TYPE = re.compile(rf"[ \t]*({_TOKEN}/{_TOKEN})[ \t]*")
_PARAMETER = re.compile(
    rf';[ \t]*(?:({_TOKEN})=(?:({_TOKEN})|"((?:[^"\\\x00-\x08\x0a-\x1f]|\\[\t -~])*)")[ \t]*)?'
)
_BARE_ACTION = re.compile(r""";[ \t]*(action)=([^\s;",]+)()[ \t]*(?=;|\Z)""", re.IGNORECASE)
"""An address without quotes (KDSoap): no token, as it has `:` and `/`, and nothing else either."""
_ENVELOPES = {soap.media_type: soap for soap in SoapVersion}
_XOP = "application/xop+xml"
_MAX_CHARACTERS = 1_024


@dataclass(frozen=True, slots=True)
class MediaType:
    """A parsed Content-Type.

    name: type and subtype in lower case.  parameters: values by lower-case name.
    """

    name: str
    parameters: Mapping[str, str]

    @classmethod
    def parse(cls, text: str) -> "MediaType | None":
        """None where the text is not exactly one media type, or names a parameter twice."""
        found = _TYPE.match(text) if len(text) <= _MAX_CHARACTERS else None
        if not found:
            return None
        parameters: dict[str, str] = {}
        at = found.end()
        while at < len(text):
            parameter = _BARE_ACTION.match(text, at) or _PARAMETER.match(text, at)
            if not parameter:
                return None
            name, bare, quoted = parameter.groups()
            if name:
                if name.lower() in parameters:
                    return None
                parameters[name.lower()] = (
                    bare if bare is not None else re.sub(r"\\(.)", r"\1", quoted)
                )
            at = parameter.end()
        return cls(found[1].lower(), parameters)

    @property
    def soap(self) -> SoapVersion | None:
        """The version of SOAP whose media type this is."""
        return _ENVELOPES.get(self.name)

    @property
    def is_package(self) -> bool:
        """Whether it is an MTOM package."""
        return self.name == MULTIPART and self.parameters.get("type", "").lower() == _XOP

    @property
    def of_root(self) -> "MediaType | None":
        """The media type of the envelope, out of that of a root part; None for any other part.

        The root part is `application/xop+xml; type="text/xml"`: the parameter `type` holds the
        envelope's own media type, the other parameters are the envelope's too.
        """
        inner = MediaType.parse(self.parameters.get("type", "")) if self.name == _XOP else None
        if not inner or not inner.soap:
            return None
        return MediaType(
            inner.name,
            {**inner.parameters, **{k: v for k, v in self.parameters.items() if k != "type"}},
        )
