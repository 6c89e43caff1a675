"""View of key lists of partners: authorities, dates and keys of each."""

from collections.abc import Sequence
from datetime import datetime

from rich.console import Group

from gateway.cli.console import plain
from gateway.domain.paper.key_list import KeyList
from gateway.exchange.permits.paper.key_lists import HeldList


def view(held: Sequence[HeldList], now: datetime) -> Group:
    """A block for each list."""
    if not held:
        return Group(plain("No key list of a partner is held. `paper import-keys` takes one."))
    return Group(*(plain(line) for each in held for line in _lines(each, now)))


def fetched(outcomes: Sequence[HeldList], now: datetime) -> Group:
    """A block for each list that was asked for."""
    if not outcomes:
        return Group(plain("No partner has a key_list_address in conf/partners.toml."))
    return Group(
        *(
            plain(line)
            for each in outcomes
            for line in (
                _lines(each, now)
                if each.signed
                else [f"! {each.partner}: not taken; a list that is held stays. {each.problem}"]
            )
        )
    )


def _lines(held: HeldList, now: datetime) -> list[str]:
    signed, partner = held.signed, held.partner
    if signed is None:
        return [f"! {partner}: not used. {held.problem}"]
    found = signed.list
    codes = ", ".join(str(authority) for authority in found.authorities)
    lines = [
        f"{partner}: {codes}, made {found.made_at:%Y-%m-%d %H:%M} UTC, {_until(found, now)}",
        f"  signed by {signed.signer}; withdrawn permits: {found.withdrawn.count}",
    ]
    for key in found.keys:
        state = f"to {key.valid_until:%Y-%m-%d}"
        if key.revocation:
            state = f"REVOKED {key.revocation.at:%Y-%m-%d} ({key.revocation.cause})"
        lines.append(f"  key {key.id.hex()}, {state}")
    return lines


def _until(found: KeyList, now: datetime) -> str:
    last = f"{found.next_at:%Y-%m-%d}"
    return f"OUT OF DATE since {last}" if now > found.next_at else f"out of date after {last}"


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
