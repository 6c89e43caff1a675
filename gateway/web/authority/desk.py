"""Parts of the desk of an authority: use cases and facts, from the composition root."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.exchange.authority.mending import FindingsToMend
from gateway.exchange.authority.mismatches import AuthorityMismatches
from gateway.exchange.authority.notices import NotifyPartners
from gateway.exchange.authority.search import SearchPermits
from gateway.exchange.authority.trail import Trail
from gateway.exchange.permits.ledger import LedgerDecisions
from gateway.exchange.permits.publication.ending import EndPermit
from gateway.exchange.permits.show import ShowPermit
from gateway.exchange.permits.supporting.keep import KeepDocuments
from gateway.exchange.report.sharing.act import ActOnMismatch


@dataclass(frozen=True, slots=True)
class AuthorityDesk:
    """authorities: identity -> name.  partners: keys of partners for whom a count is booked."""

    authorities: Mapping[str, str]
    partners: Sequence[str]
    search: SearchPermits
    show: ShowPermit
    ledger: LedgerDecisions
    ending: EndPermit
    trail: Trail
    notices: NotifyPartners
    mending: FindingsToMend
    mismatches: AuthorityMismatches
    sharing: ActOnMismatch
    documents: KeepDocuments


def authority_of(identity: str) -> Authority:
    """An authority by its identity, `MZ/MA`."""
    country, _, code = identity.partition("/")
    return Authority(IsoCountryCode(country), code)
