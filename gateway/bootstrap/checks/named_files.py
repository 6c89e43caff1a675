"""Files that the configuration names: each is read for what its key expects.

A problem names file, line and key, so that all of them are mended at once.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from gateway.bootstrap.clock import now
from gateway.crypto.callers.authorities import authorities_in
from gateway.crypto.callers.crl import RevocationLists
from gateway.crypto.keys.checks import KeyFiles, check_key
from gateway.crypto.keys.development import MARKER
from gateway.crypto.keys.files import load_chain, load_private_key, read_passphrase
from gateway.crypto.keys.purposes import Purpose
from gateway.domain.errors import KeyUnusable, SettingsInvalid
from gateway.settings import NamedFile, ServerMode, spelled_origin, written_configuration

_READERS: dict[str, Callable[[Path], object]] = {
    "certificate_file": load_chain,
    "passphrase_file": read_passphrase,
    "password_file": read_passphrase,
    "our_password_file": read_passphrase,
    "ca_file": authorities_in,
    "client_ca_file": authorities_in,
    "signer_ca_file": authorities_in,
    "signer_certificates_file": authorities_in,
    "certificates_file": authorities_in,
    "seal_anchors_file": authorities_in,
    "timestamp_ca_file": authorities_in,
    "list_file": RevocationLists,
    "seal_revocation_list_file": RevocationLists,
}
"""Key -> reader of its file. Of the others the settings themselves read what they need."""

Files = Mapping[tuple[str | int, ...], NamedFile]
"""Files by the place of their key."""

_PURPOSES = {
    "server": Purpose.SERVER,
    "client": Purpose.CLIENT,
    "seal": Purpose.SEAL,
    "message_security": Purpose.MESSAGE,
    "paper": Purpose.PAPER,
}


def file_problems(directory: Path) -> Iterator[SettingsInvalid | KeyUnusable]:
    """Every problem of a file that the configuration names, and of each key with its certificate.

    A file is read even where other parts of the configuration are wrong.
    """
    written = written_configuration(directory)
    files = {
        each.place: each
        for each in written.files
        if each.place[0] != "server" or _is_used(each, written.mode)
    }
    wrong = set()
    for place, named in files.items():
        if problem := _problem(named, partial(_read, named, files)):
            wrong.add(place)
            yield problem
    development = (directory / MARKER).is_file()
    for table, purpose in _PURPOSES.items():
        certificate, key = files.get((table, "certificate_file")), files.get((table, "key_file"))
        if certificate is None or key is None or wrong & {certificate.place, key.place}:
            continue
        countries = written.countries if purpose.signs_documents else frozenset[str]()
        pair = KeyFiles(purpose, certificate.path, key.path, _passphrase(key, files), countries)
        check = partial(check_key, pair, now(), development=development)
        if problem := _problem(certificate, check):
            yield problem


def _is_used(named: NamedFile, mode: object) -> bool:
    """Whether [server] uses a file: its own key only where the gateway itself ends TLS."""
    return (
        mode in (ServerMode.DIRECT_TLS, ServerMode.SANDBOX_TLS)
        or named.place[-1] == "client_ca_file"
    )


def _passphrase(key: NamedFile, files: Files) -> Path | None:
    named = files.get((*key.place[:-1], "passphrase_file"))
    return named.path if named else None


def _read(named: NamedFile, files: Files) -> None:
    *table, key = named.place
    if key == "key_file" and table != ["tokens"]:
        load_private_key(named.path, _passphrase(named, files))
    elif reader := _READERS.get(str(key)):
        reader(named.path)


def _problem(named: NamedFile, read: Callable[[], object]) -> SettingsInvalid | KeyUnusable | None:
    try:
        read()
    except (SettingsInvalid, KeyUnusable) as problem:
        text = f"{spelled_origin(named.source, named.line)}: {named.key}: {problem.text}"
        return type(problem)(text, file=named.source, line=named.line, key=named.key)
    return None
