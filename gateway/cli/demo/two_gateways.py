"""Two gateways of the demonstration: a throw-away CA, two working directories, mutual partners."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway import bootstrap
from gateway.cli.addresses import bindable_near, with_free_port
from gateway.cli.exits import CannotDo
from gateway.cli.workdir import Plan, quoted
from gateway.cli.workdir import make as make_directory
from gateway.domain.identifiers import IsoCountryCode
from gateway.settings import ListenAddress, Settings, load_settings

_DESK_ADDRESS = ListenAddress("127.0.0.1", 8081)
"""Of the pages for people of South Africa; where it is taken, any free port."""
_READY_SECONDS = 90.0
"""On a busy machine a gateway takes half a minute to start."""


@dataclass(frozen=True, slots=True)
class Country:
    """A side of the exchange. records: its example file in adapters/national/examples."""

    plan: Plan
    directory: Path
    records: str

    @property
    def name(self) -> str:
        """Country and authority, for a person."""
        return f"{self.plan.name} ({self.plan.country})"

    @property
    def settings(self) -> Settings:
        """Its settings, independent of the environment variables of the process."""
        return load_settings(self.directory, {})


@dataclass(frozen=True, slots=True)
class TwoGateways:
    """Mozambique issues, South Africa asks."""

    mozambique: Country
    south_africa: Country

    @property
    def both(self) -> tuple[Country, Country]:
        """Mozambique, then South Africa."""
        return self.mozambique, self.south_africa


def make(folder: Path, *, with_desk: bool = False) -> TwoGateways:
    """Make both working directories in a folder. with_desk: South Africa serves people too."""
    ca = bootstrap.DevelopmentCa()
    mozambique = Country(
        Plan(IsoCountryCode("MZ"), "ANAC", "Mozambique", ("pt", "en"), free_address()),
        folder / "mozambique",
        "mozambique.json",
    )
    south_africa = Country(
        Plan(IsoCountryCode("ZA"), "DFFE", "South Africa", ("en",), free_address()),
        folder / "south-africa",
        "south_africa.csv",
    )
    for country in (mozambique, south_africa):
        make_directory(country.directory, country.plan, ca)
    introduce(mozambique, to=south_africa)
    introduce(south_africa, to=mozambique)
    if with_desk:
        _serve_people(south_africa)
    return TwoGateways(mozambique, south_africa)


def free_address() -> str:
    """Return an address of this machine with a free port."""
    return str(with_free_port(ListenAddress("127.0.0.1")))


def introduce(partner: Country, *, to: Country) -> None:
    """Register a gateway as a partner: its client certificate, and the address of its service."""
    code = partner.plan.country.text
    fingerprint = bootstrap.client_fingerprint(partner.directory)
    with (to.directory / "conf/partners.toml").open("a", encoding="utf-8") as file:
        file.write(
            f"\n[[partner]]\nkey = {quoted(code.lower())}\ncountry = {quoted(code)}\n"
            f"certificate_sha256 = [{quoted(fingerprint)}]\n"
            f"address = {quoted(partner.plan.public_address + '/epix/v2')}\n"
            'seal_anchors_file = "keys/dev-ca.pem"\nmust_seal = true\n'
        )


def _serve_people(country: Country) -> None:
    """Enable the pages for people, on this machine alone."""
    with (country.directory / "conf/gateway.toml").open("a", encoding="utf-8") as file:
        file.write(
            f"\n[web]\nenabled = true\nlisten = {quoted(str(bindable_near(_DESK_ADDRESS)))}\n"
            'second_factor = "offered"\n'
        )


@contextmanager
def serving(gateways: TwoGateways) -> Iterator[None]:
    """Both gateways as processes, for the length of the block, whatever ends it.

    Raises CannotDo for a gateway that does not get ready in time.
    """
    with ExitStack() as stack:
        for country in gateways.both:
            command = [
                sys.executable,
                "-m",
                "gateway",
                "serve",
                "--quiet",
                "--dir",
                str(country.directory),
            ]
            try:
                stack.enter_context(bootstrap.running(command, ready_seconds=_READY_SECONDS))
            except bootstrap.CannotServe as error:
                raise CannotDo(f"The gateway of {country.name} did not start: {error}.") from None
        yield
