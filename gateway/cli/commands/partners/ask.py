"""`ask`: a foreign permit, fetched from the country that issued it and shown box by box."""

import base64
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import labelled, output
from gateway.cli.exits import VERDICTS
from gateway.cli.new_file import write_new
from gateway.cli.options import (
    AsJson,
    Directory,
    IssuingCountry,
    PermitNumber,
    TokenFile,
    settings_of,
    token,
)
from gateway.cli.views.permit import as_json as permit_as_json
from gateway.cli.views.permit import view
from gateway.cli.views.verdict import as_json as verdict_as_json
from gateway.cli.views.verdict import view as verdict_view
from gateway.cli.views.words import LanguageTag, word
from gateway.domain.codes import Language
from gateway.exchange.permits.ask_partner import ForeignPermit


def ask(
    country: IssuingCountry,
    number: PermitNumber,
    final: Annotated[
        bool, typer.Option("--final", help="The permit with box 14, as customs confirmed it.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Keep the document as it came in a new file."),
    ] = None,
    token_file: TokenFile = None,
    lang: Annotated[
        LanguageTag, typer.Option(help="Language of the form: English, French or Spanish.")
    ] = LanguageTag.ENGLISH,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Ask a partner country for a permit.

    It is shown as the standard form of the Convention (Res. Conf. 12.3), blank boxes included.

    Exit status 0 only where its seal is valid, then and now; 44 without a seal, 45 where it is
    broken, 46 where the signer is not known, 53 where a certificate has expired since, 56 where it
    was revoked.
    """
    settings = settings_of(directory)
    token_id = token(token_file)
    with bootstrap.open_partners(settings) as partners:
        foreign = partners.ask.ask(country, number, token_id, final)
    if out is not None:
        write_new(out, foreign.reply.document, advice="Name a new file after --out.")
    _print(foreign, lang.language)
    if out is not None:
        output().print(word("document_kept", lang.language, file=out))
    output().write_json(_as_json(foreign, lang.language))
    row = VERDICTS[foreign.verdict.worth]
    if row.advice:
        output().print_advice(f"{foreign.verdict.reason} {row.advice}")
    raise typer.Exit(row.status)


def _print(foreign: ForeignPermit, language: Language) -> None:
    said = partial(word, language=language)
    if foreign.expired_since:
        last = foreign.expired_since - timedelta(days=1)
        text = said(
            "expired_since", since=f"{foreign.expired_since:%Y-%m-%d}", last=f"{last:%Y-%m-%d}"
        )
        output().render(labelled(said("permit_expired"), text, "bold red"))
    output().render(verdict_view(foreign.verdict, language))
    output().render(view(foreign.permit, language))
    for attachment in foreign.reply.attachments:
        name, size = attachment.name or said("without_name"), len(attachment.content)
        output().render(labelled(said("attachment"), said("attachment_size", name=name, size=size)))


def _as_json(foreign: ForeignPermit, language: Language) -> dict[str, object]:
    return (
        {
            "expired_since": foreign.expired_since.isoformat() if foreign.expired_since else None,
            "seal": verdict_as_json(foreign.verdict),
        }
        | permit_as_json(foreign.permit, language)
        | {
            "schema_version": foreign.reply.version,
            "document": foreign.reply.document.decode("utf-8", errors="replace"),
            "attachments": [
                {
                    "name": attachment.name,
                    "content": base64.b64encode(attachment.content).decode("ascii"),
                }
                for attachment in foreign.reply.attachments
            ],
        }
    )
