"""All settings together, and the checks that span several tables."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from gateway.settings.authorities import GatewaySettings
from gateway.settings.client import ClientSettings
from gateway.settings.database import DatabaseSettings
from gateway.settings.journal import JournalSettings, MailSettings
from gateway.settings.operations import AlertSettings, OperationsSettings
from gateway.settings.outbox import OutboxSettings
from gateway.settings.partners import PartnerSettings
from gateway.settings.revocation import RevocationSettings
from gateway.settings.seal import SealSettings
from gateway.settings.section import Section, wrong
from gateway.settings.security import MessageSecuritySettings
from gateway.settings.server import ServerMode, ServerSettings
from gateway.settings.tokens import LimitSettings, TokenSettings


class Settings(Section):
    """The whole configuration of a gateway."""

    directory: Path
    """The working directory; no key of a file."""

    gateway: GatewaySettings
    server: ServerSettings
    database: DatabaseSettings = Field(default_factory=DatabaseSettings)
    tokens: TokenSettings
    limits: LimitSettings = Field(default_factory=LimitSettings)
    client: ClientSettings = Field(default_factory=ClientSettings)
    outbox: OutboxSettings = Field(default_factory=OutboxSettings)
    operations: OperationsSettings = Field(default_factory=OperationsSettings)
    alerts: AlertSettings = Field(default_factory=AlertSettings)
    seal: SealSettings | None = None
    journal: JournalSettings = Field(default_factory=JournalSettings)
    mail: MailSettings | None = None
    message_security: MessageSecuritySettings | None = None
    revocation: tuple[RevocationSettings, ...] = ()
    partner: tuple[PartnerSettings, ...] = ()

    @model_validator(mode="after")
    def _partners_are_distinct(self) -> Self:
        keys: set[str] = set()
        fingerprints: set[str] = set()
        for index, partner in enumerate(self.partner):
            if partner.key in keys:
                raise wrong(
                    f"must not be {partner.key}: another partner has that key",
                    key=f"partner.{index}.key",
                )
            if fingerprints.intersection(partner.certificate_sha256):
                raise wrong(
                    "must not hold a certificate of another partner",
                    key=f"partner.{index}.certificate_sha256",
                )
            keys.add(partner.key)
            fingerprints.update(partner.certificate_sha256)
        return self

    @model_validator(mode="after")
    def _certificate_rules_fit_one_partner(self) -> Self:
        subjects: dict[str, str] = {}
        for index, partner in enumerate(self.partner):
            for number, rule in enumerate(partner.certificate):
                if subjects.setdefault(rule.subject, partner.key) != partner.key:
                    raise wrong(
                        "must not be that of another partner",
                        key=f"partner.{index}.certificate.{number}.subject",
                    )
        return self

    @model_validator(mode="after")
    def _one_address_per_country(self) -> Self:
        countries: set[str] = set()
        for index, partner in enumerate(self.partner):
            if partner.address and partner.country.text in countries:
                raise wrong(
                    "must not be given: another partner of this country has one",
                    key=f"partner.{index}.address",
                )
            if partner.address:
                countries.add(partner.country.text)
        return self

    @model_validator(mode="after")
    def _signing_needs_a_key(self) -> Self:
        for index, partner in enumerate(self.partner):
            if partner.security.signs and self.message_security is None:
                key = "sign_answers" if partner.security.sign_answers else "outgoing"
                raise wrong(
                    "needs our key: give [message_security] in conf/gateway.toml",
                    key=f"partner.{index}.security.{key}",
                )
        return self

    @model_validator(mode="after")
    def _mails_have_a_server(self) -> Self:
        if self.journal.anchor_mail_to and self.mail is None:
            raise wrong("needs a server: give [mail]", key="journal.anchor_mail_to")
        if self.alerts.mail_to and self.mail is None:
            raise wrong("needs a server: give [mail]", key="alerts.mail_to")
        return self

    @model_validator(mode="after")
    def _heads_need_a_key(self) -> Self:
        for index, partner in enumerate(self.partner):
            if partner.exchange_heads and self.seal is None:
                raise wrong(
                    "needs our key: give [seal] in conf/gateway.toml",
                    key=f"partner.{index}.exchange_heads",
                )
        return self

    @model_validator(mode="after")
    def _access_to_authorities_served(self) -> Self:
        served = {str(authority.identity) for authority in self.gateway.authorities}
        for index, partner in enumerate(self.partner):
            named = [access.authority for access in partner.access]
            for number, authority in enumerate(named):
                key = f"partner.{index}.access.{number}.authority"
                if authority not in served:
                    raise wrong(
                        f"must be an authority that is served here: {', '.join(sorted(served))}",
                        key=key,
                    )
                if authority in named[:number]:
                    raise wrong("must not name one authority twice", key=key)
        return self

    @property
    def certificate_pins(self) -> dict[str, str]:
        """SHA-256 of each pinned client certificate -> key of its partner."""
        return {pin: partner.key for partner in self.partner for pin in partner.certificate_sha256}

    @property
    def anchors_heads(self) -> bool:
        """Whether heads of the journal are handed to any other place."""
        journal = self.journal
        places = (journal.anchor_file, journal.anchor_mail_to)
        return any(places) or any(partner.exchange_heads for partner in self.partner)

    @property
    def sandbox(self) -> bool:
        """Whether this is the sandbox, where any caller on this machine counts as a partner."""
        return self.server.mode is ServerMode.PLAIN_LOOPBACK

    @property
    def partners(self) -> tuple[PartnerSettings, ...]:
        """The partners, in the order of conf/partners.toml."""
        return self.partner
