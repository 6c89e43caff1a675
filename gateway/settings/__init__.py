"""Every setting of a gateway, typed and frozen, read once at start."""

from gateway.settings.doors import ClientSettings, ListenAddress, ServerMode, ServerSettings
from gateway.settings.house import (
    AuthoritySettings,
    DatabaseSettings,
    GatewaySettings,
    LimitSettings,
    TokenSettings,
)
from gateway.settings.journal import JournalSettings
from gateway.settings.model import Settings
from gateway.settings.operations import OperationsSettings
from gateway.settings.partners import AccessSettings, CertificateSettings, PartnerSettings, SoapVersion
from gateway.settings.reading import load_settings, settings_problems
from gateway.settings.revocation import RevocationSettings, WhenSilent
from gateway.settings.seal import SealSettings
from gateway.settings.section import files_named
from gateway.settings.security import MessageSecuritySettings, Protection, SecuritySettings

__all__ = [
    "AccessSettings",
    "AuthoritySettings",
    "CertificateSettings",
    "ClientSettings",
    "DatabaseSettings",
    "GatewaySettings",
    "JournalSettings",
    "LimitSettings",
    "ListenAddress",
    "MessageSecuritySettings",
    "OperationsSettings",
    "PartnerSettings",
    "Protection",
    "RevocationSettings",
    "SealSettings",
    "SecuritySettings",
    "ServerMode",
    "ServerSettings",
    "Settings",
    "SoapVersion",
    "TokenSettings",
    "WhenSilent",
    "files_named",
    "load_settings",
    "settings_problems",
]
