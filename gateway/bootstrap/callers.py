"""Who may call? From the settings to what tells callers apart."""

from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.partner import Access, Partner, Sees
from gateway.exchange.know_caller import AnyCaller, KnowCaller
from gateway.exchange.ports import Clock
from gateway.settings import Settings, WhenSilent
from gateway.signatures.callers import CallerJudge, CertificateRule, RevocationSetting

ANYONE = Partner("sandbox", IsoCountryCode("ZA"), Access(sees=Sees.ALL))
"""Whom the sandbox takes every caller for."""


def know_caller(settings: Settings, clock: Clock) -> KnowCaller | AnyCaller:
    """Tells callers apart. Raises SettingsInvalid for a CA file or subject that cannot be read."""
    if settings.sandbox:
        return AnyCaller(ANYONE)
    authorities = settings.server.client_ca_file
    assert authorities is not None  # noqa: S101  # the settings saw to it
    partners = settings.partners
    rules = [
        CertificateRule(partner.key, rule.ca_file, rule.subject, frozenset(int(text, 16) for text in rule.serials))
        for partner in partners
        for rule in partner.certificate
    ]
    revocation = [
        RevocationSetting(
            one.ca_file, one.list_file, one.ocsp_address, one.ocsp_timeout_seconds,
            accept_silence=one.when_silent is WhenSilent.ACCEPT,
        )
        for one in settings.revocation
    ]  # fmt: skip
    return KnowCaller(
        CallerJudge(authorities, rules, revocation, clock),
        {pin: partner.partner for partner in partners for pin in partner.certificate_sha256},
        {partner.key: partner.partner for partner in partners},
    )
