"""Advice for each outcome of an exchange: the party that must act, and the next step to try."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gateway.domain import errors
from gateway.domain.people.sentence import Sentence


class Actor(StrEnum):
    """Party that must act. PARTNER: the authority there.  US: this gateway's operators."""

    NONE = "nobody"
    PARTNER = "the partner"
    US = "we"
    BOTH = "we and the partner, together"


@dataclass(frozen=True, slots=True)
class Advice:
    """Party that must act, and what to try."""

    actor: Actor
    attempt: Sentence


NOTHING = Advice(Actor.NONE, Sentence("Nothing has to be done."))

_OTHER_CODE = Advice(
    Actor.US, Sentence("Read both messages: `epix-gateway journal show` has them.")
)
_OUR_DEFECT = Advice(
    Actor.US,
    Sentence(
        "Look for the incident number in the log, and report the line: it names the place in the"
        " code."
    ),
)
_LETTER_BY_LETTER = Advice(
    Actor.PARTNER,
    Sentence(
        "Compare number and token with the document, letter by letter. Where both are right, look"
        " whether the permit names the partner's country, and whether it was published."
    ),
)
_MALFORMED = Advice(
    Actor.PARTNER,
    Sentence(
        "Its software sent what the contract does not know. Send it the sentence of the fault and"
        " the incident number."
    ),
)
_QUANTITIES = Advice(
    Actor.PARTNER,
    Sentence(
        "Compare its quantities with `epix-gateway ledger show`; a confirmation of ours that is"
        " wrong is taken back with `ledger reverse`."
    ),
)
_SIGNATURE = Advice(
    Actor.BOTH,
    Sentence(
        "Compare what was agreed on signatures ([partner.security]) and the certificates of both"
        " ends."
    ),
)
_DATABASE = Advice(
    Actor.US,
    Sentence(
        "Look at /health/ready, the disk and the database; see docs/operations.md. The partner"
        " tries again by itself."
    ),
)

ASKED_OF_US: Mapping[type[errors.GatewayError], Advice] = {
    errors.CertificateMissing: Advice(
        Actor.PARTNER,
        Sentence(
            "It needs a client certificate that is in date and of a CA that is known here. Ask it"
            " for the new one, compare the fingerprint by telephone, put it into"
            " conf/partners.toml beside the old one, then `systemctl reload epix-gateway`."
        ),
    ),
    errors.CallerNotFound: Advice(
        Actor.BOTH,
        Sentence(
            "The certificate is in order, but no partner is registered with it. Compare its"
            " fingerprint with the partner by telephone, then put it into conf/partners.toml and"
            " reload."
        ),
    ),
    errors.CalleeNotFound: Advice(
        Actor.PARTNER, Sentence("It names a country or authority that is not served here.")
    ),
    errors.AccessDenied: Advice(
        Actor.BOTH,
        Sentence(
            "The operation is not open to it: see operations and [[partner.access]] in"
            " conf/partners.toml."
        ),
    ),
    errors.CertificateNotFound: _LETTER_BY_LETTER,
    errors.CertificateNotFinal: Advice(
        Actor.NONE, Sentence("Box 14 is not complete; the partner asks again later.")
    ),
    errors.CertificateCancelled: Advice(
        Actor.PARTNER, Sentence("The permit was cancelled: not to accept.")
    ),
    errors.CertificateReplaced: Advice(
        Actor.PARTNER, Sentence("Another permit stands in its place: that one has to be asked for.")
    ),
    errors.CertificateExpired: Advice(
        Actor.PARTNER,
        Sentence("The permit has expired, and confirm_after_expiry is `refuse` for it."),
    ),
    errors.InvalidRequest: _MALFORMED,
    errors.MessageTooLarge: _MALFORMED,
    errors.VersionMismatch: _MALFORMED,
    errors.MustUnderstand: _MALFORMED,
    errors.PositionUnknown: _QUANTITIES,
    errors.PositionRepeated: _QUANTITIES,
    errors.QuantityInvalid: _QUANTITIES,
    errors.QuantityExceeded: _QUANTITIES,
    errors.AlreadyConfirmed: _QUANTITIES,
    errors.TooManyRequests: Advice(
        Actor.PARTNER,
        Sentence(
            "It was refused too often within a minute: `journal search --caller` shows what for."
        ),
    ),
    errors.OperationNotAvailable: Advice(
        Actor.PARTNER, Sentence("It has to ask in the other schema version.")
    ),
    errors.SignatureMissing: _SIGNATURE,
    errors.SignatureInvalid: _SIGNATURE,
    errors.SignerNotTrusted: _SIGNATURE,
    errors.AlgorithmRefused: _SIGNATURE,
    errors.MessageExpired: Advice(Actor.BOTH, Sentence("Compare the clocks of both machines.")),
    errors.MessageReplayed: _MALFORMED,
    errors.ServiceUnavailable: _DATABASE,
    errors.UnderMaintenance: Advice(
        Actor.US,
        Sentence("The service is closed: `epix-gateway maintenance status` says since when."),
    ),
    errors.PermitAltered: Advice(
        Actor.US,
        Sentence(
            "The permit is not what was recorded of it: `epix-gateway journal verify --reconcile`."
        ),
    ),
    errors.InternalError: _OUR_DEFECT,
}
"""Advice for requests of partners, by the error that answered them."""

ASKED_BY_US: Mapping[type[errors.GatewayError], Advice] = {
    errors.PartnerUnreachable: Advice(
        Actor.BOTH,
        Sentence(
            "`epix-gateway state` asks whether its service is up. Where it stays so, telephone: its"
            " server, its certificate, or the network between."
        ),
    ),
    errors.PartnerTimeout: Advice(
        Actor.PARTNER, Sentence("Its service is slow: try again later, then telephone.")
    ),
    errors.PartnerFault: Advice(
        Actor.BOTH,
        Sentence("It refused the request: its own sentence and incident number are above."),
    ),
    errors.PartnerReplyInvalid: Advice(
        Actor.PARTNER,
        Sentence("Its answer is not of the contract: send it the record of the journal."),
    ),
    errors.ServiceUnavailable: _DATABASE,
    errors.InternalError: _OUR_DEFECT,
    errors.SignatureMissing: _SIGNATURE,
    errors.SignatureInvalid: _SIGNATURE,
    errors.SignerNotTrusted: _SIGNATURE,
    errors.AlgorithmRefused: _SIGNATURE,
    errors.MessageExpired: Advice(Actor.BOTH, Sentence("Compare the clocks of both machines.")),
    errors.MessageReplayed: _SIGNATURE,
}
"""Advice for our own requests, by the error that they ended with."""


def advice(outcome: str, *, by_us: bool) -> Advice:
    """Return the advice for an outcome of the journal: `ok`, or the code of an error."""
    if outcome == "ok":
        return NOTHING
    table = ASKED_BY_US if by_us else ASKED_OF_US
    return next((row for kind, row in table.items() if kind.__name__ == outcome), _OTHER_CODE)
