"""Identification of callers, made from the settings: CAs, certificate rules, revocation."""

from collections.abc import Iterator

from gateway.crypto.callers.judge import CallerJudge, CertificateRule, RevocationSetting
from gateway.exchange.ports import Clock
from gateway.exchange.sandbox.cases import CALLER
from gateway.exchange.service.identify_caller import AnyCaller, IdentifyCaller
from gateway.settings import Settings, WhenSilent


def know_caller(settings: Settings, clock: Clock) -> IdentifyCaller | AnyCaller:
    """Identify callers by their certificate; without TLS every caller is that of the sandbox.

    Raises SettingsInvalid for a CA file or subject that cannot be read.
    """
    partners = settings.partners
    if settings.takes_any_caller:
        configured = (each.partner for each in partners if each.key == CALLER.key)
        return AnyCaller(next(configured, CALLER))
    return IdentifyCaller(
        _judge(settings, clock),
        {pin: partner.partner for partner in partners for pin in partner.certificate_sha256},
        {partner.key: partner.partner for partner in partners},
    )


def revocation_warnings(settings: Settings, clock: Clock) -> Iterator[str]:
    """Sentences on CAs of callers whose certificates are not checked, while those of others are.

    Without any [[revocation]] there are none: then it is left out on purpose.
    Raises SettingsInvalid as `know_caller`.
    """
    if settings.takes_any_caller or not settings.revocation:
        return
    judge = _judge(settings, clock)
    for subject in judge.without_revocation:
        yield (
            f"certificates of {subject} are not checked for revocation, as those of other"
            " authorities are: it has no [[revocation]] in conf/gateway.toml"
        )
    for subject in judge.unknown_in_revocation:
        yield (
            f"a [[revocation]] in conf/gateway.toml is for {subject}, which issues no partner's"
            " certificate: no ca_file of [server] or of a partner holds its name and key"
        )


def _judge(settings: Settings, clock: Clock) -> CallerJudge:
    authorities = settings.server.client_ca_file
    assert authorities is not None  # noqa: S101  # required by the settings
    rules = [
        CertificateRule(
            partner.key,
            rule.ca_file,
            rule.subject,
            frozenset(int(text, 16) for text in rule.serials),
        )
        for partner in settings.partners
        for rule in partner.certificate
    ]
    revocation = [
        RevocationSetting(
            source.ca_file,
            source.list_file,
            source.ocsp_address,
            source.ocsp_timeout_seconds,
            soft_fail=source.when_silent is WhenSilent.ACCEPT,
        )
        for source in settings.revocation
    ]
    of_partners = [
        partner.client_ca_file for partner in settings.partners if partner.client_ca_file
    ]
    return CallerJudge(authorities, rules, revocation, clock, of_partners)
