"""Configuration probe: everything that the settings name is read and made once, without serving.

Settings are checked as text when they are loaded. Certificates, revocation lists, passwords and
keys are read only when a part of the gateway is made of them, so the probe makes each such part.
"""

from collections.abc import Callable, Iterator

from gateway.bootstrap.clock import now
from gateway.bootstrap.gateway import Gateway, build
from gateway.bootstrap.parts.callers import know_caller, revocation_warnings
from gateway.crypto.keys.configured import is_for_development
from gateway.crypto.keys.development import MARKER
from gateway.crypto.keys.expiry import expiries
from gateway.domain.errors import KeyUnusable, ServiceUnavailable, SettingsInvalid
from gateway.settings import Settings

_PARTS: tuple[Callable[[Gateway], object], ...] = (
    lambda gateway: gateway.store,
    lambda gateway: gateway.keys.token_hasher,
    lambda gateway: know_caller(gateway.settings, gateway.clock),
    lambda gateway: gateway.settings.partners and gateway.partners.endpoint_security,
    lambda gateway: gateway.settings.partners and gateway.partners.directory,
    lambda gateway: gateway.settings.partners and gateway.partners.ask,
    lambda gateway: gateway.settings.journal.timestamp_address and gateway.journal.timestamp,
)
"""Parts that are made of files: of CAs, revocation lists, message signers, passwords.

A part that the settings do not ask for is left out, because importing its libraries takes time.
"""


def probe(settings: Settings) -> Iterator[SettingsInvalid | KeyUnusable | ServiceUnavailable]:
    """Each problem once, partner by partner.

    ServiceUnavailable: the part needs the database, so it could not be tried.
    """
    reported = set()
    for partners in [(), *((partner,) for partner in settings.partners)]:
        with build(settings.model_copy(update={"partner": partners})) as gateway:
            for part in _PARTS:
                try:
                    part(gateway)
                except (SettingsInvalid, KeyUnusable, ServiceUnavailable) as problem:
                    if problem.text not in reported:
                        reported.add(problem.text)
                        yield problem


def certificate_warnings(settings: Settings) -> Iterator[str]:
    """Sentences on development certificates, what ends soon, and CAs without revocation."""
    if is_for_development(settings):
        yield f"development certificates, not for production, as the file {MARKER} says"
    yield from (str(expiry.sentence) for expiry in expiries(settings, now()) if expiry.is_soon)
    yield from revocation_warnings(settings, now)
