"""`journal adopt`: a person vouches for permits that no signed record tells of."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CANNOT_DO
from gateway.cli.options import AsJson, Directory, Person, Reason, settings_of
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.integrity.adopt import Adopted


def adopt(
    person: Person,
    reason: Reason,
    permits: Annotated[
        list[str] | None,
        typer.Option(
            "--permit", metavar="NUMBER", help="This one, whatever differs; it may be suspended."
        ),
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Vouch for permits as the database has them now: each gets a signed record.

    Without --permit: those that were published before records of permits were
    kept, once. Compare them with the national system first. Exit status 0 only
    if every permit was adopted.
    """
    by = ResponsiblePerson(person, reason)
    with bootstrap.open_integrity(settings_of(directory)) as integrity:
        if permits:
            done = [integrity.adopt.named(number, by) for number in permits]
        else:
            done = list(integrity.adopt.unrecorded(by))
    left = [each for each in done if not each.done]
    for each in done:
        _tell(each)
    output().print(
        f"✓ Permits adopted, as {by.person} answers for: {len(done) - len(left)}."
        if len(done) > len(left) or left
        else "✓ A signed record tells of every permit already."
    )
    output().write_json(
        {
            "adopted": [_described(each) for each in done if each.done],
            "left": [_described(each) for each in left],
        }
    )
    if left:
        output().print(
            f"Permits not adopted: {len(left)}. Examine each, then name it with --permit."
        )
        raise typer.Exit(CANNOT_DO)


def _tell(adopted: Adopted) -> None:
    for remark in adopted.remarks:
        sign, style = ("!", "yellow") if adopted.done else ("✗", "red")
        output().print(f"{sign} Permit {adopted.name}: {remark}", style=style)


def _described(adopted: Adopted) -> dict[str, object]:
    return {"permit": adopted.name, "remarks": list(adopted.remarks)}
