"""Faults of the service, a page each: cause, cure, and a request to the sandbox that gives it.

The words are for engineers of other systems. They are written here, apart from the error tree of
the program, so that no sentence about our inside reaches them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from gateway.domain import errors
from gateway.domain.errors import GatewayError, Retry
from gateway.domain.partner import OperationName
from gateway.web.portal.description import Service
from gateway.web.portal.fault_words import WORDS
from gateway.web.portal.requests import RequestMessage, example_request, request_of
from schemas import DEFAULT_VERSION, VERSIONS, VersionName


@dataclass(frozen=True, slots=True)
class Trial:
    """A request to the sandbox that gives a fault. words: the mistake in it."""

    words: str
    version: VersionName
    request: RequestMessage


@dataclass(frozen=True, slots=True)
class FaultDescription:
    """A fault as its page shows it. error: class in the error tree."""

    error: type[GatewayError]

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
        """Reasons for which it is given."""
        return WORDS[self.code].cause

    @property
    def cure(self) -> str:
        """Steps that the caller takes."""
        return WORDS[self.code].cure

    @property
    def retry(self) -> Retry:
        """Whether the same request can be sent again."""
        return self.error.retry

    @property
    def is_callers(self) -> bool:
        """Whether the caller is at fault: Client in SOAP 1.1, Sender in SOAP 1.2."""
        return issubclass(self.error, errors.RequestRefused | errors.TrustRefused)

    def trials(self, service: Service) -> Iterator[Trial]:
        """Requests to this sandbox that give it; none where it has none, and elsewhere."""
        for case in service.cases:
            if case.outcome == self.code:
                named = VERSIONS.get(case.version or DEFAULT_VERSION)
                version = named.name if named else DEFAULT_VERSION
                yield Trial(case.purpose, version, request_of(case))
        if service.sandbox:
            state = example_request(service, OperationName.SERVICE_STATE)
            yield from _of_envelope(self.error, state)


def _of_envelope(error: type[GatewayError], state: RequestMessage) -> Iterator[Trial]:
    if error is errors.VersionMismatch:
        envelope = "http://www.w3.org/2001/12/soap-envelope"
        yield Trial(
            "An envelope of no version of SOAP.", DEFAULT_VERSION, replace(state, envelope=envelope)
        )
    if error is errors.MustUnderstand:
        yield Trial(
            "A header block that must be understood, and is unknown here.",
            DEFAULT_VERSION,
            replace(state, header="Routing"),
        )


FAULTS: Mapping[str, FaultDescription] = {
    code: FaultDescription(getattr(errors, code)) for code in WORDS
}
"""Every fault that leaves the service, by its code."""
