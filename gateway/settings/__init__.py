"""Settings of a gateway: typed, frozen, and read once at start.

Each module holds the tables of one subject; `model` puts them together, `reading` reads files and
environment.
"""

from gateway.settings.authorities import (
    PUBLIC_ADDRESS,
    AuthoritySettings,
    GatewaySettings,
    PortalSettings,
)
from gateway.settings.client import ClientSettings
from gateway.settings.database import DatabaseSettings
from gateway.settings.dialects.load import load_dialect, load_dialects
from gateway.settings.journal import JournalSettings, MailSettings
from gateway.settings.listen_address import ListenAddress
from gateway.settings.model import Settings
from gateway.settings.operations import AlertSettings, OperationsSettings
from gateway.settings.partner_tables.agreement import AgreementSettings
from gateway.settings.partner_tables.contact import ContactSettings
from gateway.settings.partners import (
    AccessSettings,
    CertificateSettings,
    PartnerSettings,
    SoapVersion,
)
from gateway.settings.reading.load import (
    NamedFile,
    load_settings,
    settings_problems,
    spelled_origin,
    written_configuration,
)
from gateway.settings.report.queries import ReportQuerySettings
from gateway.settings.revocation import RevocationSettings, WhenSilent
from gateway.settings.seal import PaperSettings, SealSettings
from gateway.settings.section import files_named
from gateway.settings.security import MessageSecuritySettings, Protection, SecuritySettings
from gateway.settings.server import ServerMode, ServerSettings
from gateway.settings.species_plus.client import SpeciesPlusSettings
from gateway.settings.supporting.documents import SupportingDocumentSettings
from gateway.settings.tokens import LimitSettings, TokenSettings

__all__ = [
    "PUBLIC_ADDRESS",
    "AccessSettings",
    "AgreementSettings",
    "AlertSettings",
    "AuthoritySettings",
    "CertificateSettings",
    "ClientSettings",
    "ContactSettings",
    "DatabaseSettings",
    "GatewaySettings",
    "JournalSettings",
    "LimitSettings",
    "ListenAddress",
    "MailSettings",
    "MessageSecuritySettings",
    "NamedFile",
    "OperationsSettings",
    "PaperSettings",
    "PartnerSettings",
    "PortalSettings",
    "Protection",
    "ReportQuerySettings",
    "RevocationSettings",
    "SealSettings",
    "SecuritySettings",
    "ServerMode",
    "ServerSettings",
    "Settings",
    "SoapVersion",
    "SpeciesPlusSettings",
    "SupportingDocumentSettings",
    "TokenSettings",
    "WhenSilent",
    "files_named",
    "load_dialect",
    "load_dialects",
    "load_settings",
    "settings_problems",
    "spelled_origin",
    "written_configuration",
]
