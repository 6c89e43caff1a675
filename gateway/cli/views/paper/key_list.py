"""View of key lists of partners: authorities, dates and keys of each."""

from collections.abc import Sequence

from rich.console import Group

from gateway.cli.console import plain
from gateway.exchange.permits.paper.key_lists import HeldList


def view(held: Sequence[HeldList]) -> Group:
    """A block for each list."""
    if not held:
        return Group(plain("No key list of a partner is held. `paper import-keys` takes one."))
    return Group(*(plain(line) for each in held for line in _lines(each)))


def _lines(held: HeldList) -> list[str]:
    signed, partner = held.signed, held.partner
    if signed is None:
        return [f"! {partner}: not used. {held.problem}"]
    found = signed.list
    codes = ", ".join(str(authority) for authority in found.authorities)
    lines = [
        f"{partner}: {codes}, made {found.made_at:%Y-%m-%d %H:%M} UTC, out of date after"
        f" {found.next_at:%Y-%m-%d}",
        f"  signed by {signed.signer}; withdrawn permits: {found.withdrawn.count}",
    ]
    for key in found.keys:
        state = f"to {key.valid_until:%Y-%m-%d}"
        if key.revocation:
            state = f"REVOKED {key.revocation.at:%Y-%m-%d} ({key.revocation.cause})"
        lines.append(f"  key {key.id.hex()}, {state}")
    return lines


def as_json(held: HeldList) -> dict[str, object]:
    """The list; moments as ISO 8601. Of one that is not used the problem alone."""
    signed = held.signed
    if signed is None:
        return {"partner": held.partner, "problem": held.problem}
    found = signed.list
    return {
        "partner": held.partner,
        "problem": None,
        "country": found.country.text,
        "authorities": [authority.code for authority in found.authorities],
        "made_at": found.made_at.isoformat(),
        "next_at": found.next_at.isoformat(),
        "signer": signed.signer,
        "withdrawn": found.withdrawn.count,
        "keys": [
            {
                "id": key.id.hex(),
                "valid_from": key.valid_from.isoformat(),
                "valid_until": key.valid_until.isoformat(),
                "revoked_at": key.revocation.at.isoformat() if key.revocation else None,
            }
            for key in found.keys
        ],
    }
