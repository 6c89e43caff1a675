"""`paper export-keys`, `import-keys`, `keys`: key lists by which printed permits are verified."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CANNOT_DO, CannotDo
from gateway.cli.new_file import write_new
from gateway.cli.options import AsJson, Directory, country_code, settings_of
from gateway.cli.views.paper import key_list as key_list_view
from gateway.exchange.permits.paper.key_list_file import MOST_BYTES
from gateway.exchange.permits.paper.key_lists import HeldList


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="New file for the list.")],
    country: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            help="Country of the list, where authorities of several are served: MZ.",
            callback=country_code,
        ),
    ] = None,
    directory: Directory = Path(),
) -> None:
    """Write our key list for partners: paper keys and withdrawn permits, signed with the seal.

    It holds no secret. Send it whenever a key or a permit is revoked, and before it is out of date.
    """
    with bootstrap.open_paper(settings_of(directory)) as paper:
        content = paper.own_list.file(paper.served.country(country), paper.list_signer)
    write_new(file, content, advice="Name a new file.")
    output().print(f"✓ {file}: send it to partners, who take it with `paper import-keys`.")


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Key list of a partner.")],
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Take the key list of a partner, if its seal_anchors_file vouches for who signed it."""
    with file.open("rb") as opened:
        content = opened.read(MOST_BYTES + 1)
    with bootstrap.open_paper(settings_of(directory)) as paper:
        taken = HeldList(*paper.partner_lists.take(content))
    output().render(key_list_view.view([taken], bootstrap.now()))
    output().write_json(key_list_view.as_json(taken))


def fetch(
    partner: Annotated[
        str | None,
        typer.Argument(metavar="[PARTNER]", help="Key of the partner. Left out: all of them."),
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Fetch the key lists of partners with a key_list_address. A gateway that serves does so, too.

    Where a list does not come, or is refused, the one that is held stays.
    """
    with bootstrap.open_paper(settings_of(directory)) as paper:
        fetching = paper.fetch_lists
        if partner is not None and partner not in fetching.sources:
            raise CannotDo(
                f"There is no address for the key list of {partner!r}.",
                "Give key_list_address in its [[partner]] in conf/partners.toml.",
            )
        fetched = [fetching.one(each) for each in ([partner] if partner else fetching.sources)]
    outcomes = [HeldList(each.partner, each.signed, each.problem) for each in fetched]
    output().render(key_list_view.fetched(outcomes, bootstrap.now()))
    output().write_json([key_list_view.as_json(each) for each in outcomes])
    if any(each.problem for each in fetched):
        raise typer.Exit(CANNOT_DO)


def list_all(
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """List the key lists of partners that are held, each verified anew."""
    with bootstrap.open_paper(settings_of(directory)) as paper:
        held = list(paper.partner_lists.every())
    output().render(key_list_view.view(held, bootstrap.now()))
    output().write_json([key_list_view.as_json(each) for each in held])
