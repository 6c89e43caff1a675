"""Use cases behind the SOAP endpoint, and what an operation needs to call one.

These types are free of Spyne, so the composition root and the rest of the room can use them. Only
the package `spyne` turns a request object of Spyne into a call of a use case.
"""

from collections.abc import Callable
from dataclasses import dataclass

from gateway.domain.partner import Partner
from gateway.exchange.permits.answer import AnswerCertificate, CertificateAnswer
from gateway.exchange.permits.confirm import ConfirmationAnswer, ConfirmQuantities
from gateway.exchange.service.identify_caller import AnyCaller, IdentifyCaller
from gateway.exchange.service.state import ServiceState, StateAnswer

Answer = CertificateAnswer | ConfirmationAnswer | StateAnswer
"""The result of any operation."""


@dataclass(frozen=True, slots=True)
class UseCases:
    """The use cases that the operations of a SOAP endpoint call.

    require_open: raises UnderMaintenance while only ServiceState is answered.
    note_certificate: takes a client certificate (DER) and the caller it was accepted for, if any;
    returns the key of the partner it is of, None for none.
    """

    know_caller: IdentifyCaller | AnyCaller
    answer_certificate: AnswerCertificate
    confirm_quantities: ConfirmQuantities
    service_state: ServiceState
    require_open: Callable[[], None] = lambda: None
    note_certificate: Callable[[bytes, Partner | None], str | None] = lambda _, caller: (
        caller.key if caller else None
    )


@dataclass(frozen=True, slots=True)
class Call:
    """The circumstances of one call: all that an operation needs beside its request.

    It takes the place of the context that Spyne passes to an operation.

    version: of the contract, `v1` or `v2`.  message: HTTP body as it arrived; a repeated
    confirmation is recognised by its digest.
    """

    use_cases: UseCases
    caller: Partner
    version: str
    message: bytes
