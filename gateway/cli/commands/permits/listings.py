"""`listings import`, `show`, `list`, `verify`: reference data by which permits are judged."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CANNOT_DO, CannotDo
from gateway.cli.options import (
    AsJson,
    Directory,
    PersonUnlessDryRun,
    ReasonUnlessDryRun,
    settings_of,
)
from gateway.cli.views import listings as view
from gateway.domain.foreign_text import one_line
from gateway.domain.responsible_person import ResponsiblePerson

if TYPE_CHECKING:
    from gateway.bootstrap import ListingsPart
    from gateway.exchange.listings.import_files import Checked


def import_(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Tables in CSV; answers of Species+ in JSON."),
    ],
    person: PersonUnlessDryRun = None,
    reason: ReasonUnlessDryRun = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Store nothing; say what would be replaced.")
    ] = False,
    fewer: Annotated[
        bool, typer.Option("--fewer", help="Also where less than half of a kind would be left.")
    ] = False,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Replace what the files hold: all of it, or nothing. The journal keeps a record."""
    if not dry_run and (person is None or reason is None):
        raise CannotDo(
            "A named person answers for the listings: give --person and --reason, or --dry-run to"
            " see what would be replaced."
        )
    with bootstrap.open_listings(settings_of(directory)) as listings:
        checked = _check(listings, files)
        if not dry_run:
            by = ResponsiblePerson(person or "", reason or "")
            listings.imports.store_checked(checked, by, may_shrink=fewer)
    output().print_lines(view.summary(checked, dry_run=dry_run))
    output().write_json(view.import_as_json(checked, dry_run=dry_run))


def _check(listings: "ListingsPart", files: list[Path]) -> "Checked":
    with output().progress() as progress:
        names = ", ".join(one_line(file.name) for file in files[:3])
        task = progress.add_task(names, total=None)
        checked = listings.imports.check(files, lambda rows: progress.advance(task, rows))
    if not checked.rows:
        raise CannotDo("The files hold no row that a rule needs.", "Name other files.")
    return checked


def show(
    taxon: Annotated[
        str, typer.Argument(metavar="TAXON", help="Its name as in box 7: 'Panthera tigris'.")
    ],
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Show what is known of a taxon, by any of its names."""
    with bootstrap.open_listings(settings_of(directory)) as listings:
        facts = listings.references.taxon(taxon)
    if facts is None:
        raise CannotDo(
            f"No taxon of the name {one_line(taxon)} is known, or several are.",
            "`epix-gateway listings list` shows what was imported.",
        )
    output().print_lines(view.taxon(taxon, facts, listings.clock().date()))
    for table in view.tables(facts):
        output().render(table)
    output().write_json(view.taxon_as_json(taxon, facts, listings.clock().date()))


def list_all(
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """List what is there, since when, by whom, and the SHA-256 of each file."""
    with bootstrap.open_listings(settings_of(directory)) as listings:
        found = listings.current()
    for each in found:
        output().print_lines(view.imported(each))
    if not found:
        output().print("Nothing was imported; permits are judged without listings.")
    output().write_json([view.imported_as_json(each) for each in found])


def verify(
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Compare what is there with the sealed records of its imports."""
    with bootstrap.open_listings(settings_of(directory)) as listings:
        found = list(listings.verify.verify())
    for each in found:
        if each.problem:
            output().print_error(f"{each.imported.kind}: {each.problem}")
        else:
            output().print(f"✓ {each.imported.kind}: as imported, {each.imported.rows:,} rows.")
    if any(each.problem for each in found):
        output().print_advice("Import the files again; `journal verify` says whether records hold.")
    output().write_json(
        [view.imported_as_json(each.imported) | {"problem": each.problem} for each in found]
    )
    if any(each.problem for each in found):
        raise typer.Exit(CANNOT_DO)
