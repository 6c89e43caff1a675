"""`listings fetch`: taxa from Species+, or its bulk file; failures leave the copy that is there."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CANNOT_DO, CannotDo
from gateway.cli.options import AsJson, Directory, Person, Reason, settings_of
from gateway.cli.views import listings as import_view
from gateway.cli.views.reference import fetched as view
from gateway.domain.foreign_text import one_line
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.ports.listings.source import SourceFailed

if TYPE_CHECKING:
    from gateway.bootstrap import ListingsPart
    from gateway.exchange.listings.fetch import FetchListings


def fetch(
    person: Person,
    reason: Reason,
    taxa: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TAXON]...",
            help="Names as in box 7. Left out: every taxon of a permit of ours that is open.",
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="The bulk file: replaces all data of its kinds.")
    ] = False,
    fewer: Annotated[
        bool, typer.Option("--fewer", help="Also where less than half of a kind would be left.")
    ] = False,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Fetch taxa from Species+, or its bulk file.

    A taxon that cannot be fetched stays as it is.
    """
    if everything and taxa:
        raise CannotDo("The bulk file holds every taxon: name taxa, or give --all.")
    by = ResponsiblePerson(person, reason)
    with bootstrap.open_listings(settings_of(directory)) as listings:
        source = listings.fetch
        if source is None:
            raise CannotDo(
                "Species+ is not asked: enabled is false in [species_plus] of conf/gateway.toml.",
                "Switch it on with a token of your own, or import files: `listings import`.",
            )
        if everything:
            _everything(listings, source, by, fewer=fewer)
        else:
            _taxa(listings, source, by, taxa)


def _everything(
    listings: "ListingsPart", source: "FetchListings", by: ResponsiblePerson, *, fewer: bool
) -> None:
    try:
        with output().progress() as progress:
            task = progress.add_task("Species+", total=None)
            checked = source.everything(
                by, lambda rows: progress.advance(task, rows), may_shrink=fewer
            )
    except SourceFailed as failure:
        ages = list(view.ages(listings.current(), listings.clock()))
        output().print_lines(ages)
        raise CannotDo(
            f"Species+ {failure.reason}. Nothing was changed.",
            "What is there stays in force. Try again later; docs/species-plus.md explains the"
            " answers.",
        ) from None
    output().print_lines(import_view.summary(checked, dry_run=False))
    output().write_json(import_view.import_as_json(checked, dry_run=False))


def _taxa(
    listings: "ListingsPart",
    source: "FetchListings",
    by: ResponsiblePerson,
    taxa: list[str] | None,
) -> None:
    names = taxa or listings.open_permits.names()
    if not names:
        raise CannotDo("No permit of ours is open, so there is no taxon to fetch.", "Name taxa.")
    with output().progress() as progress:
        task = progress.add_task("Species+", total=len(names))

        def advance(name: str) -> None:
            progress.update(task, description=one_line(name)[:40], advance=1)

        outcomes = source.taxa(names, by, advance)
    day = listings.clock().date()
    output().print_lines(view.outcomes(outcomes, day))
    output().write_json([view.outcome_as_json(each, day) for each in outcomes])
    if view.failed(outcomes):
        output().print_advice(
            "What was known before stays in force. Call the command again later for the taxa that"
            " are not renewed."
        )
        raise typer.Exit(CANNOT_DO)
