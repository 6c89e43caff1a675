"""[[partner]]: who may knock at our door, and how we knock at theirs."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.partner import ALL_OPERATIONS, Access, OperationName, Partner, Sees
from gateway.settings.section import Country, ExistingFile, Seconds, Section, matching, wrong
from gateway.settings.security import Protection, SecuritySettings


class SoapVersion(StrEnum):
    """The SOAP version a partner speaks."""

    SOAP_1_1 = "1.1"
    SOAP_1_2 = "1.2"


def _fingerprint(text: str) -> str:
    plain = text.replace(":", "").lower()
    return matching(r"[0-9a-f]{64}", "must be SHA-256 fingerprints: 64 hexadecimal digits, colons allowed")(plain)


def _serial(text: str) -> str:
    plain = text.replace(":", "").lower()
    return matching(r"[0-9a-f]{1,40}", "must be serial numbers in hexadecimal digits, colons allowed")(plain)


class CertificateSettings(Section):
    """[[partner.certificate]]: a client certificate known by who issued it to whom, in place of its fingerprint."""

    ca_file: ExistingFile
    """The CA that issues it, PEM."""

    subject: Annotated[str, Field(min_length=1, max_length=1000)]
    """Its whole subject as RFC 4514 writes it: `CN=epix.example.za,O=DFFE,C=ZA`."""

    serials: tuple[Annotated[str, AfterValidator(_serial)], ...] = ()
    """Its serial number, hexadecimal; several during a renewal. Left out: any certificate of that CA and subject."""


class AccessSettings(Section):
    """[[partner.access]]: what a partner may do at one authority."""

    authority: Annotated[str, AfterValidator(matching(r"[A-Z]{2}/[A-Za-z0-9._-]{1,35}", "must be as in MZ/ANAC"))]
    """Country and code of an authority that is served here: `MZ/ANAC`."""

    operations: frozenset[OperationName] | None = None
    """What it may call there. Left out: as the partner's own."""

    sees: Sees | None = None
    """Which permits of that authority it may see. Left out: as the partner's own."""


class PartnerSettings(Section):
    """One partner authority: what it may do here, and what we need to know to ask it."""

    key: Annotated[
        str, AfterValidator(matching(r"[a-z0-9][a-z0-9-]{0,34}", "must be 1 to 35 of a-z 0-9 -, not beginning with -"))
    ]
    """Short name in log and journal. Do not change it later: confirmations are kept under it."""

    country: Country
    """The country it acts for."""

    certificate_sha256: tuple[Annotated[str, AfterValidator(_fingerprint)], ...] = ()
    """Fingerprints of its client certificates. Two during a renewal; none for a partner that never asks us."""

    certificate: tuple[CertificateSettings, ...] = ()
    """Rules for client certificates that come and go without a word to us. Besides, or in place of, fingerprints."""

    operations: frozenset[OperationName] = ALL_OPERATIONS
    """What it may call here. Left out: everything."""

    sees: Sees = Sees.NAMED
    """`named`: permits that name its country as exporting, importing or of transit. `all`: every permit."""

    access: tuple[AccessSettings, ...] = ()
    """Authority by authority, in place of `operations` and `sees`; one that is left out is closed to it."""

    empty_answers: bool = False
    """It wants the answers to ConfirmQuantities and ServiceState without anything inside."""

    address: (
        Annotated[str, AfterValidator(matching(r"https?://[^\s/@]+(/\S*)?", "must be the full address of its service"))]
        | None
    ) = None
    """Address of its service. Left out: it asks us, we do not ask it."""

    version: Literal["v1", "v2"] = "v2"
    """Schema version it answers in."""

    soap: SoapVersion = SoapVersion.SOAP_1_1
    """SOAP version it speaks."""

    final_operation: Literal["GetFinalCitesCertificate", "GetFinalCertificate"] = "GetFinalCitesCertificate"
    """Its name for the operation that gives the permit with box 14."""

    send_country: bool = True
    """Whether requests carry IsoCountryCode. Some services want none."""

    ca_file: ExistingFile | None = None
    """CAs its server's certificate must come from, PEM. Left out: `client.ca_file`."""

    connect_timeout_seconds: Seconds | None = None
    """How long a connection may take. Left out: as in [client]."""

    read_timeout_seconds: Seconds | None = None
    """How long it may be silent. Left out: as in [client]."""

    total_timeout_seconds: Seconds | None = None
    """How long a whole exchange may take. Left out: as in [client]."""

    service_namespace: Annotated[str, Field(min_length=1, max_length=350)] | None = None
    """Namespace of its messages where it is not the contract's own."""

    seal_anchors_file: ExistingFile | None = None
    """CAs of those who seal its country's permits, or their own certificates, PEM. Left out: no seal is trusted."""

    must_seal: bool = False
    """Whether its permits are taken only with a seal that holds."""

    @model_validator(mode="after")
    def _seals_can_be_judged(self) -> Self:
        if self.must_seal and self.seal_anchors_file is None:
            raise wrong("must be given with must_seal", key="seal_anchors_file")
        return self

    security: SecuritySettings = Field(default_factory=SecuritySettings)
    """WS-Security as agreed with it. Left out: none."""

    @model_validator(mode="after")
    def _password_is_encrypted(self) -> Self:
        plain = (self.address or "").startswith("http://")
        if plain and self.security.outgoing is Protection.USERNAME_TEXT:
            raise wrong("must not be username-text where address is plain http", key="security.outgoing")
        return self

    @model_validator(mode="after")
    def _encrypted(self) -> Self:
        if self.address and self.address.startswith("http://"):
            host = self.address.removeprefix("http://").partition("/")[0].rpartition(":")[0] or self.address[7:]
            if host not in ("127.0.0.1", "[::1]", "localhost"):
                raise wrong("must begin with https:// (plain http only reaches this machine)", key="address")
        return self

    @property
    def partner(self) -> Partner:
        """The partner as the rules know it."""
        return Partner(
            self.key, self.country, Access(self.operations, self.sees), self._access_at or None, self.empty_answers
        )

    @property
    def _access_at(self) -> dict[Authority, Access]:
        at = {}
        for one in self.access:
            country, _, code = one.authority.partition("/")
            operations = self.operations if one.operations is None else one.operations
            at[Authority(IsoCountryCode(country), code)] = Access(operations, one.sees or self.sees)
        return at
