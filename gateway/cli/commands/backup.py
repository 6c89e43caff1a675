"""`backup`, `restore`: the whole gateway in one encrypted file, and back. docs/backup.md is the recipe."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from gateway import bootstrap
from gateway.backup import Restored
from gateway.cli import journal_view
from gateway.cli.console import voice
from gateway.cli.exits import CANNOT_DO, CannotDo
from gateway.cli.journal_check import check_journal
from gateway.cli.options import AsJson, Directory, PassphraseFile, passphrase, settings_of


def backup(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="File to make; must not be there yet.")],
    passphrase_file: PassphraseFile = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Write database, configuration and keys into one encrypted file; the gateway goes on serving meanwhile."""
    settings = settings_of(directory)
    secret = passphrase(passphrase_file, repeated=True)
    with _Bars() as bars:
        files, rows = bootstrap.make_backup(settings).make(directory, out, secret, bars.told)
    size = out.stat().st_size
    voice().say(f"✓ {out}: {rows} rows and {files} files, {size / 1_000_000:.1f} MB.")
    outside = bootstrap.files_outside(settings)
    for path in outside:
        voice().say(f"! {path} is named in conf/ and lies elsewhere: keep a copy of it yourself.", style="yellow")
    voice().say("Keep the passphrase in another place than the file: without it nobody can open the file.")
    voice().tell(
        {"file": str(out), "rows": rows, "files": files, "bytes": size, "outside": [str(path) for path in outside]}
    )


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")],
    passphrase_file: PassphraseFile = None,
    directory: Annotated[
        Path | None, typer.Option("--dir", metavar="DIR", help="Working directory to make; must be new or empty.")
    ] = None,
    database: Annotated[
        Path | None,
        typer.Option(
            "--database-url-file",
            metavar="FILE",
            help="Its only line is the URL of the database to fill. Left out: the one that the backup's conf/ names.",
        ),
    ] = None,
    verify_only: Annotated[
        bool, typer.Option("--verify-only", help="Read and check all of the backup, restore nothing.")
    ] = False,
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Make a gateway again from its backup, in a new directory and an empty database; then verify its journal."""
    if (directory is None) is not verify_only:
        raise CannotDo("Name either the directory to make, or --verify-only.", "As in --dir /var/lib/epix-restored.")
    restoring = bootstrap.restore_backup()
    secret = passphrase(passphrase_file)
    if directory is None:
        with _Bars() as bars:
            read = restoring.verify(file, secret, bars.told)
        voice().say(f"✓ {file} is whole: {_described(read)}. Nothing was restored.")
        voice().tell(_told(read))
        return
    settings_there = bootstrap.settings_with(database)
    with _Bars() as bars:
        read = restoring.restore(file, secret, directory, lambda new: settings_there(new).database.address, bars.told)
    voice().say(f"✓ {directory}: {_described(read)}.")
    with bootstrap.build(settings_there(directory)) as gateway:
        tally, flaws = check_journal(gateway)
    voice().say("The service is closed for maintenance, as what came in after the backup is not in it. docs/backup.md")
    voice().say("says what to look at before: epix-gateway maintenance off --person NAME" + f" --dir {directory}")
    if database is not None:
        voice().say("! Name the database in [database] of conf/gateway.toml before you serve.", style="yellow")
    voice().tell({**_told(read), "directory": str(directory), "journal": journal_view.verified_json(tally, flaws)})
    if flaws:
        raise typer.Exit(CANNOT_DO)


def _described(read: Restored) -> str:
    about = read.about
    return (
        f"{read.rows} rows and {read.files} files as of {about.made_at:%Y-%m-%d %H:%M:%S} UTC, made by {about.software}"
    )


def _told(read: Restored) -> dict[str, object]:
    about = read.about
    return {
        "made_at": about.made_at.isoformat(),
        "software": about.software,
        "revision": about.revision,
        "rows": read.rows,
        "files": read.files,
    }


class _Bars(Progress):
    """One bar for each table."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
        super().__init__(
            *columns, TimeRemainingColumn(), console=voice().err, transient=True, disable=not voice().err.is_terminal
        )
        self._bars: dict[str, TaskID] = {}

    def told(self, table: str, done: int, rows: int) -> None:
        """So many rows of a table are done."""
        if table not in self._bars:
            self._bars[table] = self.add_task(table, total=rows)
        self.update(self._bars[table], completed=done)
