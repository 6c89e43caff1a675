"""What does the configuration name that turns out to be of no use only when a gateway is made of it?"""

from collections.abc import Callable, Iterator

from gateway.bootstrap.gateway import Gateway, build
from gateway.domain.errors import KeyUnusable, ServiceUnavailable, SettingsInvalid
from gateway.settings import Settings

_PARTS: tuple[Callable[[Gateway], object], ...] = (
    lambda gateway: gateway.know_caller,
    lambda gateway: gateway.door_security,
    lambda gateway: gateway.partner_doors,
    lambda gateway: gateway.ask_partner,
    lambda gateway: gateway.journal.stamping,
)
"""All that is made of files that the settings name and have not read: of authorities, lists, signers, passwords."""


def unusable(settings: Settings) -> Iterator[SettingsInvalid | KeyUnusable | ServiceUnavailable]:
    """Each of them once, of every partner. The last where what takes the database could not be tried."""
    told = set()
    for partners in [(), *((partner,) for partner in settings.partners)]:
        with build(settings.model_copy(update={"partners": partners})) as gateway:
            for part in _PARTS:
                try:
                    part(gateway)
                except (SettingsInvalid, KeyUnusable, ServiceUnavailable) as problem:
                    if problem.text not in told:
                        told.add(problem.text)
                        yield problem
