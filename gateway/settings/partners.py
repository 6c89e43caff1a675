"""Partner settings, [[partner]]: access of a partner here, and the address of its own service."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.partner import ALL_OPERATIONS, Access, OperationName, Partner, Visibility
from gateway.settings.dialects.names import DialectName
from gateway.settings.partner_tables.address import ServiceAddress
from gateway.settings.partner_tables.agreement import AgreementSettings
from gateway.settings.partner_tables.contact import ContactSettings
from gateway.settings.section import (
    Country,
    ExistingFile,
    Mistake,
    ProbeSeconds,
    Seconds,
    Section,
    matching,
    refuse_all,
)
from gateway.settings.security import Protection, SecuritySettings
from schemas import DEFAULT_VERSION, VersionName


class SoapVersion(StrEnum):
    """The SOAP version a partner speaks."""

    SOAP_1_1 = "1.1"
    SOAP_1_2 = "1.2"


def _fingerprint(text: str) -> str:
    plain = text.replace(":", "").lower()
    return matching(
        r"[0-9a-f]{64}", "must be SHA-256 fingerprints: 64 hexadecimal digits, colons allowed"
    )(plain)


def _serial(text: str) -> str:
    plain = text.replace(":", "").lower()
    return matching(
        r"[0-9a-f]{1,40}", "must be serial numbers in hexadecimal digits, colons allowed"
    )(plain)


class CertificateSettings(Section):
    """[[partner.certificate]]: a client certificate known by its CA and subject."""

    ca_file: ExistingFile
    """The CA that issues it, PEM."""

    subject: Annotated[str, Field(min_length=1, max_length=1000)]
    """Its whole subject: `CN=epix.example.za,O=DFFE,C=ZA`. Source: RFC 4514."""

    serials: tuple[Annotated[str, AfterValidator(_serial)], ...] = ()
    """Its serial number, hexadecimal; several during a renewal.

    Left out: any certificate of that CA and subject.
    """


class AccessSettings(Section):
    """[[partner.access]]: access of a partner at one authority."""

    authority: Annotated[
        str, AfterValidator(matching(r"[A-Z]{2}/[A-Za-z0-9._-]{1,35}", "must be as in MZ/ANAC"))
    ]
    """Country and code of an authority that is served here: `MZ/ANAC`."""

    operations: frozenset[OperationName] | None = None
    """Operations it may call there. Left out: as the partner's own."""

    visibility: Visibility | None = None
    """Permits of that authority it may see. Left out: as the partner's own."""


HeaderValue = Annotated[
    str, AfterValidator(matching(r"[ -~]{1,1000}", "must be a text in ASCII, in one line"))
]
"""Text of a header block. Services give such values out; none of theirs needs more."""

PartnerKey = Annotated[
    str,
    AfterValidator(
        matching(r"[a-z0-9][a-z0-9-]{0,34}", "must be 1 to 35 of a-z 0-9 -, not beginning with -")
    ),
]
"""Short name of a partner. It stands in paths and in the journal."""


