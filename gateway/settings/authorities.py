"""Authority settings, [gateway]: address, authorities served; [portal]: words of their pages."""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, field_validator

from gateway.domain.codes import document_types
from gateway.domain.identifiers import Authority
from gateway.domain.ledger.endorsement import EndorsementRule, FinalAfter
from gateway.settings.partner_tables.contact import ContactSettings
from gateway.settings.section import Country, Section, matching, wrong
from schemas import DEFAULT_VERSION, VersionName

PUBLIC_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(:(?P<port>[0-9]{1,5}))?"
)
"""Form of an address that partners reach a gateway at: scheme, host and port alone."""


def _single_use(code: str) -> str:
    """Check that a code is that of a document type for one shipment."""
    document_type = document_types().get(code)
    if document_type is None:
        known = ", ".join(each.code for each in document_types().values() if not each.multi_use)
        raise wrong(f"must be the code of a document type: {known}")
    if document_type.multi_use:
        raise wrong("names a multi-use document, which collects endorsements anyway")
    return code


_OFFSET = re.compile(r"([+-])(0[0-9]|1[0-4]):([0-5][0-9])")


def _zone(text: str) -> tzinfo:
    """The time zone of a text. Raises ValueError, OSError for one that this machine does not know.

    ZoneInfoNotFoundError is a KeyError.
    """
    if text == "Z":
        return UTC
    if found := _OFFSET.fullmatch(text):
        offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
        return timezone(-offset if found[1] == "-" else offset)
    return ZoneInfo(text)


def _known_zone(text: str) -> str:
    try:
        _zone(text)
    except (ValueError, OSError, KeyError):
        raise wrong(
            "must be an offset such as +02:00, Z, or a zone that this machine knows, such as"
            " Africa/Maputo"
        ) from None
    return text


class AuthoritySettings(Section):
    """[[gateway.authorities]]: a Management Authority this gateway answers for."""

    country: Country
    """The country it issues permits for."""

    code: Annotated[
        str,
        AfterValidator(matching(r"[A-Za-z0-9._-]{1,35}", "must be 1 to 35 of A-Z a-z 0-9 . _ -")),
    ]
    """Its own short name within the country, part of every permit's identity: `ANAC`."""

    name: Annotated[str, Field(min_length=1, max_length=350)]
    """Its full name, as people read it."""

    languages: tuple[
        Annotated[str, AfterValidator(matching(r"[a-z]{2}", "must be two letters such as pt"))], ...
    ] = ("en",)
    """Languages it works in, ISO 639 two letters, the preferred one first."""

    final_after: FinalAfter = FinalAfter.ANY
    """Confirmation that makes a permit final.

    `any`: that of any entitled partner. `export`: only that of customs at export.
    """

    time_zone: Annotated[str, AfterValidator(_known_zone)] = "Z"
    """Zone of plain dates in its records: `+02:00`, `Z`, or a name such as `Europe/Zurich`.

    `time_zone` of a record goes before it.
    """

    partial_shipments: tuple[Annotated[str, AfterValidator(_single_use)], ...] = ()
    """Document types that its law lets be used up in several shipments, by code: `EXPORT`."""

    @property
    def rule(self) -> EndorsementRule:
        """The rule of its law for box 14."""
        return EndorsementRule(self.final_after, frozenset(self.partial_shipments))

    @property
    def zone(self) -> tzinfo:
        """The zone of `time_zone`."""
        return _zone(self.time_zone)

    @property
    def identity(self) -> Authority:
        """Country and code together."""
        return Authority(self.country, self.code)


class GatewaySettings(Section):
    """[gateway]: the address partners use, and the authorities behind it."""

    public_address: Annotated[
        str,
        AfterValidator(
            matching(
                PUBLIC_ADDRESS.pattern,
                "must be http:// or https:// with a host and nothing behind it, such as"
                " https://epix.example.mz",
            )
        ),
    ]
    """Address at which partners reach us, without a path; the WSDL adds /epix/v1 or /epix/v2."""

    hub_answers: VersionName = DEFAULT_VERSION
    """Contract version of the answers at /epix/hub, the address for clients of the hub."""

    authorities: tuple[AuthoritySettings, ...]
    """The authorities served here: one, or several."""

    contact: ContactSettings | None = None
    """The person whom partners call, as `partners export` tells them."""

    @field_validator("authorities")
    @classmethod
    def _one_at_least_and_each_once(
        cls, authorities: tuple[AuthoritySettings, ...]
    ) -> tuple[AuthoritySettings, ...]:
        if not authorities:
            raise wrong("must hold at least one authority")
        if len({authority.identity for authority in authorities}) < len(authorities):
            raise wrong("must not name one authority (country and code) twice")
        return authorities


class PortalSettings(Section):
    """[portal]: words of the service pages for integrators, beside the contact of [gateway]."""

    support_hours: Annotated[str, Field(max_length=350)] = ""
    """When the contact answers, in words with time zone. Left out: nothing is said."""

    version_notice_months: Annotated[int, Field(ge=1, le=120)] = 12
    """Months between the announcement that a contract version ends, and its last day."""
