"""Which tables are there, and what stands in each column?

Moments are text (moments.py), amounts are decimals as text, so that both databases keep them exactly.
A confirmation is never changed; a record of the journal and the content it names are never changed, and deleted only
when their time is over: triggers of the migrations see to it.
"""

from gateway.store.tables.columns import MOMENT, NUMBER, SHA256, metadata
from gateway.store.tables.journal import (
    exchange,
    journal_head,
    journal_hold,
    journal_leaf,
    journal_pruned,
    journal_release,
    journal_stamp,
    taken_message,
)
from gateway.store.tables.nodes import compatibility, service_mode, shared_key
from gateway.store.tables.outbox import outbox, outbox_event
from gateway.store.tables.permits import (
    attachment,
    authority,
    confirmation,
    confirmed_quantity,
    content,
    declaration,
    document,
    ledger_line,
    permit,
    reversal,
)

__all__ = [
    "MOMENT",
    "NUMBER",
    "SHA256",
    "attachment",
    "authority",
    "compatibility",
    "confirmation",
    "confirmed_quantity",
    "content",
    "declaration",
    "document",
    "exchange",
    "journal_head",
    "journal_hold",
    "journal_leaf",
    "journal_pruned",
    "journal_release",
    "journal_stamp",
    "ledger_line",
    "metadata",
    "outbox",
    "outbox_event",
    "permit",
    "reversal",
    "service_mode",
    "shared_key",
    "taken_message",
]
