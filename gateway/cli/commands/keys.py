"""`keys`: which keys do we have, and how does a new one come into use? docs/keys.md walks through it."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import typer

from gateway.cli import key_view
from gateway.cli.console import voice
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson, Directory, settings_of
from gateway.cli.running_server import Reload, reload
from gateway.settings import ServerMode, Settings
from gateway.settings.section import credential_or_path
from gateway.signatures.development import MARKER, DevelopmentCa, write_secret
from gateway.signatures.key_checks import KeyFiles, check_key, is_development, require_in_date
from gateway.signatures.key_files import load_private_key, read_passphrase
from gateway.signatures.key_overview import overview, view_of
from gateway.signatures.key_purposes import Purpose
from gateway.signatures.key_settings import configured, is_for_development
from gateway.signatures.keys import KeyFolder, StoredKey, import_certificate, new_key, sha256_of, write_request
from gateway.signatures.requests import Applicant

commands = typer.Typer(help="Keys and certificates: list, make, request, import, rotate, retire.", no_args_is_help=True)

For = Annotated[Purpose, typer.Argument(metavar="PURPOSE", help="server, client, seal or message.")]
PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Its first line opens the key (credential:NAME: one of systemd's). Left out: as configured.",
    ),
]

_SECTIONS = {Purpose.MESSAGE: "message_security"}
_PARTNERS_FIRST = (Purpose.CLIENT, Purpose.MESSAGE)
"""Purposes whose certificates partners pin, so that they must know the next one beforehand."""


@commands.callback()
def everything() -> None:
    """Keys and certificates: list, make, request, import, rotate, retire."""


@commands.command("list")
def list_keys(directory: Directory = Path(), as_json: AsJson = False) -> None:  # noqa: ARG001  # its callback has done it
    """Show every key: what it is for, its fingerprint for partners, and how long it lasts."""
    views = overview(settings_of(directory), _now())
    voice().show(key_view.blocks(views))
    voice().tell([key_view.as_json(view) for view in views])


@commands.command("new")
def new(
    purpose: For,
    directory: Directory = Path(),
    kind: Annotated[Literal["ec-p256", "rsa-3072"], typer.Option(help="Kind of key.")] = "ec-p256",
    passphrase_file: PassphraseFile = None,
    no_passphrase: Annotated[
        bool, typer.Option("--no-passphrase", help="Do not encrypt it; the file's permissions alone guard it.")
    ] = False,
    pkcs11: Annotated[str | None, typer.Option(metavar="URI", help="Use this key of a token: pkcs11:...")] = None,
) -> None:
    """Make the next key. What is in use stays in use until `keys rotate`."""
    settings = settings_of(directory)
    secret = _passphrase_file(settings, purpose, passphrase_file)
    if pkcs11 and purpose in (Purpose.SERVER, Purpose.CLIENT):
        raise CannotDo("Keys for TLS are kept in files.", "Leave --pkcs11 out.")
    if secret is None and not no_passphrase:
        raise CannotDo(
            f"There is no passphrase to encrypt the key with: passphrase_file of [{_section(purpose)}] is not set.",
            "Write one into a file that only the gateway can read and name it there or with --passphrase-file; "
            "or say --no-passphrase.",
        )
    passphrase = read_passphrase(secret) if secret and not no_passphrase else None
    folder = KeyFolder(settings.directory / "keys", purpose)
    stored = folder.prepare(f"{_now():%Y-%m-%d}")
    try:
        if pkcs11:
            write_secret(stored.key, f"{pkcs11}\n".encode())
            load_private_key(stored.key, secret)
        else:
            new_key(stored, kind, passphrase)
    except BaseException:
        stored.key.unlink(missing_ok=True)
        stored.folder.rmdir()
        raise
    folder.announce(stored)
    voice().say(f"✓ {stored.key} is the next key for {purpose}.")
    voice().say(f"Next: epix-gateway keys request {purpose}{_in(directory)}")


@commands.command("request")
def request(
    purpose: For,
    directory: Directory = Path(),
    passphrase_file: PassphraseFile = None,
    development: Annotated[
        bool, typer.Option("--development", help="Let the development CA of this directory answer at once.")
    ] = False,
) -> None:
    """Write the request for the next key's certificate, for the national CA."""
    settings = settings_of(directory)
    stored = _next(settings, purpose)
    authority = settings.gateway.authorities[0]
    host = urlsplit(settings.gateway.public_address).hostname or ""
    applicant = Applicant(authority.country.text, authority.code, authority.name, host)
    pem = write_request(stored, purpose, applicant, _passphrase_file(settings, purpose, passphrase_file))
    voice().say(f"✓ {stored.request} asks for: {applicant.subject(purpose).rfc4514_string()}")
    answer = "FILE"
    if development:
        if not is_for_development(settings):
            raise CannotDo(
                f"This working directory is not marked for development ({MARKER}).",
                "Send the request to the national CA instead.",
            )
        issued = stored.folder / "issued.pem"
        ca = DevelopmentCa.open(settings.directory / "keys")
        issued.write_bytes(ca.certify(pem) + ca.certificate)
        answer = str(issued)
        voice().say(f"✓ The development CA has answered: {issued}")
    else:
        voice().say("Send it to the CA. It answers with a certificate; put that in place with all those above it.")
    voice().say(f"Next: epix-gateway keys import {purpose} {answer}{_in(directory)}")


