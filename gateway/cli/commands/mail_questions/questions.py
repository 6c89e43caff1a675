"""`ask-by-mail` and `mail-questions`: an authority without a system is asked, and answers."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import (
    AsJson,
    Directory,
    IssuingCountry,
    PermitNumber,
    Person,
    settings_of,
)
from gateway.cli.views.mail_questions import questions as view

_MOST_LISTED = 200


def ask(
    country: IssuingCountry,
    number: PermitNumber,
    person: Person,
    boxes: Annotated[
        Path,
        typer.Option(
            metavar="FILE", help="Boxes as they stand on the paper, one a line: 11 A: 5 NAR"
        ),
    ],
    authority: Annotated[
        str,
        typer.Option(
            metavar="COUNTRY/CODE",
            help="For which authority, as MZ/MA.",
            show_default="the first of [gateway]",
        ),
    ] = "",
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Ask the authority of a country that has no system about a permit: it gets a link by mail.

    Its answer is a statement by mail, not the record of the issuing authority.
    """
    try:
        text = boxes.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise CannotDo(
            f"{boxes} cannot be read as UTF-8 text.", "Name a text file with the boxes."
        ) from None
    with bootstrap.open_mail_questions(settings_of(directory)) as part:
        asked = part.ask.ask(country, number, text, person, authority or next(iter(part.services)))
    output().print_lines(view.lines(asked))
    output().write_json(view.as_json(asked))


def list_all(
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """List the newest questions by mail, newest first."""
    with bootstrap.open_mail_questions(settings_of(directory)) as part:
        found = part.questions.newest(None, _MOST_LISTED)
    output().render(view.table(found))
    output().write_json([view.as_json(each) for each in found])


def show(
    question: Annotated[
        str, typer.Argument(metavar="ID", help="Of the question, as `list` has it.")
    ],
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Show a question by mail with its answer."""
    with bootstrap.open_mail_questions(settings_of(directory)) as part:
        found = part.questions.find(question)
    if found is None:
        raise CannotDo("No question has this id.", "`mail-questions list` has them.")
    output().print_lines(view.lines(found))
    output().write_json(view.as_json(found))
