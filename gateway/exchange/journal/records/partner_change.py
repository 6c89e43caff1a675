"""Record of the journal on a change of a partner, with the person and the reason."""

from collections.abc import Sequence
from datetime import datetime

from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.canonical_json import canonical, moment
from gateway.exchange.ports import Exchange

OPERATION = "PartnerChanged"


def record_of_change(
    identity: str,
    at: datetime,
    by: ResponsiblePerson,
    key: str,
    changes: Sequence[tuple[str, str, str]],
) -> Exchange:
    """Return the audit record. changes: (key of the configuration, before, after).

    at: aware. Raises InvalidRequest where person or reason is missing.
    """
    by = by.validated()
    message = canonical(
        {
            "v": 1,
            "at": moment(at),
            "partner": key,
            "person": by.person,
            "reason": by.reason,
            "changes": [
                {"key": name, "before": before, "after": after} for name, before, after in changes
            ],
        }
    )
    return Exchange.own(identity, OPERATION, at, message)
