"""History of permits for the rules: what this gateway published, asked and confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gateway.domain.errors import CertificateNotFound, InvalidRequest
from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import Quantity
from gateway.domain.references.rows import ExportQuota
from gateway.domain.rules.references import Use
from gateway.exchange.ports import BeginWork, PermitLookup
from gateway.exchange.ports.listings.store import ForeignPermits
from gateway.exchange.ports.quotas.trade import QuotaCount
from gateway.exchange.service.served_authorities import ServedAuthorities

_KNOWN = "ok"
_UNKNOWN = CertificateNotFound.__name__


@dataclass(frozen=True, slots=True)
class PermitHistory:
    """The port `History` of the rules.

    own: look-up of our permits.  begin_work: for reading their content.
    foreign: what was asked and confirmed of those of others.
    partners: key of the partner that answers for a country, by country.
    quotas: counts what our permits took of a quota.
    """

    served: ServedAuthorities
    partners: Mapping[str, str]
    own: PermitLookup
    begin_work: BeginWork
    foreign: ForeignPermits
    quotas: QuotaCount

    def known_to_issuer(self, country: str, number: str) -> bool | None:
        """See the port. Of another country, the newest answer of its authority says it.

        Its answer "not found" may also mean a wrong token, or a permit that we may not see.
        """
        if self._is_served(country):
            try:
                wanted = IsoCountryCode.parse(country), CertificateNumber.parse(number)
            except InvalidRequest:  # no number of ours is written so
                return False
            return bool(self.own.find(*wanted))
        partner = self.partners.get(country)
        outcome = self.foreign.last_outcome(partner, number) if partner else None
        return {_KNOWN: True, _UNKNOWN: False}.get(outcome or "")

    def permit(self, country: str, number: str) -> Permit | None:
        """See the port. The content of our own permits is known, as they were issued."""
        try:
            wanted = CertificateNumber.parse(number)
        except InvalidRequest:  # no number of ours is written so
            return None
        for authority in self.served.authorities:
            if authority.country.text == country:
                with self.begin_work() as work:
                    stored = work.permits.get(authority, wanted)
                if stored is not None:
                    return stored.published.permit
        return None

    def under(
        self, quota: ExportQuota, issuer: Authority, day: date, number: CertificateNumber
    ) -> Quantity | None:
        """See the port. The permits of our authorities alone are known here."""
        country = issuer.country.text
        if not self._is_served(country):
            return None
        return self.quotas.under(quota, country, day, (issuer, number))

    def use(self, country: str, number: str) -> Use | None:
        """See the port. Uses of our own permits stand in their ledger, not here."""
        return None if self._is_served(country) else self.foreign.first_use(country, number)

    def _is_served(self, country: str) -> bool:
        return any(each.country.text == country for each in self.served.authorities)
