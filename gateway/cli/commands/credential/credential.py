"""`credential`: verifiable credentials of permits. docs/credential.md has their form."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.commands.permits.ledger import Code, published_here
from gateway.cli.console import output
from gateway.cli.exits import CREDENTIALS, CannotDo
from gateway.cli.new_file import write_new
from gateway.cli.options import AsJson, Directory, IssuingCountry, PermitNumber, settings_of
from gateway.cli.views.credential import verdict as verdict_view
from gateway.cli.views.words import LanguageTag
from gateway.domain.credential.status_list import ListUnusable
from gateway.exchange.permits.own_permits import PermitName

_MOST_BYTES = 8 * 1024 * 1024
_DATA = "data:application/vc+jwt,"
_DATA_MODEL = "https://www.w3.org/ns/credentials/v2"

Out = Annotated[Path | None, typer.Option(metavar="FILE", help="New file to write.")]


def issue(
    country: IssuingCountry,
    number: PermitNumber,
    out: Out = None,
    enveloped: Annotated[
        bool, typer.Option("--enveloped", help="As EnvelopedVerifiableCredential, in JSON.")
    ] = False,
    authority: Code = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Issue the credential of a permit of ours, signed with the paper key.

    It says the boxes of the permit as issued. Its holder can show it to anybody.
    """
    with bootstrap.open_credential(settings_of(directory)) as part, published_here():
        made = part.issue.issue(PermitName(country, number, authority))
    text = _enveloped(made.token) if enveloped else made.token
    _write(text, out)
    credential = made.credential
    if credential.ends is None or credential.ends > made.key_ends:
        output().print_advice(
            f"! The certificate of its key ends on {made.key_ends:%Y-%m-%d}, before the permit"
            " does: after that day the credential has to be asked about."
        )
    output().write_json(
        {
            "credential": text,
            "id": credential.id,
            "issuer": credential.issuer,
            "status_list": credential.status_list,
            "status_index": credential.status_index,
        }
    )


def verify(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="A JWT, or JSON that envelops it. - for standard input.",
        ),
    ],
    status_list: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Status list that the credential names, as fetched."),
    ] = None,
    lang: Annotated[
        LanguageTag, typer.Option(help="Language of the form: English, French or Spanish.")
    ] = LanguageTag.ENGLISH,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Say what a credential is worth, without a network, and show its permit.

    Exit status 0 only where the authority signed it, it is in date and not known to be revoked; 26
    revoked, 45 altered, 46 signer unknown, 47 another algorithm, 53 key out of date, 56 key
    revoked, 57 expired, 58 ask first, 59 not valid yet, 62 no credential.
    """
    token = _token(file)
    held = _text(status_list) if status_list else None
    with bootstrap.open_credential(settings_of(directory)) as part:
        for each in part.paper.partner_lists.every():
            if each.problem:
                output().print_advice(
                    f"! The key list of {each.partner} is not used: {each.problem}"
                )
        found = part.verify.judge(token, held)
    output().render(verdict_view.view(found, lang.language))
    output().write_json(verdict_view.as_json(found, lang.language))
    raise typer.Exit(CREDENTIALS[found.status].status)


def status_list(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="End of the address that credentials name.")
    ] = "0-0",
    out: Out = None,
    directory: Directory = Path(),
) -> None:
    """Write a status list of ours, signed, as verifiers are served it.

    `0-0` is the list of permits that were never changed.
    """
    with bootstrap.open_credential(settings_of(directory)) as part:
        try:
            token = part.status_lists.token(name)
        except ListUnusable as why:
            raise CannotDo(str(why), "Its name is two numbers: 0-0.") from None
    _write(token, out)


def did(out: Out = None, directory: Directory = Path()) -> None:
    """Write the document of our issuer identifier, with its keys.

    The listener for people serves it at /.well-known/did.json.
    """
    with bootstrap.open_credential(settings_of(directory)) as part:
        document = part.did_document().decode()
    _write(document, out)


def _write(text: str, out: Path | None) -> None:
    if out:
        write_new(out, f"{text}\n".encode(), advice="Name a new file.")
        output().print(f"✓ {out}")
    else:
        output().print_lines(text.splitlines())


def _enveloped(token: str) -> str:
    """Source: W3C Verifiable Credentials Data Model 2.0, section 4.12.1."""
    return json.dumps(
        {
            "@context": _DATA_MODEL,
            "id": f"{_DATA}{token}",
            "type": "EnvelopedVerifiableCredential",
        }
    )


def _token(file: str) -> str:
    """The token of a file in either form. Raises CannotDo, OSError."""
    text = _standard_input() if file == "-" else _text(Path(file))
    if not text.startswith("{"):
        return text
    try:
        address = json.loads(text).get("id")
    except (ValueError, RecursionError):
        address = None
    if not isinstance(address, str) or not address.startswith(_DATA):
        raise CannotDo(
            "The file is JSON, and no EnvelopedVerifiableCredential.",
            "Give the JWT itself, or the JSON whose id begins with data:application/vc+jwt.",
        )
    return address.removeprefix(_DATA)


def _standard_input() -> str:
    return sys.stdin.buffer.read(_MOST_BYTES).decode("utf-8", errors="replace").strip()


def _text(file: Path) -> str:
    with file.open("rb") as opened:
        return opened.read(_MOST_BYTES).decode("utf-8", errors="replace").strip()
