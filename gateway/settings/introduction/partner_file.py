"""Partner file: all that an authority tells a partner about its gateway, in TOML; nothing secret.

`partners export` writes it and `partners add` reads it. It comes by mail, so it is read as hostile
input: its size is bounded before it is parsed, an unknown key is an error, and no value is used
before a person has compared the fingerprints with the sender.
"""

import json
import tomllib
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, ValidationError

from gateway.domain.codes import code_list
from gateway.domain.errors import SettingsInvalid
from gateway.domain.identifiers import IsoCountryCode
from gateway.settings.dialects.names import DialectName
from gateway.settings.partner_tables.address import ServiceAddress
from gateway.settings.partner_tables.contact import ContactSettings
from gateway.settings.reading.lines import line_of
from gateway.settings.reading.wording import expected_there, place_of, spelled
from gateway.settings.section import Country, Section, matching, wrong
from schemas import VersionName

MOST_BYTES = 256 * 1024
"""Longest file that is read. A certificate takes about 2 KB."""
_MOST_CHARACTERS_IN_A_LINE = 8_000
"""Long enough for a certificate in one line. A key of many parts costs the square of its length."""
_MOST_TABLES = 20

_Pem = Annotated[
    str,
    Field(max_length=64 * 1024),
    AfterValidator(
        matching(
            r"\s*(-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+",
            "must be certificates in PEM and nothing else",
        )
    ),
]
_Name = Annotated[str, Field(min_length=1, max_length=350)]
_Code = Annotated[
    str, AfterValidator(matching(r"[A-Za-z0-9._-]{1,35}", "must be 1 to 35 of A-Z a-z 0-9 . _ -"))
]


def _of_the_convention(country: IsoCountryCode) -> IsoCountryCode:
    if country.text not in code_list("countries"):
        raise wrong("must be a country code that CITES uses, such as MZ")
    return country


class AuthorityEntry(Section):
    """[[authority]]: a Management Authority behind the gateway."""

    code: _Code
    name: _Name


class ServiceEntry(Section):
    """[[service]]: the service of one schema version."""

    version: VersionName
    address: ServiceAddress
    soap: Annotated[tuple[Literal["1.1", "1.2"], ...], Field(min_length=1)] = ("1.1",)
    final_operation: Literal["GetFinalCitesCertificate", "GetFinalCertificate"] = (
        "GetFinalCitesCertificate"
    )
    send_country: bool = True
    dialect: DialectName | None = None
    """Name of a dialect that the reader has too. Left out: the standard one of `version`."""


class CertificateEntries(Section):
    """[certificates]: PEM, each the certificates alone, never a key."""

    client: _Pem | None = None
    """Client certificates it calls with: the one in use, and the next one before it changes."""

    client_ca: _Pem | None = None
    """CAs that issue them, with their roots."""

    server_ca: _Pem | None = None
    """CAs of its server's certificate. Left out: CAs that systems trust."""

    seal_anchors: _Pem | None = None
    """CAs of its sealing certificates, or these certificates themselves."""


class PartnerFile(Section):
    """The whole file. format: of the file itself; another number is another kind of file."""

    format: Literal[1]
    made_at: AwareDatetime
    country: Annotated[Country, AfterValidator(_of_the_convention)]
    authority: Annotated[tuple[AuthorityEntry, ...], Field(min_length=1, max_length=_MOST_TABLES)]
    contact: ContactSettings | None = None
    service: Annotated[tuple[ServiceEntry, ...], Field(max_length=_MOST_TABLES)] = ()
    certificates: CertificateEntries = Field(default_factory=CertificateEntries)

    @property
    def made(self) -> datetime:
        """When it was made; aware."""
        return self.made_at


def read_partner_file(content: bytes, name: str) -> PartnerFile:
    """Read a partner's file. name: how sentences name it.

    Raises SettingsInvalid, naming line and key: the first problem, which says how many there are.
    """
    text = _text(content, name)
    try:
        data = json.dumps(tomllib.loads(text), default=str)
    except tomllib.TOMLDecodeError as error:
        raise SettingsInvalid(f"{name}: not TOML: {error}.", file=name) from None
    except RecursionError:
        raise SettingsInvalid(f"{name}: not TOML: nested too deeply.", file=name) from None
    try:
        return PartnerFile.model_validate_json(data, strict=True)
    except ValidationError as error:
        raise _first(error, text, name) from None


def _text(content: bytes, name: str) -> str:
    if len(content) > MOST_BYTES:
        raise SettingsInvalid(
            f"{name} is longer than {MOST_BYTES} bytes, so it is no partner's file.", file=name
        )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SettingsInvalid(
            f"{name} is in UTF-16; a partner's file is in UTF-8. Save it as UTF-8.", file=name
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SettingsInvalid(
            f"{name}, line {line}: a byte there is not UTF-8; a partner's file is text in UTF-8.",
            file=name,
            line=line,
        ) from None
    # TOML ends a line with LF or CR LF alone.
    text = text.replace("\r\n", "\n")
    for number, written in enumerate(text.split("\n"), 1):
        if len(written) > _MOST_CHARACTERS_IN_A_LINE:
            raise SettingsInvalid(
                f"{name}, line {number}: longer than {_MOST_CHARACTERS_IN_A_LINE} characters.",
                file=name,
                line=number,
            )
    return text


def _first(error: ValidationError, text: str, name: str) -> SettingsInvalid:
    details = {
        place_of(detail): detail for detail in error.errors(include_url=False, include_input=False)
    }
    # A list with a wrong table in it is reported as too short besides.
    inner = [
        place
        for place in details
        if not any(other[: len(place)] == place for other in details if other != place)
    ]
    found = [
        (
            line_of(text, place) or 0,
            spelled(place),
            expected_there(details[place], place, PartnerFile),
        )
        for place in inner
    ]
    line, key, expected = min(found)
    more = f" ({len(found) - 1} more problems)" if len(found) > 1 else ""
    where = f"{name}, line {line}" if line else name
    return SettingsInvalid(f"{where}: {key} {expected}{more}.", file=name, line=line, key=key)
