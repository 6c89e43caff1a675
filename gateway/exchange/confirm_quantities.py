"""ConfirmQuantities: a partner tells what its customs counted. Booked once, whole, or not at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from gateway.domain.endorsement import ConfirmationState, FinalAfter, SeenQuantity
from gateway.domain.errors import ServiceUnavailable
from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode, TokenId
from gateway.domain.partner import OperationName, Partner
from gateway.domain.published import PublishedPermit, Status
from gateway.exchange.ports import BeginWork, Clock, ConcurrentChange, Form, NewId, PermitFormat, StoredPermit, Work
from gateway.exchange.refusal_budget import RefusalBudget
from gateway.exchange.served import Served
from gateway.exchange.tokens import TokenSeal, compare_with_nothing, opens
from gateway.exchange.writing import write_every

_TRIES = 10
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class ConfirmationAnswer:
    """What the caller is told. confirmation_id: of the event, the first one where it was told before."""

    state: ConfirmationState
    confirmation_id: str


@dataclass(frozen=True, slots=True)
class ConfirmQuantities:
    """A partner confirms quantities on a permit of ours. final_after: the rule of each authority."""

    begin_work: BeginWork
    served: Served
    tokens: TokenSeal
    budget: RefusalBudget
    formats: Sequence[PermitFormat]
    final_after: Mapping[Authority, FinalAfter]
    clock: Clock
    new_id: NewId

    def confirm(
        self, number: str, token: str | None, country: str | None, seen: Sequence[SeenQuantity], caller: Partner,
        message_sha256: str,
    ) -> ConfirmationAnswer:  # fmt: skip
        """Book what was seen; the same message again is answered with the first event.

        Raises AccessDenied, InvalidRequest, CalleeNotFound, CertificateNotFound, TooManyRequests, CertificateCancelled,
        CertificateReplaced, PositionUnknown, PositionRepeated, QuantityInvalid, QuantityExceeded, AlreadyConfirmed,
        ServiceUnavailable. Source: wire contract, section 3.2.
        """
        caller.require(OperationName.CONFIRM_QUANTITIES)
        certificate_number = CertificateNumber.parse(number)
        token_id = TokenId.parse(token) if token else None
        asked_country = self.served.country(country)

        def book(work: Work) -> ConfirmationAnswer:
            stored = self._opened(work, asked_country, certificate_number, token_id, caller)
            rule = self.final_after.get(stored.published.authority, FinalAfter.ANY)
            confirmed, event, state = stored.published.confirm(
                seen, caller, self.clock(), message_sha256, self.new_id(), rule
            )
            if state is ConfirmationState.CONFIRMED:
                work.permits.change(stored, confirmed, self._final_documents(stored.published, confirmed, rule))
                work.commit()
            return ConfirmationAnswer(state, event.id)

        return in_one_go(self.begin_work, book)

    def _opened(
        self, work: Work, country: IsoCountryCode, number: CertificateNumber, token: TokenId | None, caller: Partner
    ) -> StoredPermit:
        given = self.tokens.hash_of(country, number, token)
        found = work.permits.find(country, number)
        if not found:
            compare_with_nothing(given)
        for stored in found:
            if opens(stored.token_hash, given) and caller.may_see(country, stored.published.permit.countries):
                return stored
        raise self.budget.refusal(caller)

    def _final_documents(
        self, before: PublishedPermit, confirmed: PublishedPermit, rule: FinalAfter
    ) -> Mapping[tuple[str, Form], bytes]:
        if confirmed.status is not Status.FINAL:
            return {}
        final = confirmed.final_permit(rule)
        if before.status is Status.FINAL and final == before.final_permit(rule):
            return {}
        return write_every(self.formats, final, Form.FINAL)[0]


def in_one_go(begin_work: BeginWork, deed: Callable[[Work], _Result]) -> _Result:
    """Do a unit of work, and do it again from the start where somebody else was faster.

    Raises ServiceUnavailable where that does not end.
    """
    for _ in range(_TRIES):
        try:
            with begin_work() as work:
                return deed(work)
        except ConcurrentChange:
            continue
    raise ServiceUnavailable("This permit is being changed by others at this moment; try again.")
