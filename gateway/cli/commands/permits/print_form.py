"""`print`: the official form of a permit of ours as PDF/A-3, with QR code and sealed XML."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.commands.permits.ledger import Code, published_here
from gateway.cli.commands.permits.paper import PaperToken, read_token
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.new_file import write_new
from gateway.cli.options import AsJson, Directory, IssuingCountry, PermitNumber, settings_of
from gateway.cli.views.paper import code as code_view
from gateway.cli.views.paper.form import printed
from gateway.cli.views.words import LanguageTag
from gateway.exchange.permits.own_permits import PermitName


def print_form(
    country: IssuingCountry,
    number: PermitNumber,
    out: Annotated[Path, typer.Option(metavar="FILE", help="New file for the PDF.")],
    lang: Annotated[
        LanguageTag, typer.Option(help="Language of the form: English, French or Spanish.")
    ] = LanguageTag.ENGLISH,
    token_file: PaperToken = None,
    authority: Code = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Write the official form of a permit of ours as PDF, with a QR code that proves it.

    The sealed XML document is attached (PDF/A-3). Lines that do not fit stand on annex pages.
    """
    settings = settings_of(directory)
    name, token = PermitName(country, number, authority), read_token(token_file)
    if token and settings.paper is None:
        raise CannotDo("There is no code to put the token into.", "Name a key in [paper].")
    with bootstrap.open_paper(settings) as paper, published_here():
        found = paper.prepare.prepare(name)
        made = paper.issue.issue(name, token) if settings.paper else None
    form = printed(found, made, lang)
    write_new(out, bootstrap.form_pdf(form, bootstrap.now()), advice="Name a new file.")
    output().print(f"✓ {out}")
    for warning in code_view.warnings(made) if made else ():
        output().print_advice(warning)
    if made is None:
        output().print_advice("! It has no QR code: [paper] of conf/gateway.toml names no key.")
    output().write_json({"file": str(out), "lines": len(form.lines), "has_code": made is not None})
