"""New working directory: configuration, development keys and an empty database, or nothing."""

import json
import shutil
import tempfile
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from gateway import bootstrap
from gateway.cli.exits import CannotDo
from gateway.domain.codes import code_name
from gateway.domain.identifiers import IsoCountryCode
from gateway.hardening import FOLDER_MODE, private_opener
from gateway.settings import PUBLIC_ADDRESS, ServerMode, load_settings

if TYPE_CHECKING:
    from gateway.bootstrap import DevelopmentCa


@dataclass(frozen=True, slots=True)
class Plan:
    """Values of the configuration. listen: HOST:PORT, or the path of a Unix socket.

    code, name: of the authority.  address: that partners use, where it is not that of `listen`.
    """

    country: IsoCountryCode
    code: str = "MA"
    name: str = ""
    languages: tuple[str, ...] = ("en",)
    listen: str = "127.0.0.1:8443"
    mode: ServerMode = ServerMode.DIRECT_TLS
    address: str = ""

    @property
    def public_address(self) -> str:
        """Address for partners: the one that is given, else one that fits where it listens."""
        if self.address:
            return self.address
        scheme = "http" if self.mode is ServerMode.PLAIN_LOOPBACK else "https"
        return f"{scheme}://{self.listen}"

    @property
    def host(self) -> str:
        """Host of the address for partners, for a server certificate; localhost where it has none.

        The settings refuse an address without a host, with a better sentence.
        """
        found = PUBLIC_ADDRESS.fullmatch(self.public_address)
        return found["host"].strip("[]") if found else "localhost"

    @property
    def gateway_toml(self) -> str:
        """Text of conf/gateway.toml."""
        country = code_name("countries", self.country.text) or self.country
        name = self.name or f"Management Authority of {country}"
        return Template(template("gateway.toml")).substitute(
            public_address=quoted(self.public_address),
            country=quoted(self.country.text),
            code=quoted(self.code),
            name=quoted(name),
            languages=json.dumps(self.languages),
            listen=quoted(self.listen),
            mode=quoted(self.mode),
        )


def template(name: str) -> str:
    """Text of an example file."""
    return resources.files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


def quoted(text: str) -> str:
    """A TOML string."""
    return json.dumps(text, ensure_ascii=False)


def make(directory: Path, plan: Plan, ca: "DevelopmentCa", partners: str = "") -> None:
    """Make a working directory, readable by its owner alone.

    partners: tables for conf/partners.toml, after its explanation. Raises CannotDo where the
    directory has content already, SettingsInvalid for a plan that makes no valid configuration,
    ServiceUnavailable where the database cannot be made; then nothing is left behind.
    """
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise CannotDo(
            f"{directory} exists already and is not an empty folder.", "Name another folder."
        )
    # An empty folder that is there already may lie where its owner can make no other.
    is_there = directory.exists()
    place = directory.absolute() if is_there else directory.absolute().parent
    place.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=place))
    try:
        _fill(new, plan, ca, partners)
        bootstrap.migrate(load_settings(new))
        if is_there:
            _move_up(new)
        else:
            new.replace(directory)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def _move_up(folder: Path) -> None:
    """Move what is in a folder beside it, then remove the folder. conf/ comes last."""
    for path in sorted(folder.iterdir(), key=lambda path: path.name == "conf"):
        path.rename(folder.parent / path.name)
    folder.rmdir()
    folder.parent.chmod(FOLDER_MODE)


def _fill(directory: Path, plan: Plan, ca: "DevelopmentCa", partners: str) -> None:
    for folder in ("conf", "data", "keys"):
        (directory / folder).mkdir(mode=FOLDER_MODE)
    texts = {
        "gateway.toml": plan.gateway_toml,
        "partners.toml": template("partners.toml") + partners,
    }
    for name, text in texts.items():
        with open(directory / "conf" / name, "x", encoding="utf-8", opener=private_opener) as file:
            file.write(text)
    bootstrap.install_development_keys(directory, plan.country.text, ca, plan.host)