@commands.command("import")
def import_(
    purpose: For,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What the CA has issued, PEM.")],
    chain: Annotated[
        list[Path] | None, typer.Option("--chain", metavar="FILE", help="CA certificates above it, PEM. Repeatable.")
    ] = None,
    directory: Directory = Path(),
    passphrase_file: PassphraseFile = None,
) -> None:
    """Take the certificate of the next key: does it fit the key, the purpose, the date, and lead to a root?"""
    settings = settings_of(directory)
    secret = _passphrase_file(settings, purpose, passphrase_file)
    stored = _next(settings, purpose)
    found = import_certificate(stored, purpose, [file, *(chain or ())], secret, _now())
    sha256 = view_of(found[0], _now()).sha256
    voice().say(f"✓ {stored.certificate}: {found[0].subject.rfc4514_string()}, {len(found)} in its chain")
    voice().say(f"  SHA-256 {sha256}")
    if purpose in _PARTNERS_FIRST:
        voice().say("Send this certificate and its fingerprint to every partner, and wait until all have entered it")
        voice().say("beside the one they know (certificate_sha256 takes several). Then:")
    voice().say(f"Next: epix-gateway keys rotate {purpose}{_in(directory)}")


@commands.command("rotate")
def rotate(
    purpose: For,
    directory: Directory = Path(),
    yes: Annotated[bool, typer.Option("--yes", help="The partners know the next certificate; do not ask.")] = False,
) -> None:
    """Take the next key into use, without a request lost. The old one stays where it is."""
    settings = settings_of(directory)
    stored = _next(settings, purpose)
    files = configured(settings).get(purpose)
    prepared = KeyFiles(purpose, stored.certificate, stored.key, files.passphrase if files else None)
    found = check_key(prepared, _now(), development=is_for_development(settings))
    require_in_date(purpose, found, _now(), stored.certificate)
    if purpose in _PARTNERS_FIRST and not yes:
        _ask_whether_partners_know(sha256_of(stored) or "")
    folder = KeyFolder(settings.directory / "keys", purpose)
    before = folder.rotate(stored)
    voice().say(f"✓ {folder.path / 'current'} is {stored.folder.name} now: {found[0].subject.rfc4514_string()}")
    if before:
        voice().say(
            f"  {before.folder.name} stays beside it; put it away when nobody needs it: epix-gateway keys retire"
        )
    if purpose is Purpose.SEAL:
        voice().say("  Partners keep the old certificate among their anchors: permits sealed with it stay valid.")
    if is_development(found[0]):
        voice().say("  It is a development certificate: never for a real partner.", style="yellow")
    _tell_server(settings, purpose, folder)


