"""Operation pages: fields, answer and faults of each operation, in words for integrators."""

from dataclasses import dataclass

from gateway.domain import errors
from gateway.domain.errors import GatewayError
from gateway.domain.partner import OperationName


@dataclass(frozen=True, slots=True)
class Element:
    """A child element of a request or an answer. occurs: as in a schema, `0..1`."""

    name: str
    type: str
    occurs: str
    meaning: str


@dataclass(frozen=True, slots=True)
class OperationDescription:
    """An operation as its page shows it. faults: all that may answer it."""

    name: OperationName
    summary: str
    request: tuple[Element, ...]
    answer: tuple[Element, ...]
    faults: tuple[type[GatewayError], ...]
    note: str = ""

    @property
    def soap_action(self) -> str:
        """SOAPAction of the operation."""
        return f"urn:{self.name}"

    @property
    def is_final(self) -> bool:
        """Whether its answer has box 14."""
        return self.name in (OperationName.GET_FINAL, OperationName.GET_FINAL_AS_THE_HUB)

    @property
    def gives_permit(self) -> bool:
        """Whether its answer is a permit."""
        return self.is_final or self.name is OperationName.GET_NON_FINAL


_EVERY_CALL = (
    errors.CertificateMissing, errors.CallerNotFound, errors.AccessDenied, errors.CalleeNotFound,
    errors.InvalidRequest, errors.MessageTooLarge, errors.VersionMismatch, errors.MustUnderstand,
    errors.ServiceUnavailable, errors.InternalError,
)  # fmt: skip
_EVERY_PERMIT = (
    errors.CertificateNotFound, errors.CertificateCancelled, errors.CertificateReplaced,
    errors.TooManyRequests,
)  # fmt: skip

_COUNTRY = Element(
    "IsoCountryCode",
    "string",
    "0..1",
    "Country asked, two letters: the one that issued the permit.",
)
_PERMIT = (
    Element("CertificateNumber", "string", "1", "Number of the permit or certificate, box 1."),
    Element("TokenId", "string", "0..1", "Security code of the permit, where it carries one."),
    _COUNTRY,
)
_CERTIFICATE = (
    Element("{root}", "{root}Type", "1", "The permit, boxes 1 to 15."),
    Element("Attachments", "AttachmentName, AttachmentContent", "0..n", "Files that go with it."),
    Element("Composite", "boolean", "1", "Always false here."),
)


def _final(name: OperationName, note: str) -> OperationDescription:
    return OperationDescription(
        name,
        "Gives a permit with box 14: the quantities that customs confirmed, line by line.",
        _PERMIT,
        _CERTIFICATE,
        (*_EVERY_PERMIT, errors.CertificateNotFinal, errors.OperationNotAvailable, *_EVERY_CALL),
        note,
    )


OPERATIONS = (
    OperationDescription(
        OperationName.GET_NON_FINAL,
        "Gives a permit as it was issued, before customs endorsed it.",
        _PERMIT, _CERTIFICATE,
        (*_EVERY_PERMIT, errors.OperationNotAvailable, *_EVERY_CALL),
    ),
    _final(
        OperationName.GET_FINAL,
        f"{OperationName.GET_FINAL_AS_THE_HUB} is another name for the same operation.",
    ),
    _final(
        OperationName.GET_FINAL_AS_THE_HUB,
        f"Another name for {OperationName.GET_FINAL}; the answer is the same.",
    ),
    OperationDescription(
        OperationName.CONFIRM_QUANTITIES,
        "Reports what customs counted, line by line, in the unit of box 11. All lines are booked,"
        " or none. The same report again changes nothing and is answered with the same"
        " ConfirmationId.",
        (
            *_PERMIT,
            Element("ConfirmedQuantities/CitesPosition", "ID, InspectedUnitQuantity", "1..n",
                  "Letter of the line, and the quantity as a plain decimal."),
        ),
        (
            Element(
                "State", "CONFIRMED or ALREADY_CONFIRMED", "0..1", "Whether this report was new."
            ),
            Element("ConfirmationId", "token", "0..1", "Number under which it is booked."),
        ),
        (
            errors.PositionUnknown, errors.PositionRepeated, errors.QuantityInvalid,
            errors.QuantityExceeded, errors.AlreadyConfirmed, errors.CertificateExpired,
            *_EVERY_PERMIT, *_EVERY_CALL,
        ),
    ),
    OperationDescription(
        OperationName.SERVICE_STATE,
        "Tells whether the service is up and has what it needs to answer.",
        (_COUNTRY,),
        (
            Element("State", "OK, DEGRADED or UNAVAILABLE", "0..1", "How the service is."),
            Element("Version", "string", "0..1", "Of the software."),
            Element("Time", "dateTime", "0..1", "By the service's clock."),
        ),
        _EVERY_CALL,
    ),
)  # fmt: skip
