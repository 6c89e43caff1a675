"""All settings together."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from gateway.dialects import Dialect
from gateway.settings.authorities import GatewaySettings, PortalSettings
from gateway.settings.client import ClientSettings
from gateway.settings.credential.issuer import CredentialSettings
from gateway.settings.database import DatabaseSettings
from gateway.settings.declarations.use import DeclarationSettings
from gateway.settings.dialects.load import load_dialect
from gateway.settings.journal import JournalSettings, MailSettings
from gateway.settings.operations import AlertSettings, OperationsSettings
from gateway.settings.outbox import OutboxSettings
from gateway.settings.partner_tables.mail_partner import MailPartnerSettings, mail_partner_mistakes
from gateway.settings.partners import PartnerSettings
from gateway.settings.reading.across import Tables, mistakes_across
from gateway.settings.report.queries import ReportQuerySettings
from gateway.settings.revocation import RevocationSettings
from gateway.settings.risk.weights import RiskSettings
from gateway.settings.seal import PaperSettings, SealSettings
from gateway.settings.section import Section, refuse_all
from gateway.settings.security import MessageSecuritySettings
from gateway.settings.server import ServerMode, ServerSettings
from gateway.settings.species_plus.client import SpeciesPlusSettings
from gateway.settings.supporting.documents import SupportingDocumentSettings
from gateway.settings.tokens import LimitSettings, TokenSettings
from gateway.settings.web.listener import WebSettings
from gateway.settings.web.retention import RetentionSettings
from gateway.settings.web.sign_on import sign_on_mistakes


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
    declarations: DeclarationSettings = Field(default_factory=DeclarationSettings)
    supporting_documents: SupportingDocumentSettings = Field(
        default_factory=SupportingDocumentSettings
    )
    risk: RiskSettings = Field(default_factory=RiskSettings)
    operations: OperationsSettings = Field(default_factory=OperationsSettings)
    portal: PortalSettings = Field(default_factory=PortalSettings)
    alerts: AlertSettings = Field(default_factory=AlertSettings)
    web: WebSettings = Field(default_factory=WebSettings)
    retention: RetentionSettings = Field(default_factory=RetentionSettings)
    species_plus: SpeciesPlusSettings = Field(default_factory=SpeciesPlusSettings)
    seal: SealSettings | None = None
    paper: PaperSettings | None = None
    credential: CredentialSettings | None = None
    journal: JournalSettings = Field(default_factory=JournalSettings)
    mail: MailSettings | None = None
    message_security: MessageSecuritySettings | None = None
    revocation: tuple[RevocationSettings, ...] = ()
    report_query: tuple[ReportQuerySettings, ...] = ()
    partner: tuple[PartnerSettings, ...] = ()
    mail_partner: tuple[MailPartnerSettings, ...] = ()

    @model_validator(mode="after")
    def _tables_fit_each_other(self) -> Self:
        given = (name for name in type(self).model_fields if getattr(self, name) is not None)
        refuse_all(
            mistakes_across(
                Tables(
                    self.gateway,
                    self.journal,
                    self.alerts,
                    self.client,
                    self.directory,
                    dict(enumerate(self.partner)),
                    frozenset(given),
                )
            )
        )
        asked = {each.country.text for each in self.partners if each.address}
        refuse_all(
            mail_partner_mistakes(self.mail_partner, has_server=self.mail is not None, asked=asked)
        )
        served = {str(each.identity) for each in self.gateway.authorities}
        refuse_all(sign_on_mistakes(self.web.sign_on, served))
        return self

    def dialect_of(self, partner: PartnerSettings) -> Dialect:
        """Return the dialect of a partner's service. Raises SettingsInvalid."""
        return load_dialect(partner.dialect_name, self.directory)

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
        """Whether this is the sandbox: its permits are invented, and its pages say so."""
        return self.server.mode.is_sandbox

    @property
    def takes_any_caller(self) -> bool:
        """Whether any caller on this machine counts as a partner."""
        return self.server.mode is ServerMode.PLAIN_LOOPBACK

    @property
    def partners(self) -> tuple[PartnerSettings, ...]:
        """The partners that are not disabled, in the order of conf/partners.toml."""
        return tuple(partner for partner in self.partner if partner.enabled)
