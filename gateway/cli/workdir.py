"""What is in a new working directory? Configuration, development keys, an empty database; all of it or nothing."""

import json
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from string import Template

from gateway import bootstrap
from gateway.cli.exits import CannotDo
from gateway.domain.codes import code_name
from gateway.domain.identifiers import IsoCountryCode
from gateway.settings import ServerMode, load_settings
from gateway.signatures.development import MARKER, DevelopmentCa, write_secret
from gateway.signatures.key_purposes import Purpose
from gateway.signatures.keys import KeyFolder

_TOKEN_KEY_BYTES = 32
_MARK = """\
The keys here come from a development CA whose own key lies beside them: whoever can read this folder can be anybody.
Before a partner connects, get real certificates (`epix-gateway keys new server`, and so on for client and seal), name
the partners' real CAs in conf/, and remove this file. Without it `epix-gateway serve` refuses development certificates.
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is particular to one gateway. listen: HOST:PORT.  code, name: of its authority."""

    country: IsoCountryCode
    code: str = "MA"
    name: str = ""
    languages: tuple[str, ...] = ("en",)
    listen: str = "127.0.0.1:8443"
    mode: ServerMode = ServerMode.DIRECT_TLS

    @property
    def public_address(self) -> str:
        """Address that fits where it listens."""
        scheme = "http" if self.mode is ServerMode.PLAIN_LOOPBACK else "https"
        return f"{scheme}://{self.listen}"

    @property
    def gateway_toml(self) -> str:
        """Text of conf/gateway.toml."""
        name = self.name or f"Management Authority of {code_name('countries', self.country.text) or self.country}"
        return Template(template("gateway.toml")).substitute(
            public_address=quoted(self.public_address), country=quoted(self.country.text), code=quoted(self.code),
            name=quoted(name), languages=json.dumps(self.languages), listen=quoted(self.listen), mode=quoted(self.mode),
        )  # fmt: skip


def template(name: str) -> str:
    """Text of an example file."""
    return resources.files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


def quoted(text: str) -> str:
    """A TOML string."""
    return json.dumps(text, ensure_ascii=False)


def make(directory: Path, plan: Plan, ca: DevelopmentCa, partners: str = "") -> None:
    """Make a working directory, readable by its owner alone.

    partners: tables to stand in conf/partners.toml after its explanation.
    Raises CannotDo where there is something already, SettingsInvalid for a plan that makes no right configuration,
    ServiceUnavailable where the database cannot be made. Then nothing is there.
    """
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise CannotDo(f"{directory} exists already and is not an empty folder.", "Name another folder.")
    directory.absolute().parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.absolute().parent))
    try:
        _fill(new, plan, ca, partners)
        bootstrap.migrate(load_settings(new))
        new.replace(directory)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def _fill(directory: Path, plan: Plan, ca: DevelopmentCa, partners: str) -> None:
    for folder in ("conf", "data", "keys"):
        (directory / folder).mkdir()
    (directory / "conf/gateway.toml").write_text(plan.gateway_toml, encoding="utf-8")
    (directory / "conf/partners.toml").write_text(template("partners.toml") + partners, encoding="utf-8")
    keys = directory / "keys"
    ca.save(keys)
    country = plan.country.text
    pairs = {Purpose.SERVER: ca.server(country), Purpose.CLIENT: ca.client(country), Purpose.SEAL: ca.seal(country)}
    for purpose, pair in pairs.items():
        KeyFolder(keys, purpose).install("dev", pair.certificate, pair.key)
    (directory / MARKER).write_text(_MARK, encoding="utf-8")
    write_secret(keys / "token.key", secrets.token_bytes(_TOKEN_KEY_BYTES))
