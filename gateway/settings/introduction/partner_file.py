"""Partner file: all that an authority tells a partner about its gateway, in TOML; nothing secret.

`partners export` writes it and `partners add` reads it. It comes by mail, so it is read as hostile
input: its size is bounded before it is parsed, an unknown key is an error, and no value is used
before a person has compared the fingerprints with the sender.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field

from gateway.domain.codes import code_list
from gateway.domain.identifiers import IsoCountryCode
from gateway.settings.dialects.names import DialectName
from gateway.settings.partner_tables.address import ServiceAddress
from gateway.settings.partner_tables.contact import ContactSettings
from gateway.settings.reading.single_file import read_single_file
from gateway.settings.section import Country, Section, matching, wrong
from schemas import VersionName

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
    return read_single_file(PartnerFile, content, name, "partner's file")
