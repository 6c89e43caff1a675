"""`keys`: list, make, request, import, rotate and retire keys. docs/keys.md walks through it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson, Directory, settings_of
from gateway.cli.running_server import Reload, reload
from gateway.cli.views import keys as key_view
from gateway.settings import ServerMode
from gateway.settings.section import credential_or_path

if TYPE_CHECKING:
    from gateway.bootstrap import KeyLifecycle, StoredKey

PurposeName = Literal["server", "client", "seal", "message", "paper"]
"""The purposes of keys; `gateway.crypto.keys.purposes` is too slow to import for a help page."""

For = Annotated[
    PurposeName, typer.Argument(metavar="PURPOSE", help="server, client, seal, message or paper.")
]
PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help=(
            "Its first line opens the key (credential:NAME: one of systemd's). Left out: as"
            " configured."
        ),
    ),
]

_SECTIONS = {"message": "message_security"}
_PARTNERS_FIRST = ("client", "message")
"""Purposes whose certificates partners pin, so that they must know the next one beforehand."""


def list_keys(
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Show every key: its purpose, its fingerprint for partners, and how long it lasts."""
    views = bootstrap.key_overview(settings_of(directory))
    output().render(key_view.blocks(views))
    output().write_json([key_view.as_json(view) for view in views])


def new(
    purpose: For,
    directory: Directory = Path(),
    kind: Annotated[Literal["ec-p256", "rsa-3072"], typer.Option(help="Kind of key.")] = "ec-p256",
    passphrase_file: PassphraseFile = None,
    no_passphrase: Annotated[
        bool,
        typer.Option(
            "--no-passphrase", help="Do not encrypt it; the file's permissions alone guard it."
        ),
    ] = False,
    pkcs11: Annotated[
        str | None, typer.Option(metavar="URI", help="Use this key of a token: pkcs11:...")
    ] = None,
) -> None:
    """Make the next key. The key in use stays in use until `keys rotate`."""
    keys = _keys(directory, purpose)
    secret = _passphrase_file(keys, passphrase_file)
    if pkcs11 and purpose in ("server", "client"):
        raise CannotDo("Keys for TLS are kept in files.", "Leave --pkcs11 out.")
    if secret is None and not no_passphrase:
        raise CannotDo(
            "There is no passphrase to encrypt the key with: passphrase_file of"
            f" [{_section(purpose)}] is not set.",
            "Write one into a file that only the gateway can read and name it there or with"
            " --passphrase-file; or say --no-passphrase.",
        )
    stored = keys.make(kind, secret, pkcs11, encrypted=not no_passphrase)
    output().print(f"✓ {stored.key} is the next key for {purpose}.")
    output().print(f"Next: epix-gateway keys request {purpose}{_in(directory)}")


def request(
    purpose: For,
    directory: Directory = Path(),
    passphrase_file: PassphraseFile = None,
    development: Annotated[
        bool,
        typer.Option(
            "--development", help="Let the development CA of this directory answer at once."
        ),
    ] = False,
) -> None:
    """Write the request for the next key's certificate, for the national CA."""
    keys = _keys(directory, purpose)
    stored = _next(keys)
    host = urlsplit(keys.settings.gateway.public_address).hostname or ""
    subject = keys.request(stored, host, _passphrase_file(keys, passphrase_file))
    output().print(f"✓ {stored.request} asks for: {subject}")
    answer = "FILE"
    if development:
        if not keys.is_for_development:
            raise CannotDo(
                f"This working directory is not marked for development ({bootstrap.MARKER}).",
                "Send the request to the national CA instead.",
            )
        answer = str(keys.certify_for_development(stored))
        output().print(f"✓ The development CA has answered: {answer}")
    else:
        output().print(
            "Send it to the CA. It answers with a certificate; put that in place with all those"
            " above it."
        )
    output().print(f"Next: epix-gateway keys import {purpose} {answer}{_in(directory)}")


def import_(
    purpose: For,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What the CA has issued, PEM.")],
    chain: Annotated[
        list[Path] | None,
        typer.Option("--chain", metavar="FILE", help="CA certificates above it, PEM. Repeatable."),
    ] = None,
    directory: Directory = Path(),
    passphrase_file: PassphraseFile = None,
) -> None:
    """Take the certificate of the next key, if it fits.

    It must fit the key, the purpose and the date, and lead to a root.
    """
    keys = _keys(directory, purpose)
    secret = _passphrase_file(keys, passphrase_file)
    stored = _next(keys)
    found = keys.import_certificate(stored, [file, *(chain or ())], secret)
    output().print(f"✓ {stored.certificate}: {found[0].subject}, {len(found)} in its chain")
    output().print(f"  SHA-256 {found[0].sha256}")
    if purpose in _PARTNERS_FIRST:
        output().print(
            "Send this certificate and its fingerprint to every partner (that of a client stands"
            " in the file of `epix-gateway partners export`), and wait until all have entered it"
        )
        output().print("beside the one they know (certificate_sha256 takes several). Then:")
    output().print(f"Next: epix-gateway keys rotate {purpose}{_in(directory)}")


