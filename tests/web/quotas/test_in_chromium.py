"""Page of quotas in Chromium: accessible, and whole at 320 pixels in each language."""

import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Browser

from gateway.bootstrap import add_sandbox_people, build
from gateway.bootstrap.clock import now
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.permit.quantity import Quantity
from gateway.domain.published import PublishedPermit
from gateway.domain.references.periods import Limits, Period
from gateway.domain.references.rows import ExportQuota
from gateway.domain.references.taxa import Taxon
from gateway.serving import running
from gateway.settings import load_settings
from gateway.web.people.languages import LANGUAGES
from tests.browser import (
    NARROW,
    WIDE,
    a_page,
    browser,  # noqa: F401 - a fixture
    is_cut_off,
    screenshot,
    start_chromium,  # noqa: F401 - a fixture
    violations,
)
from tests.builders import a_permit, a_position
from tests.reference_data import put
from tests.store.store_acts import publish
from tests.web.people.test_in_chromium import NARROWEST, sign_in

pytestmark = pytest.mark.slow
YEAR = now().year
ALL_YEAR = Period(date(YEAR, 1, 1), date(YEAR, 12, 31))
ANY = Limits(frozenset({"SKI"}), frozenset({"W", "R"}), frozenset())
TAXA = (
    Taxon(1, "Crocodylus niloticus", "SPECIES"),
    Taxon(2, "Panthera pardus", "SPECIES"),
    Taxon(3, "Loxodonta africana", "SPECIES"),
)
QUOTAS = (
    ExportQuota(1, "MZ", Decimal(1600), "", ANY, ALL_YEAR),
    ExportQuota(2, "MZ", Decimal(120), "", ANY, ALL_YEAR),
    ExportQuota(3, "MZ", Decimal(-1), None, Limits(), ALL_YEAR, "Tusks of 100 animals"),
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages for people of a gateway with quotas, one of them passed."""
    directory = tmp_path_factory.mktemp("quotas") / "mz"
    make(directory, Plan(IsoCountryCode("MZ")), DevelopmentCa())
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {
        "EPIX_WEB__ENABLED": "true",
        "EPIX_WEB__LISTEN": f"127.0.0.1:{port}",
        "EPIX_WEB__SECOND_FACTOR": "offered",
    }
    settings = load_settings(directory, environment)
    with build(settings) as gateway:
        add_sandbox_people(gateway)
        put(gateway.store.reference_data, "1", taxa=TAXA, quotas=QUOTAS)
        (owner,) = gateway.permits.served.authorities
        for at, (name, amount) in enumerate(
            [("Crocodylus niloticus", 900), ("Panthera pardus", 100), ("Panthera pardus", 45)]
        ):
            _publish(gateway.store, owner, at, name, amount)
    command = [sys.executable, "-m", "gateway", "serve", "--only", "web", "--dir", str(directory)]
    with running(command, environment):
        yield settings.web.address


def _publish(store: object, owner: Authority, at: int, name: str, amount: int) -> None:
    line = a_position(scientific_name=name, quantity=Quantity(Decimal(amount)), quota=None)
    permit = a_permit(f"MZ26EX00010{at}", positions=(line,), issued_at=now(), valid_until=now())
    later = replace(permit, valid_until=permit.issued_at.replace(year=YEAR + 1, day=1))
    publish(store, PublishedPermit(owner, later))


def test_the_page_is_accessible_and_whole_on_the_narrowest_screen(
    browser: Browser,  # noqa: F811
    address: str,
) -> None:
    with a_page(browser) as page:
        sign_in(page, address, "authority")
        page.get_by_role("link", name="Quotas").first.click()
        assert page.get_by_role("heading", level=1).inner_text() == f"Quotas of {YEAR}"
        assert page.get_by_text("passed", exact=True).count() == 2
        for width in (WIDE, NARROW):
            page.set_viewport_size({"width": width, "height": 900})
            screenshot(page, f"quotas-{width}")
        assert not violations(page)
        page.emulate_media(color_scheme="dark")
        assert not violations(page, "color-contrast")
        page.set_viewport_size({"width": NARROWEST, "height": 640})
        for name in LANGUAGES.values():
            page.get_by_role("button", name=name).click()
            assert not is_cut_off(page), name
