"""Questions about a partner that has sent no file: its answers make one."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.domain.codes import code_name
from gateway.domain.errors import PartnerFailed
from gateway.settings.introduction.partner_file import PartnerFile, read_partner_file
from gateway.settings.introduction.toml_writing import file_text
from schemas import DEFAULT_VERSION, VERSIONS

if TYPE_CHECKING:
    from gateway.bootstrap import IntroductionPart


@dataclass(frozen=True, slots=True)
class GivenPartner:
    """Answers given as options. None: asked for on a terminal, where it is needed.

    offline: its server is not looked at, so its CA must be known by [client].
    """

    country: str | None
    address: str | None
    client_certificate: Path | None
    seal_anchors: Path | None
    offline: bool


def answered(introduction: "IntroductionPart", given: GivenPartner) -> PartnerFile:
    """The partner's file as the answers make it.

    The CA of its server is the one that it shows, unless our own settings trust it already. A known
    partner keeps its address: its new certificate alone may have come in a message.
    Raises CannotDo, SettingsInvalid.
    """
    country = (given.country or _asked("Country, ISO 3166", "--country")).upper()
    name = code_name("countries", country) or country
    is_known = any(each.country.text == country for each in introduction.settings.partner)
    address = given.address
    if address is None and not (is_known and given.client_certificate):
        address = _asked("Address of its service", "--address")
    ending = (address or "").rstrip("/").rpartition("/")[2]
    version = ending if ending in VERSIONS else DEFAULT_VERSION
    tables: dict[str, object] = {
        "format": 1,
        "made_at": introduction.clock(),
        "country": country,
        "authority": [{"code": "MA", "name": f"Management Authority of {name}"}],
        "service": [{"version": version, "address": address}] if address else None,
    }
    certificates = {
        key: file.read_text(encoding="utf-8", errors="replace")
        for key, file in (
            ("client", given.client_certificate),
            ("seal_anchors", given.seal_anchors),
        )
        if file
    }
    # Read once before anything is asked of the address: it may be no address at all.
    received = read_partner_file(file_text(tables, certificates).encode(), "your answers")
    if address and not given.offline and not introduction.is_trusted(received):
        certificates["server_ca"] = _server_ca(introduction, received)
    certificates |= introduction.divided(certificates.get("client", ""))
    return read_partner_file(file_text(tables, certificates).encode(), "your answers")


def _server_ca(introduction: "IntroductionPart", received: PartnerFile) -> str:
    try:
        pem = introduction.authorities_shown_by(introduction.service_in(received))
    except (PartnerFailed, ValueError) as problem:
        text = (
            problem.text if isinstance(problem, PartnerFailed) else "Its certificate is unreadable."
        )
        raise CannotDo(f"Nothing was changed. {text}", "Check the address.") from None
    if not pem:
        raise CannotDo(
            "Nothing was changed. Its server shows its own certificate and no CA above it.",
            "Ask the partner for its file, which names the CA: `epix-gateway partners export`.",
        )
    return pem


def _asked(question: str, option: str) -> str:
    if not sys.stdin.isatty():
        raise CannotDo(
            "There is neither a partner's file nor an answer to each question.",
            f"Name FILE, or give {option}.",
        )
    output().print("")
    return str(typer.prompt(question)).strip()