def rotate(
    purpose: For,
    directory: Directory = Path(),
    yes: Annotated[
        bool, typer.Option("--yes", help="The partners know the next certificate; do not ask.")
    ] = False,
) -> None:
    """Take the next key into use, without a request lost. The old key stays in place."""
    keys = _keys(directory, purpose)
    stored = _next(keys)
    certificate = keys.check(stored)
    if purpose in _PARTNERS_FIRST and not yes:
        _ask_whether_partners_know(keys.fingerprint(stored))
    before = keys.rotate(stored)
    output().print(f"✓ {keys.current_folder} is {stored.folder.name} now: {certificate.subject}")
    if before:
        output().print(
            f"  {before.folder.name} stays beside it; put it away when nobody needs it:"
            " epix-gateway keys retire"
        )
    if purpose == "seal":
        output().print(
            "  Partners keep the old certificate among their anchors: permits sealed with it stay"
            " valid."
        )
    if certificate.development:
        output().print(
            "  It is a development certificate: never for a real partner.", style="yellow"
        )
    _reload_server(keys, purpose)


def retire(
    purpose: For,
    which: Annotated[
        str,
        typer.Argument(metavar="FINGERPRINT", help="Eight digits or more, or the folder's name."),
    ],
    directory: Directory = Path(),
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Kept in its note.")] = "",
) -> None:
    """Put a key away under keys/retired, with a dated note.

    Nothing is deleted; the key in use is refused.
    """
    keys = _keys(directory, purpose)
    stored = keys.find(which)
    if stored is None:
        raise CannotDo(
            f"No single key for {purpose} is known as {which}.",
            "`epix-gateway keys list` shows them.",
        )
    if stored.role == "current":
        raise CannotDo(
            f"{stored.folder} is in use.",
            f"Take another into use first: `epix-gateway keys rotate {purpose}`.",
        )
    output().print(f"✓ {keys.retire(stored, reason)} keeps it, with a note.")


def _keys(directory: Path, purpose: PurposeName) -> "KeyLifecycle":
    return bootstrap.key_lifecycle(settings_of(directory), purpose)


def _in(directory: Path) -> str:
    return "" if directory == Path() else f" --dir {directory}"


def _section(purpose: str) -> str:
    return _SECTIONS.get(purpose, purpose)


def _passphrase_file(keys: "KeyLifecycle", option: Path | None) -> Path | None:
    """The file that the option names, else the configured one."""
    if option is None:
        return keys.configured.passphrase if keys.configured else None
    try:
        return credential_or_path(option)
    except KeyError:
        raise CannotDo(
            f"{option} names a credential, and systemd has handed none over.",
            "Call the command with systemd-run and LoadCredential=, or name a file.",
        ) from None


def _next(keys: "KeyLifecycle") -> "StoredKey":
    stored = keys.next
    if stored is None:
        raise CannotDo(
            f"No key for {keys.purpose} is being prepared.",
            f"Make one: `epix-gateway keys new {keys.purpose}`.",
        )
    return stored


def _ask_whether_partners_know(sha256: str) -> None:
    text = f"Partners who do not know the certificate {sha256} will turn us away."
    if not sys.stdin.isatty():
        raise CannotDo(text, "Say --yes when all of them know it.")
    output().print(text)
    if not typer.confirm("Do all of them know it?", default=False):
        raise CannotDo("Nothing was changed.", "Send the certificate to the partners first.")


def _reload_server(keys: "KeyLifecycle", purpose: PurposeName) -> None:
    """Let a running gateway read its keys again, or say what a person has to do for it."""
    files, current = keys.configured, keys.current_folder
    if purpose == "server" and keys.settings.server.mode is ServerMode.BEHIND_PROXY:
        output().print(
            f"Partners see the certificate of your proxy: let it read {current}, then nginx -s"
            " reload."
        )
        return
    if files is None or files.certificate.parent != current:
        section = f"[{_section(purpose)}]"
        output().print(
            f"Name it in {section} of conf/gateway.toml, then start the gateway again; later it is"
            " enough to rotate:"
        )
        output().print(f'  certificate_file = "keys/{purpose}/current/certificate.pem"')
        output().print(f'  key_file = "keys/{purpose}/current/key.pem"')
        return
    results = {
        Reload.SIGNALLED: "✓ The running gateway reads it anew; no request is lost.",
        Reload.NOT_RUNNING: "No gateway runs on this directory; the next `serve` uses it.",
        Reload.NOT_ALLOWED: (
            "The running gateway belongs to another user. Tell it: systemctl reload epix-gateway"
        ),
    }
    output().print(results[reload(keys.settings.directory)])
