"""`journal heads`: heads of partners that are held here, and where ours are kept."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson, Directory, settings_of
from gateway.cli.views import heads as heads_view
from gateway.exchange.anchors.held_file import LineInvalid
from gateway.exchange.journal.noted_head import NotedHead
from gateway.hardening import private_opener

_MAX_FILE_BYTES = 64 * 1024 * 1024


def heads(
    partner: Annotated[
        str | None, typer.Option("--partner", metavar="KEY", help="Those of this partner alone.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Write them there, for the partner to verify with."
        ),
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """List heads of partners that are held here, and where ours are kept.

    With --partner and --out those of a partner are written into a file. The
    partner verifies its journal with it: journal verify --expected-heads FILE
    """
    if out and not partner:
        raise CannotDo("Name the partner with --partner: a file is for one.")
    with bootstrap.open_heads(settings_of(directory)) as part:
        if out and partner:
            count = _write(out, part.lines(partner))
            output().print(f"✓ {out}: {count} heads of {partner}, as it signed them.")
            output().write_json({"file": str(out), "heads": count})
            return
        held, anchored = list(part.archive.held(partner)), part.archive.anchored()
    if partner is None:
        output().render(heads_view.anchored(anchored))
    output().render(heads_view.held(held))
    output().write_json(heads_view.as_json(held, anchored if partner is None else None))


def noted_heads(
    part: "bootstrap.JournalPart", file: Path | None, expected: NotedHead | None
) -> list[NotedHead]:
    """The heads that have to be in the journal, by number: of a file, and a single one.

    Raises CannotDo for a file that cannot be read or holds a line that is no head of ours.
    """
    noted = {expected} if expected else set()
    if file:
        try:
            if file.stat().st_size > _MAX_FILE_BYTES:
                raise CannotDo(f"{file} is larger than a file of heads is.")
            with file.open(encoding="utf-8", errors="surrogateescape") as lines:
                noted.update(part.heads_file.read(lines))
        except OSError as error:
            raise CannotDo(f"{file} cannot be read: {(error.strerror or '').lower()}.") from None
        except LineInvalid as invalid:
            raise CannotDo(
                f"{file}: {invalid}",
                "Nothing was verified. Ask whoever made the file how that line came into it.",
            ) from None
        if not noted:
            raise CannotDo(f"{file} holds no head.")
    return sorted(noted, key=lambda head: (head.batch, head.digest))


def _write(out: Path, lines: "heads_view.Lines") -> int:
    count = 0
    try:
        with open(out, "x", encoding="utf-8", opener=private_opener) as file:
            for line in lines:
                file.write(f"{line}\n")
                count += 1
    except FileExistsError:
        raise CannotDo(f"{out} exists already.", "Name another file.") from None
    return count
