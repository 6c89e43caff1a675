"""`ask`: a foreign permit, fetched from the country that issued it, judged, shown box by box."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import labelled, output
from gateway.cli.exits import SUMMARIES
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
from gateway.cli.views.foreign.summary import as_json as summary_as_json
from gateway.cli.views.foreign.summary import findings_view
from gateway.cli.views.foreign.summary import view as summary_view
from gateway.cli.views.foreign.verdict import as_json as verdict_as_json
from gateway.cli.views.foreign.verdict import view as verdict_view
from gateway.cli.views.permit import as_json as permit_as_json
from gateway.cli.views.permit import view
from gateway.cli.views.words import LanguageTag, word
from gateway.cli.wording import described, sentence
from gateway.domain.codes import Language
from gateway.exchange.permits.foreign.ask_partner import ForeignPermit, NotShown

_MINUTE = "%Y-%m-%d %H:%M UTC"


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
        LanguageTag, typer.Option(help="Language of all that is shown: English, French or Spanish.")
    ] = LanguageTag.ENGLISH,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Ask a partner country for a permit.

    A summary comes first: may pass, ask first or do not accept, with its reasons. The permit is
    shown as the standard form of the Convention (Res. Conf. 12.3), blank boxes included.

    Exit status 0 only where it may pass; 58 where the issuing authority has to be asked first, 59
    where it must not be accepted.
    """
    settings = settings_of(directory)
    token_id = token(token_file)
    with bootstrap.open_partners(settings) as partners:
        answer = partners.ask.ask(country, number, token_id, final)
    if out is not None and isinstance(answer, ForeignPermit):
        write_new(out, answer.reply.document, advice="Name a new file after --out.")
    output().render(summary_view(answer.summary, lang.language))
    if isinstance(answer, NotShown):
        _print_refusal(answer, lang.language)
    else:
        _print_permit(answer, out, lang.language)
    outcome = answer.summary.outcome
    if SUMMARIES[outcome]:
        output().print_advice(outcome.advice(lang.language))
    raise typer.Exit(SUMMARIES[outcome])


def _print_refusal(refused: NotShown, language: Language) -> None:
    """Print why the permit is not shown."""
    if refused.verdict:
        output().render(verdict_view(refused.verdict, language))
    seal = {"seal": verdict_as_json(refused.verdict)} if refused.verdict else {}
    output().write_json(
        summary_as_json(refused.summary, language=language)
        | {"error": described(refused.error)}
        | seal
    )
    output().print_error(sentence(refused.error))


def _print_permit(foreign: ForeignPermit, out: Path | None, language: Language) -> None:
    _print(foreign, language)
    if out is not None:
        output().print(word("document_kept", language, file=out))
    output().write_json(_as_json(foreign, language))


def _print(foreign: ForeignPermit, language: Language) -> None:
    said = partial(word, language=language)
    if foreign.expired_since:
        last = foreign.expired_since - timedelta(days=1)
        text = said(
            "expired_since", since=f"{foreign.expired_since:%Y-%m-%d}", last=f"{last:%Y-%m-%d}"
        )
        output().render(labelled(said("permit_expired"), text, "bold red"))
    for text in _news_of_partner(foreign, language):
        output().print(text)
    output().render(verdict_view(foreign.verdict, language))
    output().render(findings_view(foreign.findings, language))
    output().render(view(foreign.permit, language))
    for attachment in foreign.reply.attachments:
        name, size = attachment.name or said("without_name"), len(attachment.content)
        output().render(labelled(said("attachment"), said("attachment_size", name=name, size=size)))


def _news_of_partner(foreign: ForeignPermit, language: Language) -> Iterator[str]:
    """Availability data of a partner that could not be reached."""
    lately = foreign.lately
    if lately.good_at and lately.since_good is not None:
        minutes = int(lately.since_good.total_seconds() // 60)
        yield word("partner_last_good", language, minutes=minutes, at=f"{lately.good_at:{_MINUTE}}")
    if window := lately.window:
        yield word("partner_away", language, until=f"{window.ends_at:{_MINUTE}}")


def _as_json(foreign: ForeignPermit, language: Language) -> dict[str, object]:
    return (
        summary_as_json(foreign.summary, foreign.findings, language)
        | {
            "fetched": foreign.fetched.isoformat() if foreign.fetched else None,
            "partner_last_good": (
                foreign.lately.good_at.isoformat() if foreign.lately.good_at else None
            ),
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
