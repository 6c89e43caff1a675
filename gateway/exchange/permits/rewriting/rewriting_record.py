"""Audit record of a rewritten permit: person, reason and digests, as the journal keeps them."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256

from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.permits.rewriting.plan import Name, Plan
from gateway.exchange.ports import Document, Exchange

OPERATION = "PermitRewritten"


def exchange_of(
    record_id: str,
    at: datetime,
    plan: Plan,
    before: Mapping[Name, Document],
    by: ResponsiblePerson,
) -> Exchange:
    """Return the record; its keys are fixed, as the journal keeps it for years.

    before: the stored documents.
    """
    authority, number = plan.later.authority, plan.later.permit.number.text
    fields = {
        "v": 1,
        "at": at.isoformat(),
        "country": authority.country.text,
        "authority": authority.code,
        "number": number,
        "documents": [
            {
                "version": name[0],
                "form": name[1].value,
                "former": _digests(before.get(name)),
                "now": _digests(plan.documents[name]),
            }
            for name in (*plan.added, *plan.replaced)
        ],
        "rebooked": [asdict(each) for each in plan.rebooked],
        "quota_units": list(plan.units),
        "findings": [
            {"rule": each.rule, "box": each.box, "line": each.position} for each in plan.findings
        ],
        "person": by.person,
        "reason": by.reason,
    }
    message = json.dumps(fields, ensure_ascii=False, sort_keys=True).encode()
    return Exchange.own(record_id, OPERATION, at, message, permit_number=number)


def _digests(document: Document | None) -> dict[str, str | None] | None:
    if document is None:
        return None
    seal = sha256(document.seal).hexdigest() if document.seal else None
    return {"document": sha256(document.content).hexdigest(), "seal": seal}
