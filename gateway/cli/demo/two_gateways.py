"""How do two gateways get to know each other? One throw-away CA, two working directories, each the other's partner."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway.cli.addresses import with_free_port
from gateway.cli.exits import CannotDo
from gateway.cli.workdir import Plan, quoted
from gateway.cli.workdir import make as make_directory
from gateway.domain.identifiers import IsoCountryCode
from gateway.serving import CannotServe, running
from gateway.settings import ListenAddress, Settings, load_settings
from gateway.signatures.certificates import certificates
from gateway.signatures.development import DevelopmentCa


@dataclass(frozen=True, slots=True)
class Country:
    """One side. records: its example file in adapters/national/examples."""

    plan: Plan
    directory: Path
    records: str

    @property
    def name(self) -> str:
        """Country and authority, for a person."""
        return f"{self.plan.name} ({self.plan.country})"

    @property
    def settings(self) -> Settings:
        """Its settings; the environment of whoever runs the demo does not reach into them."""
        return load_settings(self.directory, {})


@dataclass(frozen=True, slots=True)
class TwoGateways:
    """Mozambique issues, South Africa asks."""

    mozambique: Country
    south_africa: Country

    @property
    def both(self) -> tuple[Country, Country]:
        """Each of them."""
        return self.mozambique, self.south_africa


def make(folder: Path) -> TwoGateways:
    """Make both working directories in a folder."""
    ca = DevelopmentCa()
    mozambique = Country(
        Plan(IsoCountryCode("MZ"), "ANAC", "Mozambique", ("pt", "en"), _free()),
        folder / "mozambique",
        "mozambique.json",
    )
    south_africa = Country(
        Plan(IsoCountryCode("ZA"), "DFFE", "South Africa", ("en",), _free()),
        folder / "south-africa",
        "south_africa.csv",
    )
    for country in (mozambique, south_africa):
        make_directory(country.directory, country.plan, ca)
    _introduce(mozambique, to=south_africa)
    _introduce(south_africa, to=mozambique)
    return TwoGateways(mozambique, south_africa)


def _free() -> str:
    return str(with_free_port(ListenAddress("127.0.0.1")))


def _introduce(newcomer: Country, *, to: Country) -> None:
    """Register a gateway as a partner: its certificate for when it asks, its address for when it is asked."""
    (certificate,) = certificates((newcomer.directory / "keys/client/current/certificate.pem").read_bytes())
    code = newcomer.plan.country.text
    with (to.directory / "conf/partners.toml").open("a", encoding="utf-8") as file:
        file.write(
            f"\n[[partner]]\nkey = {quoted(code.lower())}\ncountry = {quoted(code)}\n"
            f"certificate_sha256 = [{quoted(certificate.sha256)}]\n"
            f"address = {quoted(newcomer.plan.public_address + '/epix/v2')}\n"
            'seal_anchors_file = "keys/dev-ca.pem"\nmust_seal = true\n'
        )


@contextmanager
def serving(gateways: TwoGateways) -> Iterator[None]:
    """Both as processes of their own, for as long as the block lasts, whatever ends it.

    Raises CannotDo if one does not get ready in time.
    """
    with ExitStack() as stack:
        for country in gateways.both:
            command = [sys.executable, "-m", "gateway", "serve", "--quiet", "--dir", str(country.directory)]
            try:
                stack.enter_context(running(command))
            except CannotServe as trouble:
                raise CannotDo(f"The gateway of {country.name} did not start: {trouble}.") from None
        yield
