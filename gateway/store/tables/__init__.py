"""Tables and their columns.

Moments are text (moments.py) and amounts are decimals as text, so that both databases keep them
exactly. A confirmation is never changed. A record of the journal and the content it refers to are
never changed, and deleted only when their retention is over. Triggers in the migrations enforce
that.
"""

from gateway.store.tables.availability import (
    partner_last_result,
    partner_probe,
    partner_result,
    partner_window,
)
from gateway.store.tables.callers import shown_certificate
from gateway.store.tables.columns import MOMENT, NUMBER, SHA256, metadata
from gateway.store.tables.declarations import declaration_use
from gateway.store.tables.desks.api import (
    api_budget,
    api_key,
    api_request,
    permit_event,
    webhook,
    webhook_cursor,
    webhook_message,
)
from gateway.store.tables.desks.console import (
    configuration_change,
    exchange_count,
    exchange_counted,
)
from gateway.store.tables.desks.customs import customs_look_up
from gateway.store.tables.desks.mail_questions import mail_question
from gateway.store.tables.desks.people import (
    failed_sign_in,
    one_time_code,
    passkey,
    person,
    person_link,
    person_role,
    sign_on_answer,
    unlinked_subject,
    web_session,
)
from gateway.store.tables.desks.training import training_exercise
from gateway.store.tables.integrity import integrity_walk, permit_record, permit_suspension
from gateway.store.tables.journal import (
    exchange,
    journal_anchor,
    journal_head,
    journal_hold,
    journal_leaf,
    journal_pruned,
    journal_release,
    journal_stamp,
    partner_head,
    taken_message,
)
from gateway.store.tables.listings import (
    reference_fact,
    reference_import,
    reference_name,
    reference_taxon,
)
from gateway.store.tables.national import national_record, national_source
from gateway.store.tables.nodes import compatibility, service_mode, shared_key
from gateway.store.tables.outbox import outbox, outbox_event
from gateway.store.tables.paper import key_list
from gateway.store.tables.permits import (
    attachment,
    authority,
    confirmation,
    confirmed_quantity,
    content,
    declaration,
    document,
    former_document,
    former_seal,
    ledger_line,
    loss_note,
    permit,
    reversal,
    supporting_document,
)
from gateway.store.tables.quotas import quota_line
from gateway.store.tables.report import (
    mismatch_act,
    mismatch_partner,
    mismatch_settlement,
    shared_mismatch,
)
from gateway.store.tables.trace import foreign_reexport, reexport_line

__all__ = [
    "MOMENT",
    "NUMBER",
    "SHA256",
    "api_budget",
    "api_key",
    "api_request",
    "attachment",
    "authority",
    "compatibility",
    "configuration_change",
    "confirmation",
    "confirmed_quantity",
    "content",
    "customs_look_up",
    "declaration",
    "declaration_use",
    "document",
    "exchange",
    "exchange_count",
    "exchange_counted",
    "failed_sign_in",
    "foreign_reexport",
    "former_document",
    "former_seal",
    "integrity_walk",
    "journal_anchor",
    "journal_head",
    "journal_hold",
    "journal_leaf",
    "journal_pruned",
    "journal_release",
    "journal_stamp",
    "key_list",
    "ledger_line",
    "loss_note",
    "mail_question",
    "metadata",
    "mismatch_act",
    "mismatch_partner",
    "mismatch_settlement",
    "national_record",
    "national_source",
    "one_time_code",
    "outbox",
    "outbox_event",
    "partner_head",
    "partner_last_result",
    "partner_probe",
    "partner_result",
    "partner_window",
    "passkey",
    "permit",
    "permit_event",
    "permit_record",
    "permit_suspension",
    "person",
    "person_link",
    "person_role",
    "quota_line",
    "reexport_line",
    "reference_fact",
    "reference_import",
    "reference_name",
    "reference_taxon",
    "reversal",
    "service_mode",
    "shared_key",
    "shared_mismatch",
    "shown_certificate",
    "sign_on_answer",
    "supporting_document",
    "taken_message",
    "training_exercise",
    "unlinked_subject",
    "web_session",
    "webhook",
    "webhook_cursor",
    "webhook_message",
]
