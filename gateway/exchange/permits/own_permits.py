"""Own permits: the permit that an officer names, as stored and as its record says."""

from dataclasses import dataclass

from gateway.domain.errors import CertificateNotFound, InvalidRequest
from gateway.domain.identifiers import CertificateNumber
from gateway.exchange.ports import PermitRecords, StoredPermit, Work
from gateway.exchange.service.served_authorities import ServedAuthorities


@dataclass(frozen=True, slots=True)
class PermitName:
    """Name of a permit as an officer types it.

    authority: its code, needed where the country has several authorities with this number.
    """

    country: str
    number: str
    authority: str | None = None


@dataclass(frozen=True, slots=True)
class OwnPermits:
    """Permits of the authorities that this gateway answers for, by the names of officers."""

    served: ServedAuthorities
    records: PermitRecords

    def stored(self, work: Work, name: PermitName) -> StoredPermit:
        """Return the permit in a unit of work, which locks it.

        Raises CalleeNotFound, InvalidRequest, CertificateNotFound, PermitAltered.
        """
        number = CertificateNumber.parse(name.number)
        authorities = self.served.in_country(self.served.country(name.country))
        found = [
            stored
            for authority in authorities
            if name.authority in (None, authority.code)
            and (stored := work.permits.get(authority, number))
        ]
        if len(found) > 1:
            codes = " or ".join(stored.published.authority.code for stored in found)
            raise InvalidRequest(
                f"Several authorities have a permit of this number; name one: {codes}."
            )
        if not found:
            raise CertificateNotFound
        self.records.require_intact(work.integrity, number, found[0].published)
        return found[0]
