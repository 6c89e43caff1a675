"""View of API keys: a row each, without the secret."""

from collections.abc import Sequence
from datetime import datetime

from rich.console import RenderableType

from gateway.cli.views.tables import Records
from gateway.domain.api.key import ApiKey

_COLUMNS = ("Key", "System", "Authority", "Scopes", "From", "State", "Last used")


def table(keys: Sequence[ApiKey], now: datetime) -> RenderableType:
    """A row for each key; prefixes are shown whole."""
    records = Records(_COLUMNS, frozenset({"Key"}))
    for key in keys:
        records.add_row(
            key.id,
            key.system,
            key.authority,
            " ".join(sorted(key.scopes)),
            " ".join(map(str, key.networks)) or "anywhere",
            _state(key, now),
            key.used_on.isoformat() if key.used_on else "never",
        )
    return records


def as_json(key: ApiKey) -> dict[str, object]:
    """The same for a program."""
    return {
        "key": key.id,
        "system": key.system,
        "authority": key.authority,
        "scopes": sorted(key.scopes),
        "networks": [str(each) for each in key.networks],
        "calls_per_minute": key.calls_per_minute,
        "created_at": key.created_at.isoformat(),
        "expires_at": key.expires_at.isoformat(),
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
        "used_on": key.used_on.isoformat() if key.used_on else None,
    }


def _state(key: ApiKey, now: datetime) -> str:
    if key.revoked_at:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    word = "until" if key.is_valid_at(now) else "expired"
    return f"{word} {key.expires_at:%Y-%m-%d}"