class PartnerSettings(Section):
    """[[partner]]: a partner authority, its access here, and the address of its own service."""

    key: PartnerKey
    """Short name in log and journal. Never change it: confirmations are stored under it."""

    country: Country
    """The country it acts for."""

    enabled: bool = True
    """Whether it counts as a partner. False: it is refused, and never asked; its history stays."""

    contact: ContactSettings | None = None
    """The person to call there."""

    agreement: tuple[AgreementSettings, ...] = ()
    """Register of agreements: kinds of document of its country that need no paper here."""

    certificate_sha256: tuple[Annotated[str, AfterValidator(_fingerprint)], ...] = ()
    """Fingerprints of its client certificates: two during a renewal.

    None for a partner that never asks us.
    """

    certificates_file: ExistingFile | None = None
    """The certificates of these fingerprints, PEM, so that their end is known beforehand.

    It makes nobody a partner: fingerprints do.
    """

    client_ca_file: ExistingFile | None = None
    """CAs that issue its client certificates, PEM, besides `client_ca_file` of [server]."""

    certificate: tuple[CertificateSettings, ...] = ()
    """Rules for client certificates that its CA renews without notice to us.

    Besides fingerprints, or in place of them.
    """

    operations: frozenset[OperationName] = ALL_OPERATIONS
    """Operations it may call here. Left out: all."""

    visibility: Visibility = Visibility.NAMED
    """Permits it may see.

    `named`: those that name its country as exporting, importing or of transit. `all`: every permit.
    """

    access: tuple[AccessSettings, ...] = ()
    """Access authority by authority, in place of `operations` and `visibility`.

    An authority that is left out is closed to the partner.
    """

    empty_answers: bool = False
    """Whether it needs empty answers to ConfirmQuantities and ServiceState."""

    confirm_after_expiry: Literal["book", "refuse"] = "book"
    """What happens to its confirmation that comes after the last day of box 2.

    `book`: it is booked, with the finding V05. `refuse`: it gets the fault CertificateExpired.
    """

    address: ServiceAddress | None = None
    """Address of its service: https, or http on this machine. Left out: we never ask it."""

    dialect: DialectName | None = None
    """Dialect of its service, a file of conf/dialects. Left out: the standard one of `version`."""

    spelling: str = Field(default="", max_length=35)
    """Spelling of its operations, where its dialect has several. Left out: the usual one."""

    values: Mapping[str, HeaderValue] = Field(default_factory=dict, max_length=50)
    """[partner.values]: texts for header blocks of its dialect, by their name there."""

    version: VersionName = DEFAULT_VERSION
    """Schema version it answers in."""

    soap: SoapVersion = SoapVersion.SOAP_1_1
    """SOAP version it speaks."""

    final_operation: Literal["GetFinalCitesCertificate", "GetFinalCertificate"] = (
        "GetFinalCitesCertificate"
    )
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

    probe_seconds: ProbeSeconds | None = None
    """Seconds from one probe of it to the next; 0: no probes. Left out: as in [client]."""

    service_namespace: Annotated[str, Field(min_length=1, max_length=350)] | None = None
    """Namespace of its messages where it is not the contract's own."""

    seal_anchors_file: ExistingFile | None = None
    """CAs of the sealing certificates of its country, or these certificates themselves, PEM.

    Left out: no seal is trusted.
    """

    seal_revocation_list_file: ExistingFile | None = None
    """Revocation list of those CAs, PEM or DER. Read again whenever the file changes.

    Left out: a revoked sealing certificate is not noticed. Without a current list no seal counts.
    """

    must_seal: bool = False
    """Whether a permit of it without a valid seal is refused."""

    key_list_address: ServiceAddress | None = None
    """Address of its key list, by which its printed permits are verified without a network:
    `https://cites.example.za/check/keys/ZA`. Left out: `paper import-keys` alone brings it.
    """

    key_list_ca_file: ExistingFile | None = None
    """CAs the certificate of that address must come from, PEM. Left out: CAs of the system."""

    mismatch_address: ServiceAddress | None = None
    """Address at which its gateway takes differences of counts:
    `https://cites.example.za/epix/mismatches`. Left out: the queue goes to it as a file.
    """

    exchange_heads: bool = False
    """Whether it and we exchange heads of our journals, beside other messages."""

    security: SecuritySettings = Field(default_factory=SecuritySettings)
    """WS-Security as agreed with it. Left out: none."""

    @property
    def dialect_name(self) -> str:
        """Name of the dialect of its service."""
        return self.dialect or f"standard-{self.version}"

    @model_validator(mode="after")
    def _whole(self) -> Self:
        refuse_all((*self._seal_mistakes(), *self._address_mistakes()))
        return self

    def _seal_mistakes(self) -> Iterator[Mistake]:
        asking = ("must_seal", "seal_revocation_list_file", "exchange_heads", "key_list_address")
        wanting = next((key for key in asking if getattr(self, key)), None)
        if wanting and self.seal_anchors_file is None:
            yield "seal_anchors_file", f"must be given with {wanting}"
        if self.key_list_ca_file and self.key_list_address is None:
            yield "key_list_address", "must be given with key_list_ca_file"

    def _address_mistakes(self) -> Iterator[Mistake]:
        if self.address is None or not self.address.startswith("http://"):
            return
        if self.security.outgoing is Protection.USERNAME_TEXT:
            expected = "must not be username-text where address is plain http"
            yield "security.outgoing", expected

    @property
    def partner(self) -> Partner:
        """The partner as a domain object."""
        return Partner(
            self.key,
            self.country,
            Access(self.operations, self.visibility),
            self._access_at or None,
            self.empty_answers,
            self.confirm_after_expiry == "book",
        )

    @property
    def _access_at(self) -> dict[Authority, Access]:
        access_at = {}
        for access in self.access:
            country, _, code = access.authority.partition("/")
            operations = self.operations if access.operations is None else access.operations
            access_at[Authority(IsoCountryCode(country), code)] = Access(
                operations, access.visibility or self.visibility
            )
        return access_at
