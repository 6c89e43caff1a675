"""Whom does a question go to? The authorities this gateway answers for."""

from dataclasses import dataclass

from gateway.domain.errors import CalleeNotFound
from gateway.domain.identifiers import Authority, IsoCountryCode


@dataclass(frozen=True, slots=True)
class Served:
    """authorities: at least one; a country may have several."""

    authorities: tuple[Authority, ...]

    def country(self, asked: str | None) -> IsoCountryCode:
        """The country a request is for: as it says, or the only authority's where it says nothing.

        Raises CalleeNotFound. Source: wire contract, section 12, O9.
        """
        if not asked:
            if len(self.authorities) == 1:
                return self.authorities[0].country
            raise CalleeNotFound("IsoCountryCode is needed here: more than one authority is served.")
        for authority in self.authorities:
            if authority.country.text == asked.strip():
                return authority.country
        raise CalleeNotFound("No authority of this country is served here.")

    def of(self, country: IsoCountryCode) -> tuple[Authority, ...]:
        """The authorities of a country."""
        return tuple(authority for authority in self.authorities if authority.country == country)

    def authority(self, code: str | None) -> Authority | None:
        """The authority of that code, or the only one where none is named; None where that does not settle it."""
        if code is None:
            return self.authorities[0] if len(self.authorities) == 1 else None
        return next((authority for authority in self.authorities if authority.code == code), None)
