"""View of webhooks: a row each, without the secret."""

from collections.abc import Sequence

from rich.console import RenderableType

from gateway.cli.views.tables import Records
from gateway.exchange.ports.api.webhooks import Webhook

_COLUMNS = ("Webhook", "Key", "Authority", "Address", "Events", "Waiting")


def table(webhooks: Sequence[tuple[Webhook, int]]) -> RenderableType:
    """A row for each webhook, with the number of its messages that wait."""
    records = Records(_COLUMNS, frozenset({"Webhook", "Key", "Address"}))
    for each, waiting in webhooks:
        kinds = " ".join(sorted(each.kinds))
        records.add_row(each.id, each.key_id, each.authority, each.address, kinds, str(waiting))
    return records


def as_json(webhook: Webhook, waiting: int) -> dict[str, object]:
    """The same for a program."""
    return {
        "webhook": webhook.id,
        "key": webhook.key_id,
        "authority": webhook.authority,
        "address": webhook.address,
        "events": sorted(webhook.kinds),
        "created_at": webhook.created_at.isoformat(),
        "waiting": waiting,
    }
