"""Area of the customs desk, put together for the pages for people."""

from typing import Any

from gateway.bootstrap.gateway import Gateway


def customs_area(gateway: Gateway) -> Any:
    """The area of the customs desk. Raises SettingsInvalid, KeyUnusable, ServiceUnavailable."""
    from gateway.web.check.files import version
    from gateway.web.customs.area import area
    from gateway.web.customs.desk import CustomsDesk, HeldByDeclarations

    customs, directory = gateway.customs, gateway.customs.look_ups.partners
    waits = [partner.longest_seconds for partner in directory.partners.values()]
    return area(
        CustomsDesk(
            customs.look_ups,
            customs.counts,
            customs.verdicts,
            HeldByDeclarations(gateway.declarations.read, lambda: gateway.declarations.act),
            [country.text for country in directory.partners],
            customs.judge_code,
            max(waits, default=0.0),
            # The check page has the scanner, and is there where something is sealed.
            f"/check/{version()}" if gateway.settings.seal else "",
            gateway.clock,
        )
    )
