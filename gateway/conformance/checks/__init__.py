"""Checks of answers: the table of expectations that a case file may name.

A check takes what was judged and what is expected, and returns a sentence where that does not hold.
It raises NotApplicable where the answer has nothing to judge.
"""

from collections.abc import Callable, Mapping
from typing import Any

from gateway.conformance.checks import comparing, contract_files, document, envelope
from gateway.conformance.exchange import Judged

Check = Callable[[Judged, Any], str | None]

CHECKS: Mapping[str, Check] = {
    "answered": envelope.answered,
    "answered_or": envelope.answered_or,
    "refused": envelope.refused,
    "blames_caller": envelope.blames_caller,
    "not_answered_as": envelope.not_answered_as,
    "fault": envelope.fault,
    "fault_form": envelope.fault_form,
    "fault_detail": envelope.fault_detail,
    "fault_says": envelope.fault_says,
    "no_inside": envelope.no_inside,
    "no_token": envelope.no_token,
    "media_type": envelope.media_type,
    "within_seconds": envelope.within_seconds,
    "number": document.number,
    "unqualified_children": document.unqualified_children,
    "valid": document.valid,
    "box_14": document.box_14,
    "confirmed_in_box_14": document.confirmed_in_box_14,
    "attachment": document.attachment,
    "same_words_as": comparing.same_words_as,
    "same_time_as": comparing.same_time_as,
    "same_permit_as": comparing.same_permit_as,
    "same_confirmation_as": comparing.same_confirmation_as,
    "wsdl": contract_files.wsdl,
    "wsdl_operations": contract_files.wsdl_operations,
    "wsdl_address": contract_files.wsdl_address,
}
"""Check by its name in the case files. `seal` is added where there is a verifier of seals."""
