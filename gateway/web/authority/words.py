"""Words of the desk of an authority for statuses, records and refusals."""

from gateway.domain.errors import (
    AlreadyConfirmed,
    CertificateCancelled,
    CertificateReplaced,
    GatewayError,
    PermitAltered,
    QuantityExceeded,
    QuantityInvalid,
    ServiceUnavailable,
)
from gateway.domain.ledger.endorsement import Role as Side
from gateway.domain.partner import OperationName
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.status import Status
from gateway.domain.report.shared import ActKind, SharedState
from gateway.domain.rules import Severity
from gateway.exchange.api.acts import CALLED
from gateway.exchange.authority.notices import OPERATION as NOTIFIED
from gateway.exchange.authority.notices import Outcome
from gateway.exchange.authority.trail import LOOKED_AT
from gateway.exchange.customs.signed_verdict import OPERATION as VERDICT
from gateway.exchange.declarations.record import OPERATION as DECLARED
from gateway.exchange.permits.publication.ending import OPERATIONS
from gateway.exchange.permits.supporting.keep import ADDED, REMOVED
from gateway.exchange.report.sharing.records import OPERATIONS as ACTS

STATUSES = {
    Status.ISSUED: (Sentence("issued"), "good"),
    Status.FINAL: (Sentence("final"), "good"),
    Status.CANCELLED: (Sentence("cancelled"), "bad"),
    Status.REPLACED: (Sentence("replaced"), "bad"),
    Status.LOST: (Sentence("lost or stolen"), "bad"),
    Status.RETURNED: (Sentence("returned unused"), "bad"),
}
"""Status -> its word, and the look of its mark."""

ENDS = {
    Status.CANCELLED: (
        Sentence("Cancelled"),
        Sentence("The permit was issued wrongly, or is withdrawn."),
    ),
    Status.LOST: (
        Sentence("Lost or stolen"),
        Sentence("The holder does not have the paper any more. It can be replaced later."),
    ),
    Status.RETURNED: (
        Sentence("Returned unused"),
        Sentence("The holder gave the paper back, and nothing was shipped on it."),
    ),
    Status.REPLACED: (
        Sentence("Replaced"),
        Sentence("Another permit takes its place. It has to be published here already."),
    ),
}
"""What a person may say of a permit, with a hint."""

SHARED_STATES = {
    SharedState.OPEN: (Sentence("open"), "warn"),
    SharedState.PROPOSED: (Sentence("proposed"), "warn"),
    SharedState.AGREED: (Sentence("agreed"), "good"),
    SharedState.DISAGREED: (Sentence("not agreed"), "bad"),
    SharedState.OVER: (Sentence("no difference any more"), "good"),
}
"""State of a shared difference -> its word, and the look of its mark."""

SIDES = {Side.EXPORT: Sentence("at export"), Side.IMPORT: Sentence("at import")}
SEVERITIES = {
    Severity.ERROR: (Sentence("wrong"), "bad"),
    Severity.RISK: (Sentence("partners have to ask"), "bad"),
    Severity.WARNING: (Sentence("to look at"), "warn"),
}
RECORDS = {
    OperationName.GET_NON_FINAL.value: Sentence("Asked for the permit as issued"),
    OperationName.GET_FINAL.value: Sentence("Asked for the final permit"),
    OperationName.GET_FINAL_AS_THE_HUB.value: Sentence("Asked for the final permit"),
    OperationName.CONFIRM_QUANTITIES.value: Sentence("Confirmed quantities"),
    LOOKED_AT: Sentence("Looked at the permit"),
    CALLED: Sentence("A system called the JSON interface"),
    VERDICT: Sentence("A paper was compared at the border"),
    DECLARED: Sentence("Used by a customs declaration"),
    NOTIFIED: Sentence("Told partners that it is over"),
    OPERATIONS[Status.CANCELLED]: Sentence("Cancelled"),
    OPERATIONS[Status.LOST]: Sentence("Lost or stolen"),
    OPERATIONS[Status.RETURNED]: Sentence("Returned unused"),
    OPERATIONS[Status.REPLACED]: Sentence("Replaced"),
    "MismatchSettled": Sentence("Difference of counts settled"),
    ACTS[ActKind.PROPOSED]: Sentence("Quantity proposed for a difference of counts"),
    ACTS[ActKind.AGREED]: Sentence("Quantity agreed for a difference of counts"),
    ACTS[ActKind.DISAGREED]: Sentence("Proposed quantity not agreed"),
    "ledger reverse": Sentence("Confirmation taken back"),
    "ledger correct": Sentence("Confirmation corrected"),
    "ledger record": Sentence("Count booked for a partner"),
    "ledger close": Sentence("Declared used up"),
    "ledger reopen": Sentence("Opened again"),
    ADDED: Sentence("Document added"),
    REMOVED: Sentence("Document removed"),
}
"""Operation of a record -> words. Others are shown by the name of the operation."""

OUTCOMES = {
    Outcome.MAILED: (Sentence("mail sent"), "good"),
    Outcome.NOT_TAKEN: (Sentence("the mail server did not take the mail"), "bad"),
    Outcome.NO_ADDRESS: (Sentence("no mail address: tell them yourself"), "warn"),
}
REASON_MISSING = Sentence("Write the reason, in 3 to 300 letters on one line.")


def refusal(error: GatewayError) -> Sentence:
    """Why something was not done, for the person that asked for it.

    Raises the error where the person cannot mend it.
    """
    if isinstance(error, PermitAltered | ServiceUnavailable):
        raise error
    line = error.position or ""
    if isinstance(error, QuantityExceeded):
        return Sentence("Line {line}: this is more than remains of box 11.", {"line": line})
    if isinstance(error, QuantityInvalid):
        return Sentence(
            "Line {line}: write a quantity such as 12.5, in the unit of box 11; specimens in whole"
            " numbers.",
            {"line": line},
        )
    if isinstance(error, AlreadyConfirmed):
        return Sentence(
            "Line {line}: this partner has confirmed it already. Correct that confirmation.",
            {"line": line},
        )
    if isinstance(error, CertificateCancelled | CertificateReplaced):
        return Sentence("The permit is over: nothing is booked on it any more.")
    return Sentence("This was not done: {text}", {"text": error.words})
