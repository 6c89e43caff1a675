"""`ask`: what does a foreign permit say? Fetched from the country that issued it, shown box by box."""

import base64
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import plain, voice
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson, Directory, TokenFile, settings_of, token
from gateway.cli.permit_view import as_json as permit_as_json
from gateway.cli.permit_view import view
from gateway.cli.verdict_view import as_json as verdict_as_json
from gateway.cli.verdict_view import view as verdict_view


def ask(
    country: Annotated[str, typer.Argument(metavar="COUNTRY", help="Country that issued the permit: MZ.")],
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Number of the permit, box 1.")],
    final: Annotated[bool, typer.Option("--final", help="The permit with box 14, as customs confirmed it.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep the document as it came in a new file.")
    ] = None,
    token_file: TokenFile = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Ask a partner country for a permit."""
    settings = settings_of(directory)
    token_id = token(token_file)
    with bootstrap.build(settings) as gateway:
        foreign = gateway.ask_partner.ask(country, number, token_id, final)
    if out is not None:
        _keep(out, foreign.reply.document)
    voice().show(verdict_view(foreign.verdict))
    voice().show(view(foreign.permit))
    for attachment in foreign.reply.attachments:
        voice().show(plain(f"Attachment: {attachment.name or '(without a name)'}, {len(attachment.content)} bytes"))
    if out is not None:
        voice().say(f"The document as it came is in {out}.")
    voice().tell(
        {"seal": verdict_as_json(foreign.verdict)}
        | permit_as_json(foreign.permit)
        | {
            "schema_version": foreign.reply.version,
            "document": foreign.reply.document.decode("utf-8", errors="replace"),
            "attachments": [
                {"name": attachment.name, "content": base64.b64encode(attachment.content).decode("ascii")}
                for attachment in foreign.reply.attachments
            ],
        }
    )


def _keep(out: Path, document: bytes) -> None:
    try:
        with out.open("xb") as file:
            file.write(document)
    except FileExistsError:
        raise CannotDo(f"{out} exists already.", "Name a new file after --out.") from None