@commands.command("retire")
def retire(
    purpose: For,
    which: Annotated[str, typer.Argument(metavar="FINGERPRINT", help="Eight digits or more, or the folder's name.")],
    directory: Directory = Path(),
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Kept in its note.")] = "",
) -> None:
    """Put a key away under keys/retired, with a dated note. Nothing is deleted; the one in use is refused."""
    settings = settings_of(directory)
    folder = KeyFolder(settings.directory / "keys", purpose)
    stored = folder.find(which)
    if stored is None:
        raise CannotDo(f"No single key for {purpose} is known as {which}.", "`epix-gateway keys list` shows them.")
    if stored.role == "current":
        raise CannotDo(
            f"{stored.folder} is in use.", f"Take another into use first: `epix-gateway keys rotate {purpose}`."
        )
    lines = [f"Retired {_now():%Y-%m-%d %H:%M} UTC.", f"SHA-256 {sha256_of(stored) or 'without certificate'}", reason]
    away = folder.retire(stored, "\n".join(line for line in lines if line) + "\n")
    voice().say(f"✓ {away} keeps it, with a note.")


def _now() -> datetime:
    return datetime.now(UTC)


def _in(directory: Path) -> str:
    return "" if directory == Path() else f" --dir {directory}"


def _section(purpose: Purpose) -> str:
    return _SECTIONS.get(purpose, str(purpose))


def _passphrase_file(settings: Settings, purpose: Purpose, given: Path | None) -> Path | None:
    if given is None:
        files = configured(settings).get(purpose)
        return files.passphrase if files else None
    try:
        return credential_or_path(given)
    except KeyError:
        raise CannotDo(
            f"{given} names a credential, and systemd has handed none over.",
            "Call the command with systemd-run and LoadCredential=, or name a file.",
        ) from None


def _next(settings: Settings, purpose: Purpose) -> StoredKey:
    stored = KeyFolder(settings.directory / "keys", purpose).next
    if stored is None:
        raise CannotDo(f"No key for {purpose} is being prepared.", f"Make one: `epix-gateway keys new {purpose}`.")
    return stored


def _ask_whether_partners_know(sha256: str) -> None:
    text = f"Partners who do not know the certificate {sha256} will turn us away."
    if not sys.stdin.isatty():
        raise CannotDo(text, "Say --yes when all of them know it.")
    voice().say(text)
    if not typer.confirm("Do all of them know it?", default=False):
        raise CannotDo("Nothing was changed.", "Send the certificate to the partners first.")


def _tell_server(settings: Settings, purpose: Purpose, folder: KeyFolder) -> None:
    files = configured(settings).get(purpose)
    current = folder.path / "current"
    if purpose is Purpose.SERVER and settings.server.mode is ServerMode.BEHIND_PROXY:
        voice().say(f"Partners see the certificate of your proxy: let it read {current}, then nginx -s reload.")
        return
    if files is None or files.certificate.parent != current:
        section = f"[{_section(purpose)}]"
        voice().say(
            f"Name it in {section} of conf/gateway.toml, then start the gateway again; later it is enough to rotate:"
        )
        voice().say(f'  certificate_file = "keys/{purpose}/current/certificate.pem"')
        voice().say(f'  key_file = "keys/{purpose}/current/key.pem"')
        return
    said = {
        Reload.TOLD: "✓ The running gateway reads it anew; no request is lost.",
        Reload.NOT_RUNNING: "No gateway runs on this directory; the next `serve` uses it.",
        Reload.NOT_ALLOWED: "The running gateway belongs to another user. Tell it: systemctl reload epix-gateway",
    }
    voice().say(said[reload(settings.directory)])
