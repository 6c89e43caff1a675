"""Partners: authorities that call this gateway, their access rights, and agreements with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gateway.domain.errors import AccessDenied
from gateway.domain.identifiers import Authority, IsoCountryCode


class OperationName(StrEnum):
    """The four operations of the wire contract, and the hub's name of GetFinalCertificate."""

    GET_NON_FINAL = "GetNonFinalCitesCertificate"
    GET_FINAL = "GetFinalCertificate"
    GET_FINAL_AS_THE_HUB = "GetFinalCitesCertificate"
    CONFIRM_QUANTITIES = "ConfirmQuantities"
    SERVICE_STATE = "ServiceState"


class Visibility(StrEnum):
    """Permits that a partner may see."""

    NAMED = "named"
    """Permits that name the partner's country as exporting, importing or transit country."""
    ALL = "all"
    """All permits of the authority."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement with a partner that documents of some kinds need no paper beside them.

    documents: codes of document types.  since, until: first and last day; until None: no end.
    reference: the text that both sides signed.
    Source: 50 CFR 23.26(b): an electronic permit replaces paper only where both Parties agree.
    """

    documents: frozenset[str]
    since: date
    until: date | None
    reference: str

    def covers(self, document_type: str, on: date) -> bool:
        """Whether a document of that type needs no paper on that day."""
        holds = self.since <= on and (self.until is None or on <= self.until)
        return holds and document_type in self.documents


ALL_OPERATIONS = frozenset(OperationName)


@dataclass(frozen=True, slots=True)
class Access:
    """Access rights of a partner at an authority.

    operations: that it may call.  visibility: permits that it may see.
    """

    operations: frozenset[OperationName] = ALL_OPERATIONS
    visibility: Visibility = Visibility.NAMED


FULL_ACCESS = Access()


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner authority as a caller of this gateway.

    key: short name in the configuration, log and journal.  country: that it acts for.
    access: its rights at every authority served here.
    access_at: replaces `access` with rights by authority; an authority that is absent is closed to
    the partner.
    empty_answers: it expects ConfirmQuantitiesResponse and ServiceStateResponse without children.
    confirms_after_expiry: whether its confirmation is booked, with a finding, where it comes after
    the last day of box 2. A confirmation has no date, and it may have waited in an outbox.
    """

    key: str
    country: IsoCountryCode
    access: Access = FULL_ACCESS
    access_at: Mapping[Authority, Access] | None = None
    empty_answers: bool = False
    confirms_after_expiry: bool = True

    def require(self, operation: OperationName, authorities: Iterable[Authority]) -> None:
        """Raise AccessDenied unless the operation is open at one of the authorities."""
        if not any(self.may_call(operation, authority) for authority in authorities):
            raise AccessDenied(f"{operation} is not open to this partner here.")

    def may_call(self, operation: OperationName, authority: Authority) -> bool:
        """Whether the operation is open to the partner at this authority."""
        access = self._at(authority)
        return access is not None and operation in access.operations

    def may_see(self, authority: Authority, countries: frozenset[str]) -> bool:
        """Whether the partner may see a permit of an authority that names these countries.

        Partners of the issuing country, such as its customs, see the permits of that country.
        Source: Res. Conf. 12.3; wire contract, section 4.
        """
        access = self._at(authority)
        if access is None:
            return False
        return (
            access.visibility is Visibility.ALL
            or self.country == authority.country
            or self.country.text in countries
        )

    def _at(self, authority: Authority) -> Access | None:
        return self.access if self.access_at is None else self.access_at.get(authority)
