"""`partners export`: the file about this gateway that is sent to partners, and a page of it."""

from pathlib import Path
from typing import Annotated

import typer

import gateway
from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.new_file import write_new
from gateway.cli.options import AsJson, Directory, settings_of
from gateway.cli.views.partners.comparison import certificate_as_json
from gateway.cli.views.partners.page import page
from gateway.settings import Settings
from gateway.settings.introduction.toml_writing import partner_file_text

_ADVICE = "Name a new file; those of before stay as they were sent."


def export(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="File to write, in TOML; a page beside it, .txt.")
    ],
    country: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Which of our countries, where there are several."),
    ] = None,
    server_ca: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="CA of our server's certificate, PEM, where a proxy ends TLS.",
        ),
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Write the file that we send to partners: addresses, certificates, seal anchors, contact.

    It holds nothing secret. The page beside it is for the comparison by telephone.
    """
    settings = settings_of(directory)
    _require_new(file)
    ours = _country(settings, country)
    pem = server_ca.read_text(encoding="utf-8", errors="replace") if server_ca else None
    with bootstrap.open_introduction(settings) as introduction:
        made = introduction.our_file(ours, pem)
        certificates = introduction.certificates_of(made)
    text = page(made, certificates, file.name, gateway.__version__)
    write_new(file, partner_file_text(made).encode(), advice=_ADVICE)
    write_new(file.with_suffix(".txt"), text.encode(), advice=_ADVICE)
    output().print(f"✓ {file} and {file.with_suffix('.txt')}: send both to the partner.")
    for warning in _gaps(settings, {key for key, _ in certificates}):
        output().print(f"! {warning}", style="yellow")
    output().write_json(
        {
            "file": str(file),
            "page": str(file.with_suffix(".txt")),
            "certificates": [certificate_as_json(key, each) for key, each in certificates],
            "warnings": _gaps(settings, {key for key, _ in certificates}),
        }
    )


def _require_new(file: Path) -> None:
    if file.suffix == ".txt":
        raise CannotDo("The page gets the ending .txt.", "Name the file with the ending .toml.")
    for taken in (file, file.with_suffix(".txt")):
        if taken.exists():
            raise CannotDo(f"{taken} exists already.", _ADVICE)


def _country(settings: Settings, wanted: str | None) -> str:
    ours = dict.fromkeys(each.country.text for each in settings.gateway.authorities)
    if wanted is None and len(ours) == 1:
        return next(iter(ours))
    if wanted is None or wanted.upper() not in ours:
        raise CannotDo(
            f"Countries that are served here: {', '.join(ours)}.", "Name one with --country."
        )
    return wanted.upper()


def _gaps(settings: Settings, keys: set[str]) -> list[str]:
    """Sentences on what a partner will miss."""
    found = []
    if settings.gateway.contact is None:
        found.append("no contact: give [gateway.contact] in conf/gateway.toml")
    if "client" not in keys:
        found.append("no client certificate: we cannot ask this partner ([client])")
    elif "client_ca" not in keys:
        found.append("the CA of our client certificate is not known here: send it beside the file")
    if "server_ca" not in keys:
        found.append(
            "no CA of our server: right where systems trust it; else name it with --server-ca"
        )
    if "seal_anchors" not in keys:
        found.append("no seal: partners ask first about each of our permits ([seal])")
    return found
