"""Ended permits of partners: refusals in the journal by which a permit was cancelled or replaced.

An issuer gives such a permit out no more, so its refusal is the only sign, and an older copy looks
as if it were in force.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.domain.errors import (
    CertificateCancelled,
    CertificateReplaced,
    InvalidRequest,
    PartnerFault,
)
from gateway.domain.identifiers import CertificateNumber
from gateway.domain.partner import OperationName
from gateway.domain.permit.status import Status
from gateway.exchange.permits.foreign.earlier_answers import JournalSearch
from gateway.exchange.ports import Direction, Exchange, JournalFilter

ENDED: Mapping[str, Status] = {
    CertificateCancelled.__name__: Status.CANCELLED,
    CertificateReplaced.__name__: Status.REPLACED,
}
"""Status of a permit that its issuer gives out no more, by the code of its fault."""

_ASKED = frozenset(
    str(name)
    for name in (
        OperationName.GET_NON_FINAL,
        OperationName.GET_FINAL,
        OperationName.GET_FINAL_AS_THE_HUB,
    )
)
_MOST_REFUSALS = 200
"""So many that wrong tokens, typed since, do not push the refusal that counts out of sight."""
_MOST_ANSWERS = 20

EndOf = Callable[[str, str], str | None]
"""Gives the code of `ENDED` that the issuer said of a permit, by country and number."""


@dataclass(frozen=True, slots=True)
class EndedPermits:
    """Ended permits, as their issuers said.

    read_fault: gives the code of the fault of an exchange in our words; empty where it has none.
    partners: key of the partner by its country.
    """

    journal: JournalSearch
    read_fault: Callable[[Exchange], str]
    partners: Mapping[str, str]

    def code(self, country: str, number: str) -> str | None:
        """Return the code of `ENDED` by which the issuer refused a permit.

        None where it gave the permit out since, or never said so. Of the newest refusals alone.
        Raises ServiceUnavailable.
        """
        partner = self.partners.get(country)
        try:
            asked = CertificateNumber.of_partner(number).text
        except InvalidRequest:  # no number that a partner could print
            return None
        if partner is None:
            return None
        refused = JournalFilter(asked, outcome=PartnerFault.__name__)
        for exchange in self.journal.search(refused, _MOST_REFUSALS):
            if not _is_answer_of(exchange, partner):
                continue
            code = self.read_fault(exchange)
            if code in ENDED:
                since = JournalFilter(asked, outcome="ok", since=exchange.began_at)
                answers = self.journal.search(since, _MOST_ANSWERS)
                return None if any(_is_answer_of(each, partner) for each in answers) else code
        return None


def _is_answer_of(exchange: Exchange, partner: str) -> bool:
    is_out = exchange.direction is Direction.OUT
    return is_out and exchange.callee == partner and exchange.operation in _ASKED
