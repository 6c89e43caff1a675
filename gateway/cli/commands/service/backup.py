"""`backup`, `restore`: the whole gateway in one encrypted file, and back. See docs/backup.md."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CANNOT_DO, CannotDo
from gateway.cli.journal_check import check_journal
from gateway.cli.noted_head import ExpectedHead
from gateway.cli.options import (
    AsJson,
    Directory,
    PassphraseFile,
    new_passphrase,
    passphrase,
    settings_of,
)
from gateway.cli.views import journal as journal_view
from gateway.exchange.journal.noted_head import NotedHead

if TYPE_CHECKING:
    from gateway.bootstrap import Restored


def backup(
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="File to make; must not be there yet.")
    ],
    passphrase_file: PassphraseFile = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Write database, configuration and keys into one encrypted file.

    The gateway goes on serving meanwhile.
    """
    settings = settings_of(directory)
    secret = new_passphrase(passphrase_file)
    with _Bars() as bars:
        files, rows = bootstrap.make_backup(settings).make(directory, out, secret, bars.update_rows)
    size = out.stat().st_size
    output().print(f"✓ {out}: {rows} rows and {files} files, {size / 1_000_000:.1f} MB.")
    outside = bootstrap.files_outside(settings)
    for path in outside:
        output().print(
            f"! {path} is named in conf/ and lies elsewhere: keep a copy of it yourself.",
            style="yellow",
        )
    output().print(
        "Keep the passphrase in another place than the file: without it nobody can open the file."
    )
    output().write_json(
        {
            "file": str(out),
            "rows": rows,
            "files": files,
            "bytes": size,
            "outside": [str(path) for path in outside],
        }
    )


NewDirectory = Annotated[
    Path | None,
    typer.Option("--dir", metavar="DIR", help="Working directory to make; must be new or empty."),
]
DatabaseUrlFile = Annotated[
    Path | None,
    typer.Option(
        "--database-url-file",
        metavar="FILE",
        help=(
            "Its only line is the URL of the database to fill. Left out: the one that the"
            " backup's conf/ names."
        ),
    ),
]
VerifyOnly = Annotated[
    bool,
    typer.Option("--verify-only", help="Read and check all of the backup, restore nothing."),
]


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")],
    passphrase_file: PassphraseFile = None,
    directory: NewDirectory = None,
    database: DatabaseUrlFile = None,
    verify_only: VerifyOnly = False,
    expected_head: ExpectedHead = None,
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Make a gateway again from its backup, in a new directory and an empty database.

    Then its journal is verified. Only --expected-head finds a backup that is
    older than it is said to be.
    """
    if (directory is None) is not verify_only:
        raise CannotDo(
            "Name either the directory to make, or --verify-only.",
            "As in --dir /var/lib/epix-restored.",
        )
    if expected_head and verify_only:
        raise CannotDo(
            "--verify-only reads the file alone, and its journal only after it is restored.",
            "Leave --expected-head out, or restore into a new directory.",
        )
    secret = passphrase(passphrase_file)
    if directory is None:
        _verify(file, secret)
    else:
        _restore(file, secret, directory, database, expected_head)


def _verify(file: Path, secret: bytes) -> None:
    with _Bars() as bars:
        read = bootstrap.restore_backup().verify(file, secret, bars.update_rows)
    output().print(f"✓ {file} is whole: {_described(read)}. Nothing was restored.")
    output().write_json(_as_json(read))


def _restore(
    file: Path, secret: bytes, directory: Path, database: Path | None, noted: NotedHead | None
) -> None:
    """Restore, then verify the journal.

    database: file with the URL of the database to fill.  noted: head that must be in the journal.
    """
    settings_of_restored = bootstrap.settings_with(database)
    with _Bars() as bars:
        read = bootstrap.restore_backup().restore(
            file,
            secret,
            directory,
            lambda new: settings_of_restored(new).database.address,
            bars.update_rows,
            database_anywhere=database is not None,
        )
    output().print(f"✓ {directory}: {_described(read)}.")
    with bootstrap.open_journal(settings_of_restored(directory)) as journal:
        tally, flaws = check_journal(journal.verify, noted)
    output().print(
        "The service is closed for maintenance, as what came in after the backup is not in it."
        " docs/backup.md"
    )
    output().print(
        "says what to look at before: epix-gateway maintenance off --person NAME"
        + f" --dir {directory}"
    )
    if database is not None:
        output().print(
            "! Name the database in [database] of conf/gateway.toml before you serve.",
            style="yellow",
        )
    output().write_json(
        {
            **_as_json(read),
            "directory": str(directory),
            "journal": journal_view.verified_json(tally, flaws),
        }
    )
    if flaws:
        raise typer.Exit(CANNOT_DO)


def _described(read: "Restored") -> str:
    about = read.about
    return (
        f"{read.rows} rows and {read.files} files as of {about.made_at:%Y-%m-%d %H:%M:%S} UTC, made"
        f" by {about.software}"
    )


def _as_json(read: "Restored") -> dict[str, object]:
    about = read.about
    return {
        "made_at": about.made_at.isoformat(),
        "software": about.software,
        "revision": about.revision,
        "rows": read.rows,
        "files": read.files,
    }


class _Bars(Progress):
    """Progress bars, one for each table."""

    def __init__(self) -> None:
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
        )
        super().__init__(
            *columns,
            TimeRemainingColumn(),
            console=output().err,
            transient=True,
            disable=not output().err.is_terminal,
        )
        self._bars: dict[str, TaskID] = {}

    def update_rows(self, table: str, done: int, rows: int) -> None:
        """Show how many rows of a table are done."""
        if table not in self._bars:
            self._bars[table] = self.add_task(table, total=rows)
        self.update(self._bars[table], completed=done)
