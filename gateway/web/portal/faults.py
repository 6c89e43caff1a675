"""Faults of the service, a page each: cause, cure, and a request to the sandbox that gives it.

The words are for engineers of other systems. They are written here, apart from the error tree of
the program, so that no sentence about our inside reaches them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from gateway.domain import errors
from gateway.domain.errors import GatewayError, Retry
from gateway.domain.partner import OperationName
from gateway.web.portal.description import Service
from gateway.web.portal.fault_words import WORDS
from gateway.web.portal.requests import RequestMessage, request_for
from schemas import VersionName


@dataclass(frozen=True, slots=True)
class Trial:
    """A request to the sandbox that gives a fault.

    words: what is wrong with it.
    change: makes it of the right request.
    has_own_permit: a permit of the sandbox gives the fault; otherwise the operation's example.
    """

    operation: OperationName
    words: str
    change: Callable[[RequestMessage], RequestMessage] = lambda request: request
    has_own_permit: bool = False
    version: VersionName = "v2"


@dataclass(frozen=True, slots=True)
class FaultDescription:
    """A fault as its page shows it.

    error: class in the error tree.  trial: None where the sandbox cannot give it at once.
    """

    error: type[GatewayError]
    trial: Trial | None = None

    @property
    def code(self) -> str:
        """Its name on the wire: `Code`, and the faultstring."""
        return self.error.__name__

    @property
    def summary(self) -> str:
        """When it is given, in a sentence."""
        return WORDS[self.code].summary

    @property
    def cause(self) -> str:
        """What leads to it."""
        return WORDS[self.code].cause

    @property
    def cure(self) -> str:
        """What the caller does."""
        return WORDS[self.code].cure

    @property
    def retry(self) -> Retry:
        """Whether the same request can be sent again."""
        return self.error.retry

    @property
    def is_callers(self) -> bool:
        """Whether the caller is at fault: Client in SOAP 1.1, Sender in SOAP 1.2."""
        return issubclass(self.error, errors.RequestRefused | errors.TrustRefused)

    def request(self, service: Service) -> RequestMessage | None:
        """The request that gives it; None where this sandbox cannot."""
        if self.trial is None or not service.sandbox:
            return None
        permit = (
            service.permit_for(self.code)
            if self.trial.has_own_permit
            else service.examples[self.trial.operation]
        )
        return self.trial.change(request_for(self.trial.operation, permit)) if permit else None


_NON_FINAL, _CONFIRM = OperationName.GET_NON_FINAL, OperationName.CONFIRM_QUANTITIES


def _counting(*counted: tuple[str, str]) -> Callable[[RequestMessage], RequestMessage]:
    return lambda request: replace(request, counted=counted)


_TRIALS: Mapping[type[GatewayError], Trial] = {
    errors.CalleeNotFound: Trial(
        _NON_FINAL, "It asks for a country that is not served here.",
        lambda request: replace(request, country="XX"),
    ),
    errors.CertificateNotFound: Trial(
        _NON_FINAL, "Its token is not the permit's.",
        lambda request: replace(request, token="WRONG-TOKEN"),  # noqa: S106 - it is no secret
    ),
    errors.CertificateNotFinal: Trial(
        OperationName.GET_FINAL, "Nothing has been confirmed on this permit.", has_own_permit=True
    ),
    errors.CertificateCancelled: Trial(
        _NON_FINAL, "The permit was cancelled.", has_own_permit=True
    ),
    errors.CertificateReplaced: Trial(
        _NON_FINAL, "Another permit stands in its place.", has_own_permit=True
    ),
    errors.CertificateExpired: Trial(
        _CONFIRM, "The last day of box 2 is over.", has_own_permit=True
    ),
    errors.InvalidRequest: Trial(
        _NON_FINAL, "CertificateNumber is missing.", lambda request: replace(request, number=None)
    ),
    errors.PositionUnknown: Trial(
        _CONFIRM, "The permit has no line Z.", _counting(("Z", "1"))
    ),
    errors.PositionRepeated: Trial(
        _CONFIRM, "Line A stands twice.", _counting(("A", "2"), ("A", "3"))
    ),
    errors.QuantityInvalid: Trial(
        _CONFIRM, "Line A is counted in pieces, and pieces are whole.", _counting(("A", "1.5"))
    ),
    errors.QuantityExceeded: Trial(
        _CONFIRM, "Box 11 of line B says 12.5 kilograms.", _counting(("B", "12.500001"))
    ),
    errors.AlreadyConfirmed: Trial(
        _CONFIRM, "Other quantities were confirmed on this permit before.",
        _counting(("A", "4")), has_own_permit=True,
    ),
    errors.OperationNotAvailable: Trial(
        _NON_FINAL, "Contract v1 has no element for a value of this permit.", has_own_permit=True,
        version="v1",
    ),
    errors.VersionMismatch: Trial(
        OperationName.SERVICE_STATE, "Its envelope is of no version of SOAP.",
        lambda request: replace(request, envelope="http://www.w3.org/2001/12/soap-envelope"),
    ),
    errors.MustUnderstand: Trial(
        OperationName.SERVICE_STATE, "A header block that is unknown here must be understood.",
        lambda request: replace(request, header="Routing"),
    ),
}  # fmt: skip

FAULTS: Mapping[str, FaultDescription] = {
    code: FaultDescription(getattr(errors, code), _TRIALS.get(getattr(errors, code)))
    for code in WORDS
}
"""Every fault that leaves the service, by its code."""
