"""Served authorities: the Management Authorities that this gateway answers for."""

from dataclasses import dataclass

from gateway.domain.errors import CalleeNotFound
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.white_space import trimmed


@dataclass(frozen=True, slots=True)
class ServedAuthorities:
    """authorities: at least one; a country may have several."""

    authorities: tuple[Authority, ...]

    def country(self, requested: str | None) -> IsoCountryCode:
        """Return the country that a request is for.

        requested: as the message says it, compared exactly but for outer white space of XML; absent
        means the only authority's country.
        Raises CalleeNotFound.
        Source: wire contract, section 12, O9.
        """
        if not requested:
            if len(self.authorities) == 1:
                return self.authorities[0].country
            raise CalleeNotFound(
                "IsoCountryCode is needed here: more than one authority is served."
            )
        for authority in self.authorities:
            if authority.country.text == trimmed(requested):
                return authority.country
        raise CalleeNotFound("No authority of this country is served here.")

    def in_country(self, country: IsoCountryCode) -> tuple[Authority, ...]:
        """Return the authorities of a country."""
        return tuple(authority for authority in self.authorities if authority.country == country)

    def authority(self, code: str | None) -> Authority | None:
        """Return the authority of a code, or the only authority where no code is given.

        None where no authority has this code, or several are served and no code is given.
        """
        if code is None:
            return self.authorities[0] if len(self.authorities) == 1 else None
        return next((authority for authority in self.authorities if authority.code == code), None)
