"""Every setting of a gateway, typed and frozen, read once at start."""

from gateway.settings.doors import ClientSettings, ListenAddress, ServerMode, ServerSettings
from gateway.settings.house import (
    AuthoritySettings,
    DatabaseSettings,
    GatewaySettings,
    LimitSettings,
    TokenSettings,
)
from gateway.settings.model import Settings
from gateway.settings.partners import PartnerSettings, SoapVersion
from gateway.settings.reading import load_settings, settings_problems

__all__ = [
    "AuthoritySettings",
    "ClientSettings",
    "DatabaseSettings",
    "GatewaySettings",
    "LimitSettings",
    "ListenAddress",
    "PartnerSettings",
    "ServerMode",
    "ServerSettings",
    "Settings",
    "SoapVersion",
    "TokenSettings",
    "load_settings",
    "settings_problems",
]
