"""`seal again`, `seal notice`: permits and partners after a sealing key was revoked.

docs/keys.md has the drill.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CANNOT_DO, CannotDo
from gateway.cli.options import AsJson, Directory, Person, Reason, settings_of
from gateway.cli.views.notice import Notices
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.permits.resealing.as_issued import FormerKey

if TYPE_CHECKING:
    from gateway.bootstrap import KeyLifecycle
    from gateway.domain.key_revocation import KeyRevocation
    from gateway.exchange.permits.resealing.reseal import ResealPermits
    from gateway.settings import Settings

Which = Annotated[
    str,
    typer.Argument(
        metavar="FINGERPRINT", help="The revoked key: eight digits or more, or its folder's name."
    ),
]


def again(
    which: Which,
    person: Person,
    reason: Reason,
    compared: Annotated[
        list[str] | None,
        typer.Option(
            "--compared",
            metavar="NUMBER",
            help=(
                "A permit that you have compared with the national record, though its seal is of"
                " the time when the thief may have had the key. Repeatable."
            ),
        ),
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Replace the seals of a key that was revoked; the former seals are kept.

    Documents stay as they are. A permit whose former seal does not hold keeps it and is named.

    The gateway may be serving meanwhile. Stopped halfway, it goes on where it was when called
    again. Exit status 0 only if no permit was left.
    """
    settings = settings_of(directory)
    revocation = _revocation(settings, which)
    key = FormerKey(revocation.sha256, revocation.since)
    with bootstrap.open_resealing(settings) as part:
        done, left = _reseal(part.reseal, key, ResponsiblePerson(person, reason), compared or ())
    if done or left:
        output().print(f"✓ Permits sealed anew: {done}.")
    else:
        output().print("✓ No permit carries a seal of that key.")
    output().write_json({"sealed": done, "left": left})
    if left:
        output().print(f"Permits that keep the former seal: {left}. Examine each.")
        raise typer.Exit(CANNOT_DO)


def _reseal(
    reseal: "ResealPermits", key: FormerKey, by: ResponsiblePerson, compared: Sequence[str]
) -> tuple[int, int]:
    """Seal each permit of a key anew, and name each that cannot be. Returns the number of both."""
    done, left = 0, 0
    with output().progress() as progress:
        task = progress.add_task("Sealing anew", total=reseal.count())
        for result in reseal.reseal(key, by, compared, lambda: progress.advance(task)):
            if result.problem is None:
                done += 1
                continue
            left += 1
            output().print(f"✗ Permit {result.name}: {result.problem}", style="red")
    return done, left


def notice(
    which: Which,
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="Folder to make; must not be there yet.")
    ],
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Write what partners have to know of a revoked key: signed notices and lists.

    For each partner a folder: notice.txt, its signature by the new key, and the list of those
    permits that this partner may see. Call it again, for another folder, when all is sealed anew.
    """
    settings = settings_of(directory)
    revocation = _revocation(settings, which)
    with bootstrap.open_resealing(settings) as part:
        notices = Notices(out, revocation, part.signer, part.signed)
        try:
            notices.begin([partner.key for partner in settings.partners])
        except FileExistsError:
            raise CannotDo(f"{out} exists already.", "Name a new folder after --out.") from None
        with notices, output().progress() as progress:
            task = progress.add_task("Listing", total=part.affected.count())
            for affected in part.affected.of(revocation.sha256, lambda: progress.advance(task)):
                notices.add(affected)
        written = notices.finish()
    for partner, permits in written.items():
        output().print(f"✓ {out / partner}: notice, signature, and a list of {permits} permits.")
    output().print("Send each partner its folder, and tell it by telephone to expect it.")
    output().write_json({"folder": str(out), "permits": written})


def _revocation(settings: "Settings", which: str) -> "KeyRevocation":
    """Revocation of a former sealing key. Raises CannotDo for one that is still in force."""
    keys: KeyLifecycle = bootstrap.key_lifecycle(settings, "seal")
    stored = keys.find(which, retired=True)
    if stored is None:
        raise CannotDo(
            f"No single sealing key is known as {which}.", "`epix-gateway keys list` shows them."
        )
    found = keys.revocation(stored)
    if found is None:
        raise CannotDo(
            f"{stored.folder} was not revoked: its seals are as good as they were.",
            f"First: epix-gateway keys revoke seal {which}",
        )
    return found
