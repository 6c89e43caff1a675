"""`keys revoke`: a key of ours that was stolen, lost or replaced. docs/keys.md has the drill."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gateway import bootstrap
from gateway.cli.commands.service.keys import For
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson, Directory, settings_of
from gateway.domain.key_revocation import KeyRevocation, RevocationCause
from gateway.domain.responsible_person import ResponsiblePerson

if TYPE_CHECKING:
    from gateway.bootstrap import KeyLifecycle, StoredKey
    from gateway.settings import Settings

_CA_REASONS = {
    RevocationCause.STOLEN: "keyCompromise",
    RevocationCause.LOST: "cessationOfOperation",
    RevocationCause.REPLACED: "superseded",
}
"""What to ask the CA for; `gateway.crypto.keys.revoked` writes the same for the development CA."""


def revoke(
    purpose: For,
    which: Annotated[
        str,
        typer.Argument(metavar="FINGERPRINT", help="Eight digits or more, or the folder's name."),
    ],
    cause: Annotated[
        Literal["stolen", "lost", "replaced"],
        typer.Option(help="stolen: somebody else has it, or may have it. In doubt: stolen."),
    ],
    person: Annotated[str, typer.Option("--person", metavar="NAME", help="Who answers for it.")],
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why; it stays in the journal.")
    ],
    since: Annotated[
        datetime | None,
        typer.Option(
            metavar="MOMENT",
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"],
            help="UTC: when the thief may first have had it. Left out: now.",
        ),
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Declare a key stolen, lost or replaced: from now on it proves nothing new.

    The key in use is refused: take another into use first (`keys new` to `keys rotate`), and start
    the gateway again.
    """
    settings = settings_of(directory)
    keys = bootstrap.key_lifecycle(settings, purpose)
    stored = _not_in_use(keys, which)
    revocation = keys.revocation(stored)
    if revocation is None:
        by = ResponsiblePerson(person, reason).validated()
        revocation = _revocation(keys, stored, RevocationCause(cause), since, by)
        with bootstrap.open_journal(settings) as journal:
            journal.record_key_revocation(revocation)
    else:
        output().print(f"It was revoked on {revocation.at:%Y-%m-%d %H:%M} UTC already.")
    listed = keys.revoke(stored, revocation)
    if purpose == "seal":
        _hold_fast(settings)
    _tell(revocation, listed)


def _not_in_use(keys: "KeyLifecycle", which: str) -> "StoredKey":
    stored = keys.find(which, retired=True)
    if stored is None or not stored.certificate.is_file():
        raise CannotDo(
            f"No single key for {keys.purpose} with a certificate is known as {which}.",
            "`epix-gateway keys list` shows them.",
        )
    used = keys.configured
    if stored.role == "current" or (used and used.certificate.samefile(stored.certificate)):
        raise CannotDo(
            f"{stored.folder} is in use: everything would be signed with a key that is revoked.",
            f"Take another into use first, from `epix-gateway keys new {keys.purpose}` to"
            " `keys rotate`. Ask the CA to revoke this one at once, without waiting for that.",
        )
    return stored


def _revocation(
    keys: "KeyLifecycle",
    stored: "StoredKey",
    cause: RevocationCause,
    since: datetime | None,
    by: ResponsiblePerson,
) -> KeyRevocation:
    at = bootstrap.now()
    first = since.replace(tzinfo=UTC) if since else at
    if first > at:
        raise CannotDo("--since has not come yet.", "Name the moment in UTC.")
    if since and cause is not RevocationCause.STOLEN:
        raise CannotDo("--since belongs to a key that was stolen.", "Leave it out.")
    found = keys.certificate(stored)
    return KeyRevocation(
        str(keys.purpose),
        found.subject,
        found.serial,
        found.sha256,
        cause,
        at,
        first if cause is RevocationCause.STOLEN else None,
        by,
    )


def _hold_fast(settings: "Settings") -> None:
    """Seal the journal with the new key, so that nobody can put other heads before it."""
    with bootstrap.open_journal(settings) as journal:
        journal.seal.seal_up_to(bootstrap.now())


def _tell(revocation: KeyRevocation, listed: Path | None) -> None:
    purpose, ca_reason = revocation.purpose, _CA_REASONS[revocation.cause]
    output().print(f"✓ Revoked: {revocation.subject}, SHA-256 {revocation.sha256}")
    if listed:
        output().print(f"✓ {listed} lists it. Partners name it in seal_revocation_list_file.")
    else:
        output().print("! Ask the CA that issued it, now, by telephone and in writing:")
        output().print(
            f"  revoke serial {revocation.serial}, reason {ca_reason}"
            + (f", invalid since {revocation.since:%Y-%m-%d %H:%M} UTC" if revocation.since else "")
        )
    if purpose == "seal":
        output().print("✓ The journal is sealed with the new key up to this moment.")
        output().print("! Start every node again, if it ran before `keys rotate`.")
        digits = revocation.sha256[:16]
        output().print(
            f"Next: epix-gateway seal again {digits}, then epix-gateway seal notice {digits}"
        )
    output().write_json(
        {
            "purpose": purpose,
            "sha256": revocation.sha256,
            "serial": revocation.serial,
            "cause": revocation.cause.value,
            "ca_reason": ca_reason,
            "at": revocation.at.isoformat(),
            "since": revocation.since.isoformat() if revocation.since else None,
            "list": str(listed) if listed else None,
        }
    )
