"""Access checks of `check-config`: file modes and database roles wider than needed, unverified TLS.

The database holds permits, names and tokens as they travelled in messages. Whoever can read its
file, or listen on the way to its server, needs no partner's certificate.
"""

import stat
from collections.abc import Iterator
from pathlib import Path

from gateway.bootstrap.parts.national.synchronising import synchronised
from gateway.domain.errors import ServiceUnavailable
from gateway.hardening import FILE_MODE, FOLDER_MODE, UMASK
from gateway.settings import Settings
from gateway.store.database.engines import parse_address, sqlite_files
from gateway.store.database.privileges import excess_of_serving
from gateway.store.database.server_tls import unverified_hosts


def mode_warnings(settings: Settings) -> Iterator[str]:
    """A sentence for each file and folder of the gateway that others than its owner may use.

    The working directory, conf/, data/ and keys/, every file in data/ and conf/, and the SQLite
    database wherever it lies. Keys: an error (gateway/crypto/keys/files.py).
    """
    for path in dict.fromkeys(_private_paths(settings)):
        try:
            found = path.lstat().st_mode
        except OSError:
            continue  # not there, or in a folder that is closed to us as well
        if stat.S_ISLNK(found) or not stat.S_IMODE(found) & UMASK:
            continue
        right = FOLDER_MODE if stat.S_ISDIR(found) else FILE_MODE
        yield (
            f"{path} has mode {stat.S_IMODE(found):04o}, so that others than its owner may use it:"
            f" chmod {right:o}"
        )


def _private_paths(settings: Settings) -> Iterator[Path]:
    yield settings.directory
    yield settings.directory / "keys"
    for name in ("conf", "data"):
        folder = settings.directory / name
        yield folder
        if folder.is_dir():
            yield from sorted(folder.iterdir())
    yield from sqlite_files(parse_address(settings.database.address))


def database_warnings(settings: Settings) -> Iterator[str]:
    """A sentence for each PostgreSQL over the network whose server is not verified."""
    database = settings.database
    addresses = {
        "url": database.address,
        "replica_url": database.replica_address,
        "prune_url": database.prune_address,
        "publish_url": database.publish_address,
        "pages_url": database.pages_address,
    }
    for key, address in addresses.items():
        if address and (hosts := unverified_hosts(address)):
            yield (
                f"database.{key} names a server on the network ({', '.join(hosts)}) without"
                " sslmode=verify-full: whoever is on the way can read permits and tokens, or answer"
                " in its place (docs/nodes.md)"
            )


def role_warnings(settings: Settings) -> Iterator[str]:
    """Sentences on roles of PostgreSQL: one for everything, or one that may do too much.

    Nothing where the database cannot be asked: `probe` names that.
    """
    database = settings.database
    url = parse_address(database.address)
    if url.get_backend_name() != "postgresql":
        return
    pruning = parse_address(database.prune_address or database.address)
    if pruning.username == url.username:
        yield (
            "database.prune_url is left out or names the role of database.url: the role that serves"
            " has to be allowed to delete records of the journal (docs/database-roles.md)"
        )
    if database.publish_address is None and synchronised(settings.directory):
        yield (
            "database.publish_url is left out: the role that serves has to be allowed to publish"
            " what is synchronised (docs/database-roles.md)"
        )
    try:
        role, excess = excess_of_serving(database.address)
    except ServiceUnavailable:
        return
    if excess:
        yield (
            f"the role {role} of database.url may do more than serving needs: it"
            f" {', '.join(excess)} (docs/database-roles.md)"
        )
