"""All settings together, and what must fit between them."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from gateway.settings.doors import ClientSettings, ServerSettings
from gateway.settings.house import DatabaseSettings, GatewaySettings, LimitSettings, TokenSettings
from gateway.settings.partners import PartnerSettings
from gateway.settings.section import Section, wrong


class Settings(Section):
    """Everything a gateway is told at start."""

    directory: Path
    """The working directory; no key of a file."""

    sandbox: bool = False
    """Throw-away data, any caller, loopback only; set by `serve --sandbox` alone, no key of a file."""

    gateway: GatewaySettings
    server: ServerSettings
    database: DatabaseSettings = Field(default_factory=DatabaseSettings)
    tokens: TokenSettings
    limits: LimitSettings = Field(default_factory=LimitSettings)
    client: ClientSettings = Field(default_factory=ClientSettings)
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

    @property
    def partners(self) -> tuple[PartnerSettings, ...]:
        """The partners, in the order of conf/partners.toml."""
        return self.partner
