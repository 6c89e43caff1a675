"""All settings together, and what must fit between them."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from gateway.settings.doors import ClientSettings, ServerMode, ServerSettings
from gateway.settings.house import DatabaseSettings, GatewaySettings, LimitSettings, TokenSettings
from gateway.settings.journal import JournalSettings
from gateway.settings.operations import OperationsSettings
from gateway.settings.outbox import OutboxSettings
from gateway.settings.partners import PartnerSettings
from gateway.settings.revocation import RevocationSettings
from gateway.settings.seal import SealSettings
from gateway.settings.section import Section, wrong
from gateway.settings.security import MessageSecuritySettings


class Settings(Section):
    """Everything a gateway is told at start."""

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
    seal: SealSettings | None = None
    journal: JournalSettings = Field(default_factory=JournalSettings)
    message_security: MessageSecuritySettings | None = None
    revocation: tuple[RevocationSettings, ...] = ()
    partner: tuple[PartnerSettings, ...] = ()

    @model_validator(mode="after")
    def _partners_can_be_told_apart(self) -> Self:
        keys: set[str] = set()
        fingerprints: set[str] = set()
        for index, partner in enumerate(self.partner):
            if partner.key in keys:
                raise wrong(f"must not be {partner.key}: another partner has that key", key=f"partner.{index}.key")
            if fingerprints.intersection(partner.certificate_sha256):
                raise wrong("must not hold a certificate of another partner", key=f"partner.{index}.certificate_sha256")
            keys.add(partner.key)
            fingerprints.update(partner.certificate_sha256)
        return self

    @model_validator(mode="after")
    def _rules_fit_one_partner(self) -> Self:
        subjects: dict[str, str] = {}
        for index, partner in enumerate(self.partner):
            for number, rule in enumerate(partner.certificate):
                if subjects.setdefault(rule.subject, partner.key) != partner.key:
                    raise wrong(
                        "must not be that of another partner", key=f"partner.{index}.certificate.{number}.subject"
                    )
        return self

    @model_validator(mode="after")
    def _one_address_per_country(self) -> Self:
        countries: set[str] = set()
        for index, partner in enumerate(self.partner):
            if partner.address and partner.country.text in countries:
                raise wrong(
                    "must not be given: another partner of this country has one", key=f"partner.{index}.address"
                )
            if partner.address:
                countries.add(partner.country.text)
        return self

    @model_validator(mode="after")
    def _a_key_to_sign_with(self) -> Self:
        for index, partner in enumerate(self.partner):
            if partner.security.signs and self.message_security is None:
                key = "sign_answers" if partner.security.sign_answers else "outgoing"
                raise wrong(
                    "needs our key: give [message_security] in conf/gateway.toml", key=f"partner.{index}.security.{key}"
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
                    raise wrong(f"must be an authority that is served here: {', '.join(sorted(served))}", key=key)
                if authority in named[:number]:
                    raise wrong("must not name one authority twice", key=key)
        return self

    @property
    def sandbox(self) -> bool:
        """Whether anybody on this machine is taken for a partner."""
        return self.server.mode is ServerMode.PLAIN_LOOPBACK

    @property
    def partners(self) -> tuple[PartnerSettings, ...]:
        """The partners, in the order of conf/partners.toml."""
        return self.partner
