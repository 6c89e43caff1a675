"""`paper`: codes of printed permits made and verified. docs/paper.md has their format."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.commands.permits.ledger import Code, published_here
from gateway.cli.console import output
from gateway.cli.exits import PAPERS, CannotDo
from gateway.cli.new_file import write_new
from gateway.cli.options import AsJson, Directory, IssuingCountry, PermitNumber, settings_of
from gateway.cli.views.paper import code as code_view
from gateway.cli.views.paper import verdict as verdict_view
from gateway.cli.views.words import LanguageTag
from gateway.domain.paper.digits import is_code
from gateway.domain.paper.verdict import PaperVerdict
from gateway.exchange.permits.own_permits import PermitName

_LONGEST_TEXT = 16 * 1024
_MOST_BYTES = 64 * 1024 * 1024
"""Of a picture; one that is cut there cannot be read."""
_ENDINGS = (".png", ".svg")

PaperToken = Annotated[
    str | None,
    typer.Option(
        "--token-file",
        metavar="FILE",
        help="Put the permit's token into the code: who scans it can ask us. - for standard input.",
    ),
]


def code(
    country: IssuingCountry,
    number: PermitNumber,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Picture of the QR code to write: .svg or .png."),
    ] = None,
    token_file: PaperToken = None,
    authority: Code = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Make the QR code of a permit of ours, for forms that another system prints.

    It says the boxes of the permit, signed, so that they can be verified without a network.
    """
    if out and out.suffix not in _ENDINGS:
        raise CannotDo(f"{out} is no name of a picture.", "End it with .svg or .png.")
    token = read_token(token_file)
    with bootstrap.open_paper(settings_of(directory)) as paper, published_here():
        made = paper.issue.issue(PermitName(country, number, authority), token)
    picture = bootstrap.qr_code(made.address)
    if out:
        content = picture.svg if out.suffix == ".svg" else picture.png
        write_new(out, content, advice="Name a new file.")
    if not out:
        output().print(made.address)
    for line in code_view.lines(made, picture, out):
        output().print_advice(line)
    output().write_json(code_view.as_json(made, picture))


def verify(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="Text of the QR code, or a picture of the permit: PNG, JPEG, PDF. - for standard"
            " input.",
        ),
    ],
    lists: Annotated[
        list[Path] | None,
        typer.Option(
            "--list",
            metavar="LIST",
            help="Key list to verify by, in place of those of a working directory. Repeatable.",
        ),
    ] = None,
    anchors: Annotated[
        Path | None,
        typer.Option(metavar="PEM", help="CAs of those who seal, which vouch for --list."),
    ] = None,
    lang: Annotated[
        LanguageTag, typer.Option(help="Language of the boxes: English, French or Spanish.")
    ] = LanguageTag.ENGLISH,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Say what the code of a printed permit proves, without a network, and what it cannot know.

    Exit status 0 only where the authority signed it, it is in date and not known to be withdrawn;
    26 withdrawn, 45 altered, 46 signer unknown, 53 key out of date, 56 key revoked, 57 expired, 58
    ask first, 59 not valid yet.
    """
    text = _text(file)
    verdict = _by_lists(text, lists, anchors) if lists else _by_directory(text, directory)
    output().render(verdict_view.view(verdict, lang.language))
    output().write_json(verdict_view.as_json(verdict, lang.language))
    raise typer.Exit(PAPERS[verdict.status].status)


def read_token(token_file: str | None) -> str | None:
    """The token for the code, from a file or standard input; None where none is named."""
    from gateway.cli.options import token

    return token(token_file) if token_file else None


def _read(file: Path) -> bytes:
    with file.open("rb") as content:
        return content.read(_MOST_BYTES)


def _by_directory(text: str, directory: Path) -> PaperVerdict:
    with bootstrap.open_paper(settings_of(directory)) as paper:
        held = list(paper.partner_lists.every())
        for each in held:
            if each.problem:
                output().print_advice(
                    f"! The key list of {each.partner} is not used: {each.problem}"
                )
        return paper.verify(held).judge(text)


def _by_lists(text: str, lists: list[Path], anchors: Path | None) -> PaperVerdict:
    if anchors is None:
        raise CannotDo("Nobody vouches for the key list.", "Name its CA: --anchors PEM.")
    return bootstrap.verifier_by_files(lists, anchors, bootstrap.now).judge(text)


def _text(file: str) -> str:
    """The text of the code. Raises CannotDo, InvalidRequest, OSError."""
    content = sys.stdin.buffer.read(_MOST_BYTES) if file == "-" else _read(Path(file))
    if bootstrap.is_picture(content):
        ours = [text for text in bootstrap.codes_in(content) if is_code(text)]
        if len(ours) != 1:
            raise CannotDo(
                f"The picture shows {len(ours) or 'no'} permit code{'s' if len(ours) > 1 else ''}"
                " that can be read.",
                "Take it again, flat, sharp and in good light, with one permit on it.",
            )
        return ours[0]
    return content[:_LONGEST_TEXT].decode("utf-8", errors="replace")
